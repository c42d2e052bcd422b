import { EngineError, quoteNames } from '../errors.js';
import type { Engine } from '../ports/feature-extractor.js';

/** An engine and why it was taken. */
export interface ChosenEngine {
  readonly engine: Engine;
  /** For people: `onnxruntime 1.30.0, CPU`. */
  readonly reason: string;
}

/**
 * Finds the engine to run a prefix on.
 *
 * @param engines - In order of preference.
 * @param name - An engine's name, or `auto` for the first that can run here.
 * @throws RangeError for an unknown name; EngineError if the named one, or every one, cannot run here. An engine asked for
 *   by name is never replaced by another.
 */
export async function chooseEngine(engines: readonly Engine[], name: string): Promise<ChosenEngine> {
  const candidates = enginesNamed(engines, name);
  const refusals: string[] = [];
  for (const engine of candidates) {
    const status = await engine.check();
    if (status.usable) {
      const passedOver = refusals.length === 0 ? '' : ` (${refusals.join('; ')})`;
      return { engine, reason: `${status.detail}${passedOver}` };
    }
    if (name !== 'auto' || engine.accelerator === undefined)
      refusals.push(`${engine.name} cannot run here: ${status.reason}; ${status.remedy}`);
  }
  throw new EngineError(refusals.join('; '), { subject: name });
}

/**
 * The engines that a name stands for, whether they can run here or not.
 *
 * @param name - An engine's name, or `auto` for all that are taken without being named.
 * @throws RangeError for an unknown name, listing what exists.
 * @example `enginesNamed(nodeEngines(), 'onnxruntime').length // 1`
 */
export function enginesNamed(engines: readonly Engine[], name: string): readonly Engine[] {
  const found =
    name === 'auto'
      ? engines.filter(({ accelerator }) => accelerator?.automatic !== false)
      : engines.filter((engine) => engine.name === name || engine.aliases?.includes(name));
  if (found.length > 0) return found;
  throw new RangeError(
    `unknown engine "${name}"; there are ${quoteNames(['auto', ...engines.map((engine) => engine.name)])}`,
  );
}
