// JSON that comes from outside: saved models, plans, shards, checkpoints, settings, names.
import { readFileSync } from 'node:fs';
import { claim, same, scratchFile, taken } from '../oracle.mjs';

const core = 'packages/core/src';
const text = (value) => JSON.stringify(value);
const json = [
  '{',
  '}',
  '[',
  ']',
  ',',
  'null',
  'true',
  '""',
  '0',
  '-1',
  '1e999',
  '"__proto__":',
  '"constructor":',
  '"toString":',
  '\u0000',
  '\u2028',
  '\\ud800',
];
const fixture = new URL('../../../packages/node-adapter/test/fixtures/artifacts/version-1.json', import.meta.url);

const artifactManifest = {
  sources: [`${core}/model/parse-manifest.ts`],
  words: [
    ...json,
    '"version":2',
    '"version":1',
    '"version":0',
    '"classNames":',
    '"files":',
    '"head":',
    '"network":',
    '"inputs":',
    '"calibration":',
    '"thresholds":',
    '"training":',
    '../',
  ],
  seeds: ({ parseManifest }) => {
    const old = readFileSync(fixture, 'utf8');
    const found = JSON.parse(old);
    const manifest = found.manifest ?? found;
    return [text(manifest), text(parseManifest(Buffer.from(text(manifest)), 'fixture'))];
  },
  /** What is taken is of the version that is written, and is taken again as it is. */
  open:
    ({ parseManifest, manifestVersion = 2 }) =>
    (bytes) =>
      taken(['ARTIFACT'], () => {
        const manifest = parseManifest(bytes, 'model');
        same(manifest.version, manifestVersion, 'its version');
        same(parseManifest(Buffer.from(text(manifest)), 'model'), manifest, 'a manifest that is read again');
        claim(new Set(manifest.classNames).size === manifest.classNames.length, 'no class is there twice');
        claim(
          Object.keys(manifest.files).every((name) => !/(^|[\\/])\.\.([\\/]|$)|^[\\/]|:/.test(name)),
          'files stay in the folder',
        );
      }),
};

const quantizationPlan = {
  sources: [`${core}/quantization/parse-plan.ts`],
  words: [...json, '"weightBits":', '"method":', '"ranges":', '"means":', '"floatLayers":', '"cosine":'],
  seeds: () => [
    text({
      weightBits: 7,
      method: 'minmax',
      ranges: { a: [0, 1] },
      means: { a: [0.5] },
      floatLayers: ['b'],
      cosine: 0.99,
    }),
  ],
  open:
    ({ parsePlan }) =>
    (bytes) =>
      taken(['ARTIFACT'], () => {
        const plan = parsePlan(bytes, 'plan');
        same(parsePlan(Buffer.from(text(plan)), 'plan'), plan, 'a plan that is read again');
      }),
};

const stamp = {
  ...{ format: 'graft-shard', version: 1, kind: 'features', index: 1, count: 2, total: 4, fingerprints: { data: 'x' } },
  ...{ unused: 0, places: [0, 2], skipped: [] },
};

const shards = {
  sources: [`${core}/dataset/shard-stamp.ts`, `${core}/dataset/plan-merge.ts`],
  words: [
    ...json,
    '"total":',
    '"places":',
    '"skipped":',
    '"place":',
    '"index":2',
    '"unused":',
    '9007199254740991',
    '4294967296',
    '{"path":"a","reason":"b","place":1}',
  ],
  seeds: () => [
    text([{ shard: stamp }, { shard: { ...stamp, index: 2, places: [1, 3] } }]),
    text([{ shard: { ...stamp, count: 1, total: 2, places: [0], skipped: [{ path: 'a', reason: 'b', place: 1 }] } }]),
  ],
  /** Shards that can be merged hold each place once. */
  open:
    ({ parseShardStamp, planMerge }) =>
    (bytes) => {
      let documents;
      try {
        documents = JSON.parse(bytes.toString('utf8'));
      } catch {
        return 'no JSON';
      }
      if (!Array.isArray(documents) || documents.length === 0) return 'no list';
      return taken(['DATASET'], () => {
        const stamps = documents.map((document, index) => ({
          name: `shard ${index}`,
          stamp: parseShardStamp(document, `shard ${index}`),
        }));
        const { sources } = planMerge(stamps);
        const places = stamps.flatMap(({ stamp: { places: own } }) => own);
        same(sources.length, places.length, 'rows of the result');
        same(new Set(places).size, places.length, 'places, each once');
        const order = [...places.keys()].sort((a, b) => places[a] - places[b]);
        const owners = stamps.flatMap(({ stamp: { places: own } }, index) => own.map(() => index));
        same(
          [...sources],
          order.map((at) => owners[at]),
          'where rows come from',
        );
      });
    },
};

