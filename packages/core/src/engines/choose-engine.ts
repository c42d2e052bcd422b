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
  const candidates =
    name === 'auto'
      ? engines.filter(({ accelerator }) => accelerator?.automatic !== false)
      : engines.filter((engine) => engine.name === name || engine.aliases?.includes(name));
  if (candidates.length === 0) {
    throw new RangeError(
      `unknown engine "${name}"; there are ${quoteNames(['auto', ...engines.map((engine) => engine.name)])}`,
    );
  }
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
