import { reasonOf, throwIfAborted, type Engine } from '@graft-ml/core';
import { nodeEngines } from '../node-runtime.js';
import { measureEngine } from './measure-engine.js';

/** What is known of one engine on this machine. */
export type EngineReport =
  | {
      readonly name: string;
      /** Whether it is the one that `auto` takes here. */
      readonly auto: boolean;
      readonly usable: true;
      /** For people: `onnxruntime 1.30.0, CPU`. */
      readonly detail: string;
      /** Images of a small fixed network in a second; absent unless measured. */
      readonly imagesPerSecond?: number;
    }
  | {
      readonly name: string;
      readonly usable: false;
      readonly reason: string;
      /** How to get it. */
      readonly remedy: string;
    };

/** Options of {@link checkEngines}. */
export interface CheckEnginesOptions {
  /** Runs a small network on each engine, for about half a second. Default: false. */
  readonly measure?: boolean;
  /** Ends the work before the next engine. */
  readonly signal?: AbortSignal;
  /** Default: all that there are. */
  readonly engines?: readonly Engine[];
}

/**
 * Asks every engine whether it can run here, one after the other.
 *
 * @example `const usable = (await checkEngines()).filter((engine) => engine.usable);`
 */
export async function checkEngines(options: CheckEnginesOptions = {}): Promise<EngineReport[]> {
  const { measure = false, signal, engines = nodeEngines() } = options;
  const reports: EngineReport[] = [];
  for (const engine of engines) {
    throwIfAborted(signal);
    reports.push(await checkEngine(engine, measure));
  }
  const auto = reports.find(({ usable }, index) => usable && engines[index]?.accelerator?.automatic !== false);
  return reports.map((report) => (report.usable ? { ...report, auto: report === auto } : report));
}

async function checkEngine(engine: Engine, measure: boolean): Promise<EngineReport> {
  const { name } = engine;
  const status = await engine.check();
  if (!status.usable) return { name, ...status };
  const report = { name, auto: false, ...status };
  if (!measure) return report;
  try {
    return { ...report, imagesPerSecond: await measureEngine(engine) };
  } catch (error) {
    // What its own check did not find out.
    return { name, usable: false, reason: reasonOf(error), remedy: 'use another engine' };
  }
}
