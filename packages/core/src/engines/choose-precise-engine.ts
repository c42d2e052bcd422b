import { EngineError } from '../errors.js';
import type { Engine } from '../ports/feature-extractor.js';
import type { Precision } from '../quantization/quantization-plan.js';
import { requireInt8 } from '../quantization/require-int8.js';
import { chooseEngine, type ChosenEngine } from './choose-engine.js';

/**
 * Finds the engine to run a prefix on, at a precision that it has: `auto` passes over engines without int8 where that is asked for.
 * @throws EngineError for a named engine without int8, or if no engine has it; what {@link chooseEngine} throws.
 */
export async function choosePreciseEngine(
  engines: readonly Engine[],
  { name, precision }: { readonly name: string; readonly precision: Precision },
): Promise<ChosenEngine> {
  const able =
    precision === 'int8' && name === 'auto' ? engines.filter((engine) => engine.int8 !== undefined) : engines;
  if (able.length === 0) {
    throw new EngineError('no engine here has int8; use precision fp32 (--precision fp32)', { subject: name });
  }
  const chosen = await chooseEngine(able, name);
  if (precision === 'int8') requireInt8(chosen.engine);
  return chosen;
}
