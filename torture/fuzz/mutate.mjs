// Changes to bytes: those of AFL and libFuzzer, and words that a format knows.

const oddBytes = [0, 1, 0x7f, 0x80, 0xff, 0x20, 0x22, 0x0a];
const oddNumbers = [
  ...[0n, 1n, 2n, 7n, 8n, 0x7fn, 0x80n, 0xffn, 0x100n, 0x7fffn, 0x8000n, 0xffffn, 0x10000n],
  ...[
    0x7fff_ffffn,
    0x8000_0000n,
    0xffff_ffffn,
    0x1_0000_0000n,
    2n ** 53n - 1n,
    2n ** 53n,
    2n ** 63n - 1n,
    2n ** 64n - 1n,
  ],
];
const oddDigits = ['0', '-0', '1', '-1', '1e308', '1e-320', '1e400', '0.1', '65536', '4294967296', '9007199254740993'];

/**
 * A changed copy.
 * @param random - Draws a whole number below its argument.
 * @param options - `words`: texts or bytes that the format knows; `other`: another input, of which a piece may be taken;
 *   `longest`: the most bytes.
 */
export function mutate(bytes, random, { words, other, longest }) {
  let changed = Buffer.from(bytes);
  for (let count = 2 ** random(4); count > 0; count -= 1) {
    changed = changes[random(changes.length)](changed, random, { words, other });
    if (changed.length > longest) changed = changed.subarray(0, longest);
  }
  return Buffer.from(changed);
}

const place = (bytes, random) => (bytes.length === 0 ? 0 : random(bytes.length));
const piece = (bytes, random) => {
  const from = place(bytes, random);
  return bytes.subarray(from, from + 1 + random(2 ** random(9)));
};
const replace = (bytes, { at, length }, by) =>
  Buffer.concat([bytes.subarray(0, at), by, bytes.subarray(Math.min(bytes.length, at + length))]);

const changes = [
  function flipBit(bytes, random) {
    if (bytes.length > 0) bytes[place(bytes, random)] ^= 1 << random(8);
    return bytes;
  },
  function setByte(bytes, random) {
    if (bytes.length > 0) bytes[place(bytes, random)] = oddBytes[random(oddBytes.length)];
    return bytes;
  },
  function addToByte(bytes, random) {
    if (bytes.length > 0) bytes[place(bytes, random)] += 1 + random(255);
    return bytes;
  },
  function setNumber(bytes, random) {
    const width = [2, 4, 8][random(3)];
    if (bytes.length < width) return bytes;
    const number = Buffer.alloc(8);
    const value = random(2) === 0 ? BigInt(random(bytes.length + 9)) : oddNumbers[random(oddNumbers.length)];
    number.writeBigUInt64LE(value);
    const narrow = number.subarray(0, width);
    if (random(3) === 0) narrow.reverse();
    narrow.copy(bytes, random(bytes.length - width + 1));
    return bytes;
  },
  function cut(bytes, random) {
    return bytes.subarray(0, place(bytes, random));
  },
  function remove(bytes, random) {
    return replace(bytes, { at: place(bytes, random), length: 1 + random(2 ** random(8)) }, Buffer.alloc(0));
  },
  function repeat(bytes, random) {
    return replace(bytes, { at: place(bytes, random), length: 0 }, piece(bytes, random));
  },
  function overwrite(bytes, random) {
    const copied = Buffer.from(piece(bytes, random));
    return replace(bytes, { at: place(bytes, random), length: copied.length }, copied);
  },
  function takeOver(bytes, random, { other }) {
    const taken = piece(other, random);
    return replace(bytes, { at: place(bytes, random), length: random(2) * taken.length }, taken);
  },
  function changeDigits(bytes, random) {
    const text = bytes.toString('latin1');
    const numbers = [...text.matchAll(/-?\d+(\.\d+)?/g)];
    if (numbers.length === 0) return bytes;
    const { 0: found, index } = numbers[random(numbers.length)];
    const by = random(3) === 0 ? String(Number(found) + random(5) - 2) : oddDigits[random(oddDigits.length)];
    return replace(bytes, { at: index, length: found.length }, Buffer.from(by));
  },
  insertWord,
  insertWord,
];

function insertWord(bytes, random, { words }) {
  if (words.length === 0) return bytes;
  const word = Buffer.from(words[random(words.length)]);
  return replace(bytes, { at: random(bytes.length + 1), length: random(2) * random(word.length + 1) }, word);
}
