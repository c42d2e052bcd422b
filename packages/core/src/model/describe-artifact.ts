import type { Interpolation, ResizeMode } from '../image.js';
import type { Runtime } from '../ports/runtime.js';
import type { PreprocessingMode } from '../preprocessing/preprocessing.js';
import type { Precision } from '../quantization/quantization-plan.js';
import type { Provenance } from './provenance.js';
import type { ScoreCalibration } from './score-calibration.js';

/** What a saved model says of itself: see `graft.json`. */
export interface ArtifactDescription extends Provenance {
  readonly classNames: readonly string[];
  readonly backbone: {
    readonly name: string;
    readonly inputSize: readonly [height: number, width: number];
    readonly weights: {
      /** Where they came from: `imagenet`, `embedded`, `none`, or a file's path. */
      readonly selector: string;
      /** What `none` was drawn with. */
      readonly seed: number | null;
      /** SHA-256 over names, shapes and values. */
      readonly digest: string;
      /** The file with them in the artifact itself, if they are there. */
      readonly file?: string | undefined;
    };
  };
  readonly preprocessing: PreprocessingMode;
  readonly interpolation: Interpolation;
  readonly resize: ResizeMode;
  readonly head: { readonly name: string };
  /** The last layer that is frozen. */
  readonly boundary: string;
  readonly precision: Precision;
  readonly calibration?: ScoreCalibration | undefined;
  readonly seed: number;
  /** Size and SHA-256 of every file but `graft.json`. */
  readonly files: Readonly<Record<string, { readonly bytes: number; readonly sha256: string }>>;
}

/**
 * Reads what a saved model says of itself, without loading it: network, classes, how it was trained, on what, and how well it did.
 * What an older graft saved is brought to the newest form. The other files are not looked at.
 *
 * @param location - Where it was saved: a folder's path in Node.
 * @throws ArtifactError if it is missing, damaged or newer than this library.
 * @example `(await describeArtifact('models/covid', { runtime })).metrics.accuracy // 0.89`
 */
export async function describeArtifact(
  location: string,
  { runtime }: { readonly runtime: Pick<Runtime, 'openArtifact'> },
): Promise<ArtifactDescription> {
  const { readManifest } = await import('./parse-manifest.js');
  return (await readManifest(runtime.openArtifact(location))).manifest;
}