const checkpoint = {
  sources: [`${core}/training/checkpoint/checkpoint-file.ts`],
  words: [...json, '"version":1', '"epochs":', '"number":"NaN"', '"callbacks":', '"optimizer":'],
  seeds: () => [
    text({
      ...{
        format: 'graft-checkpoint',
        version: 1,
        settings: { a: 'b' },
        epochs: [{ loss: 1, other: { number: 'NaN' } }],
        bestEpoch: 0,
      },
      ...{
        stopReason: null,
        done: false,
        optimizer: { iteration: 3, rateFactor: 1 },
        callbacks: [{ name: 'c', values: { a: 1 }, weightsEpoch: 2 }],
      },
    }),
  ],
  /** The state is the input; the digest around it is right, as whoever writes such a file can make it. */
  open:
    ({ encodeCheckpoint, decodeCheckpoint }) =>
    async (bytes) => {
      const state = { toJSON: () => undefined };
      const raw = bytes.toString('utf8');
      const tensors = new Map([['a', { shape: [2], data: Float32Array.of(1, 2) }]]);
      const stringify = JSON.stringify;
      let file;
      try {
        JSON.stringify = (value, ...rest) => (value === state ? raw : stringify(value, ...rest));
        file = await encodeCheckpoint({ state, tensors });
      } finally {
        JSON.stringify = stringify;
      }
      return taken(['ARTIFACT'], async () => {
        const read = await decodeCheckpoint(file, 'checkpoint');
        same(
          (await decodeCheckpoint(await encodeCheckpoint(read), 'checkpoint')).state,
          read.state,
          'a state that is read again',
        );
      });
    },
};

const classNames = {
  sources: [`${core}/model/class-names.ts`, `${core}/dataset/parse-csv.ts`],
  words: [
    '\n',
    '__proto__',
    '=1+1',
    '"',
    ',',
    '\r',
    '\u202e',
    '\u2028',
    '\u0085',
    '\ud83d\ude00',
    '<b>',
    '\u0000',
    ' ',
  ],
  seeds: () => ['cat\ndog', 'a\nb\nc', '=a,"b"\n<img>\n\u202eabc'],
  /** Names are the input's lines. What no rule refuses survives a table. */
  open:
    ({ classNamesProblem, csvLine, parseCsv }) =>
    (bytes) => {
      const names = bytes.toString('utf8').split('\n');
      const problem = classNamesProblem(names);
      if (problem === undefined) {
        same(new Set(names).size, names.length, 'different names');
        const { rows } = parseCsv(['a,b', ...names.map((name) => csvLine(['x', name]))].join('\n'));
        same(
          rows.map(([, name]) => name),
          names,
          'names in a table',
        );
      } else claim(!/[\u0000-\u001f]/.test(problem), `the problem is one line: ${text(problem)}`);
      return problem;
    },
};

const configFile = {
  sources: [
    'packages/node-adapter/src/cli/config/read-config-file.ts',
    'packages/node-adapter/src/cli/config/apply-config.ts',
    'packages/node-adapter/src/cli/program.ts',
  ],
  words: [
    ...json,
    '"train":',
    '"defaults":',
    '"epochs":',
    '"seed":',
    '"engine":',
    '"predict":',
    '"report":',
    '"dataset":',
    '"demo":',
    '"thresholdClass":',
    '"inputSize":',
    '"learningRate":',
  ],
  seeds: () => [
    text({
      defaults: { seed: 7, engine: 'cpu' },
      train: { epochs: 3, testSize: '0.3', report: false, thresholdClass: ['a', 'b'] },
    }),
    text({ $schema: 'x', dataset: { demo: { count: 3 } }, predict: {} }),
  ],
  open({ readConfigFile, applyConfig, createProgram }) {
    const put = scratchFile();
    return async (bytes) => {
      const file = put('graft.config.json', bytes);
      return taken(['ConfigError'], async () => applyConfig(createProgram(), await readConfigFile(file, '/')));
    };
  },
};

export const documentTargets = { artifactManifest, quantizationPlan, shards, checkpoint, classNames, configFile };
