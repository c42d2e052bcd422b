import { sha256 } from '../digest.js';
import { DatasetError } from '../errors.js';
import type { Interpolation, ResizeMode } from '../image.js';
import type { FrozenPrefix, Int8Support } from '../ports/feature-extractor.js';
import { decodeDrawn, drawImages, fewestCalibrationImages, type CalibrationSet } from './calibration-set.js';
import type { CalibrationGoal } from './calibration-goal.js';
import { parseCalibration } from './parse-plan.js';
import type { Calibration, CalibrationMethod } from './quantization-plan.js';

/** Choices of int8; the defaults suit. */
export interface Int8Options {
  /** How ranges are taken from what was seen: all of it, or all but the outermost 0.01 % at each end. Default: `minmax`, then `percentile`. */
  readonly method?: CalibrationMethod | undefined;
  /** Bits of a weight. Default: 8 where the processor has VNNI (or the like), else 7. */
  readonly weightBits?: 7 | 8 | undefined;
  /** Keeps to `weightBits`, instead of trying 8 where 7 change the features too much. Default: false. */
  readonly fixedWeightBits?: boolean | undefined;
  /** Training images to calibrate on, 8 or more. Default: 16. */
  readonly images?: number | undefined;
  /** The share of layers, 0–1, that may stay in fp32 for the features' sake; where that is not enough, all do. Default: 0.5. */
  readonly largestFloatShare?: number | undefined;
  /** The least cosine between int8 and fp32 features, 0–1, that is good enough. Default: 0.999. */
  readonly minimumCosine?: number | undefined;
}

/** What is compared, where it is more than features. */
export interface Int8Aim {
  /** Default: `features`. */
  readonly goal?: CalibrationGoal | undefined;
  /** Of `classes`: the share of images, 0–1, whose class has to stay, by an estimate less its standard error. Default: 0.99. */
  readonly minimumAgreement?: number | undefined;
  /** The least cosine, or share, 0–1, that is taken where no plan does better. Default: what is asked for. */
  readonly tolerated?: number | undefined;
  /** Layers that stay in fp32 whatever comes out, and are not named in the plan. */
  readonly floatLayers?: readonly string[] | undefined;
}

/** What {@link calibratePrefix} needs beside the images. */
export interface CalibratePrefixOptions extends Int8Options, Int8Aim {
  readonly prefix: FrozenPrefix;
  /** Tells the prefix in fp32 from others. */
  readonly digest: string;
  readonly interpolation: Interpolation;
  readonly resize: ResizeMode;
  readonly support: Int8Support;
}

// Raised whenever the same images may give another plan than before.
const calibrationVersion = 9;

/**
 * Finds out how a prefix can run in int8, from training images; the same images give the same plan, and the cache keeps it.
 * @throws RangeError for too small a number of images; DatasetError if too few of them can be read.
 */
export async function calibratePrefix(set: CalibrationSet, options: CalibratePrefixOptions): Promise<Calibration> {
  const { prefix, interpolation, resize, support, method, images: count } = options;
  const { largestFloatShare, minimumCosine, fixedWeightBits, goal, minimumAgreement, tolerated, floatLayers } = options;
  if (count !== undefined && (!Number.isInteger(count) || count < fewestCalibrationImages)) {
    throw new RangeError(`int8 calibrates on ${count} images; expected a whole number from ${fewestCalibrationImages}`);
  }
  for (const [name, share] of Object.entries({ largestFloatShare, minimumCosine, minimumAgreement, tolerated })) {
    if (share === undefined || (share >= 0 && share <= 1)) continue;
    throw new RangeError(`${name} is ${share}; expected a number from 0 to 1`);
  }
  const weightBits = options.weightBits ?? (await support.weightBits());
  const drawn = await drawImages({ ...set, count });
  refuseTooFew(drawn.bytes.length);
  const aim = { goal, minimumAgreement, tolerated, floatLayers };
  const choices = { method, weightBits, fixedWeightBits, largestFloatShare, minimumCosine, ...aim };
  const subject = { version: calibrationVersion, prefix: options.digest, images: drawn.digest, ...choices };
  const key = `calibration/${await sha256(JSON.stringify(subject))}`;
  const known = await recall(set, key);
  if (known !== undefined) return known;
  const batch = await decodeDrawn(drawn, { set, size: prefix.inputSize, interpolation, resize });
  refuseTooFew(batch.count);
  const calibration = await support.calibrate(prefix, batch, {
    ...choices,
    signal: set.signal,
    onProgress: set.onProgress,
  });
  await remember(set, { key, calibration });
  return calibration;
}

function refuseTooFew(count: number): void {
  if (count >= fewestCalibrationImages) return;
  throw new DatasetError(
    `int8 calibrates on ${fewestCalibrationImages} training images or more; ${count} can be read; ` +
      'add images, or use precision fp32 (--precision fp32)',
  );
}

// The cache holds rows of numbers: a text goes in as its bytes, each a number that float16 holds as well.
async function recall(set: CalibrationSet, key: string): Promise<Calibration | undefined> {
  try {
    const row = await set.cache?.get(key);
    return row && parseCalibration(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(row))));
  } catch {
    // A cache that fails says so when features are looked up; a plan is only found again.
    return undefined;
  }
}

async function remember(
  set: CalibrationSet,
  { key, calibration }: { key: string; calibration: Calibration },
): Promise<void> {
  try {
    await set.cache?.set(key, Float32Array.from(new TextEncoder().encode(JSON.stringify(calibration))));
  } catch {
    // As above.
  }
}
