import { EngineError, quoteNames } from '../errors.js';
import type { Engine, Int8Support } from '../ports/feature-extractor.js';
import type { Precision } from './quantization-plan.js';

const precisions: readonly Precision[] = ['fp32', 'int8'];

/** @throws RangeError for an unknown precision, listing what exists. */
export function checkPrecision(precision: string): Precision {
  const known = precisions.find((name) => name === precision);
  if (known === undefined) {
    throw new RangeError(`unknown precision ${JSON.stringify(precision)}; there are ${quoteNames(precisions)}`);
  }
  return known;
}

/** @throws EngineError if the engine runs in fp32 only. */
export function requireInt8(engine: Engine): Int8Support {
  if (engine.int8 === undefined) {
    throw new EngineError(
      `engine "${engine.name}" has no int8; use --engine onnxruntime (engine: 'onnxruntime'), or --precision fp32`,
      { subject: engine.name },
    );
  }
  return engine.int8;
}
