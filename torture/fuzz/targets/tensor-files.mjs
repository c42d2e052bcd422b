// Arrays in files, and JSON whose keys are unique.
import { readFileSync } from 'node:fs';
import { safetensors } from '../../corpus/bytes.mjs';
import { claim, same, taken } from '../oracle.mjs';

const golden = new URL('../../../packages/node-adapter/test/golden/weights/tiny.safetensors', import.meta.url);
const words = [
  ...['F32', 'F16', 'BF16', 'F64', 'I64', 'U8', 'BOOL', 'F8_E4M3'].map((type) => `"${type}"`),
  ...[
    '"dtype":',
    '"shape":',
    '"data_offsets":',
    '"__metadata__":',
    '"__proto__":',
    '{}',
    '[]',
    '[0]',
    '[0,0]',
    ',',
    '\\u0061',
  ],
];
const entry = (begin, end, more = {}) => ({
  dtype: 'F32',
  shape: [(end - begin) / 4],
  data_offsets: [begin, end],
  ...more,
});

/** What a file holds is written again and read again: the same. */
function checkFile({ decodeSafetensors, encodeSafetensors }, bytes) {
  return taken(['WEIGHTS'], () => {
    const { tensors, metadata } = decodeSafetensors(bytes);
    for (const [name, { shape, data }] of tensors) {
      claim(
        shape.reduce((product, size) => product * size, 1) === data.length,
        `${JSON.stringify(name)} has its shape`,
      );
      claim(data.buffer !== bytes.buffer, 'its values do not share memory with the file');
    }
    const again = decodeSafetensors(encodeSafetensors(tensors, Object.fromEntries(metadata)));
    same([...again.tensors.keys()].sort(), [...tensors.keys()].sort(), 'names after writing and reading');
    for (const [name, { shape, data }] of tensors) {
      const other = again.tensors.get(name);
      same(other.shape, shape, 'a shape after writing and reading');
      claim(
        Buffer.from(other.data.buffer).equals(Buffer.from(data.buffer, data.byteOffset, data.byteLength)),
        'values are kept',
      );
    }
  });
}

const sources = ['packages/core/src/tensor-files/safetensors.ts'];

const safetensorsFile = {
  sources,
  words,
  seeds: () => [
    readFileSync(golden),
    safetensors({ a: entry(0, 8), __metadata__: { k: 'v' } }, { data: Buffer.alloc(8) }),
    safetensors({ a: { dtype: 'BF16', shape: [1, 2], data_offsets: [0, 4] } }, { data: Buffer.alloc(4, 0x3f) }),
    safetensors({}),
  ],
  open: (module) => (bytes) => checkFile(module, bytes),
};

/** The input is the header's text; its length, and as many values as it claims, are put around it. */
const safetensorsHeader = {
  sources,
  words,
  seeds: () => [
    JSON.stringify({ a: entry(0, 8), b: entry(8, 8), __metadata__: { k: 'v' } }),
    '{}  ',
    '{"7":{"dtype":"F16","shape":[],"data_offsets":[0,2]}}',
  ],
  open: (module) => (bytes) => {
    const ends = [...bytes.toString('latin1').matchAll(/,\s*(\d{1,6})\s*\]/g)].map(([, end]) => Number(end));
    const data = Buffer.alloc(Math.min(1 << 16, Math.max(0, ...ends)), 0x3f);
    return checkFile(module, safetensors(bytes.toString('latin1').replace(/^\uFEFF/, ''), { data }));
  },
};

const uniqueJson = {
  sources: ['packages/core/src/tensor-files/unique-json.ts'],
  words: [
    '{',
    '}',
    '[',
    ']',
    '":',
    '",',
    '\\"',
    '\\\\',
    '\\u0022',
    'null',
    '-1.5e-7',
    '"a":',
    '"__proto__":',
    '\u2028',
  ],
  seeds: () => ['{"a":{"b":[1,"x",null,true]},"c":"\\"]}"}', '[[[]]]', '"{\\\\"', '{"a":1,"\\u0061":2}'],
  /** It takes what JSON.parse takes, but for keys that stand twice, and then says the same. */
  open:
    ({ parseUniqueJson }) =>
    (bytes) => {
      const text = bytes.toString('utf8');
      return taken(['SyntaxError'], () => {
        let plain;
        let isJson = true;
        try {
          plain = JSON.parse(text);
        } catch {
          isJson = false;
        }
        let value;
        try {
          value = parseUniqueJson(text, { maxDepth: 20, refusedKeys: ['__proto__'] });
        } catch (error) {
          if (isJson)
            claim(
              /stands twice|is not allowed|within each other/.test(error.message),
              `JSON is refused for a reason, not "${error.message}"`,
            );
          if (isJson && error.message.includes('stands twice'))
            claim(repeatsKey(text), 'a key that stands twice stands twice');
          return;
        }
        claim(isJson, 'what is taken is JSON');
        same(value, plain, 'the value');
        claim(!repeatsKey(text), 'no key stands twice in what is taken');
      });
    },
};

/** By a parser of another kind: JSON.parse calls a reviver once a key, so a key that stands twice is lost on the way. */
function repeatsKey(text) {
  const keys = text.match(/"(?:[^"\\]|\\.)*"(?=[\u0020\t\n\r]*:)/gsu)?.length ?? 0;
  let kept = 0;
  JSON.parse(text, function count(key, value) {
    if (!Array.isArray(this)) kept += 1;
    return value;
  });
  // The reviver is called for the root, too.
  return keys !== kept - 1;
}

export const tensorFileTargets = { safetensorsFile, safetensorsHeader, uniqueJson };
