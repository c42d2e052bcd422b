// Puts trained weights into the data package: node training/base-tiny/pack.mjs RUN/graft-tiny-float32.safetensors
//
// Rounds them to half precision, writes what they are into the file's head, and its size and hash beside the package's sources.
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { decodeSafetensors, encodeSafetensors } from '@graft-ml/node-adapter';

const [trained] = process.argv.slice(2);
if (trained === undefined)
  throw new Error('usage: node training/base-tiny/pack.mjs RUN/graft-tiny-float32.safetensors');
const inPackage = (path) => fileURLToPath(new URL(`../../packages/base-tiny/${path}`, import.meta.url));

const { tensors } = decodeSafetensors(await readFile(trained));
const metadata = {
  backbone: 'graft-tiny',
  licence: 'Apache-2.0',
  source: 'training/base-tiny: distilled from an ImageNet SqueezeNet on drawn images',
};
const file = encodeSafetensors(tensors, metadata, 'F16');
const facts = { bytes: file.length, sha256: createHash('sha256').update(file).digest('hex') };
await writeFile(inPackage('weights/graft-tiny.safetensors'), file);
await writeFile(inPackage('src/weights-file.json'), `${JSON.stringify(facts, undefined, 2)}\n`);
console.log(facts);
