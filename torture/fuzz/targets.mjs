// Everything that is fuzzed: name → the file that knows how, and what it exports there.
import { documentTargets } from './targets/documents.mjs';
import { imageTargets } from './targets/images.mjs';
import { tableTargets } from './targets/tables.mjs';
import { tensorFileTargets } from './targets/tensor-files.mjs';
import { weightsTargets } from './targets/weights.mjs';

/**
 * @typedef {object} Target
 * @property {string[]} sources The files that are fuzzed, from the root; they are bundled into one module.
 * @property {(string | Uint8Array)[]} [words] Pieces that the format knows.
 * @property {(module: object) => Iterable<string | Uint8Array>} seeds Good inputs to begin with.
 * @property {(module: object) => (bytes: Buffer) => unknown} open Gives the check of one input: it throws what is a finding, and
 *   returns in what words the input was refused.
 */

/** @type {Map<string, Target>} */
export const targets = new Map(
  Object.entries({ ...tensorFileTargets, ...tableTargets, ...documentTargets, ...imageTargets, ...weightsTargets }),
);
