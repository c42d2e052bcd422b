import { createRequire } from 'node:module';
import { version } from '../../package.json';
import { loadSharp } from '../images/load-sharp.js';

/** Versions that a result depends on, by name. */
export async function reportVersions(engine: string): Promise<Record<string, string>> {
  const sharp = await loadSharp();
  const require = createRequire(import.meta.url);
  return {
    graft: version,
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    engine: engine === 'onnxruntime' ? `onnxruntime ${versionOf('onnxruntime-node', require)}` : engine,
    'TensorFlow.js': versionOf('@tensorflow/tfjs-core', require),
    sharp: sharp.versions.sharp,
  };
}

function versionOf(name: string, require: NodeJS.Require): string {
  try {
    return (require(`${name}/package.json`) as { version: string }).version;
  } catch {
    return 'unknown';
  }
}
