import { isGraftError } from '../errors.js';
import type { Runtime } from '../ports/runtime.js';
import { manifestName } from './artifact-names.js';
import { compiledGraphKey } from './compiled-graph-key.js';
import { readManifest } from './parse-manifest.js';
import { readStated } from './read-artifact.js';
import { checkCalibration, type ScoreCalibration } from './score-calibration.js';

/** What `saveCalibration` does, once it is there. */
export async function rewriteCalibration(
  location: string,
  calibration: ScoreCalibration | undefined,
  { runtime }: { readonly runtime: Runtime },
): Promise<void> {
  const store = runtime.openArtifact(location);
  await store.checkWritable();
  const { manifest, bytes: before } = await readManifest(store);
  if (calibration !== undefined) checkCalibration(calibration, manifest.classNames);
  const files = new Map<string, Uint8Array>();
  for (const name of Object.keys(manifest.files)) files.set(name, await readStated(name, { store, manifest }));
  // What this version does not know of the manifest stays too.
  const { calibration: _, ...content } = JSON.parse(new TextDecoder().decode(before)) as Record<string, unknown>;
  const after = new TextEncoder().encode(
    `${JSON.stringify({ ...content, ...(calibration && { calibration }) }, null, 2)}\n`,
  );
  files.set(manifestName, after);
  await store.write(files);
  await keepGraph(before, after, runtime);
}

/** Scores are changed behind the graph: it serves the model with its new manifest too. Where that fails only time is lost. */
async function keepGraph(before: Uint8Array, after: Uint8Array, { graphs }: Runtime): Promise<void> {
  const graph = await graphs?.get(await compiledGraphKey(before));
  if (graph === undefined) return;
  try {
    await graphs?.set(await compiledGraphKey(after), graph);
  } catch (error) {
    if (!isGraftError(error)) throw error;
  }
}
