import * as z from 'zod/mini';
import { baseName } from './artifact-names.js';
import { manifestVersion } from './manifest-migrations.js';

// Larger than any image that a network is shown, and small enough that one of them fits into memory.
const maximumSide = 8192;
// Heads have a dozen.
const maximumLayers = 1000;
const maximumFiles = 1000;
/** The most bytes that all files together may have; the weights of the largest network take a third of it. */
const maximumBytes = 2 ** 32;

const name = z.string().check(z.minLength(1), z.maxLength(1000));
const count = z.int().check(z.nonnegative());
const side = z.int().check(z.positive(), z.maximum(maximumSide));
const hexadecimal = (digits: number) => z.string().check(z.regex(new RegExp(`^[0-9a-f]{${digits}}$`)));
const sha256 = hexadecimal(64);

const layer = z.object({
  name,
  className: name,
  config: z.record(z.string(), z.unknown()),
  inputs: z.array(name).check(z.maxLength(maximumLayers)),
});

const facts = z.record(z.string(), z.unknown());
const metrics = z.record(name, z.nullable(z.number()));

/** Which samples they were: see `datasetFingerprint`. */
const data = z.object({ fingerprint: hexadecimal(32), samples: count });

const stage = z.object({
  stage: z.enum(['fit', 'fineTune']),
  seed: z.number(),
  settings: facts,
  data,
  validation: z.nullable(data),
  /** How many ran, and which one's weights were kept; 0 for those that it began with. */
  epochs: count,
  bestEpoch: count,
  /** Of the best epoch: `loss`, `accuracy`, `valLoss`, … */
  metrics,
});

/** What `graft.json` holds, in the version that is written; older ones are migrated before. */
export const manifestSchema: z.ZodMiniType<ArtifactManifest> = z.object({
  format: z.literal('graft'),
  version: z.literal(manifestVersion),
  classNames: z.array(z.string()),
  backbone: z.object({
    name,
    inputSize: z.tuple([side, side]),
    weights: z.object({
      /** Where they came from. */
      selector: z.string(),
      seed: z.nullable(z.number()),
      /** Over names, shapes and values, whatever file they lie in. */
      digest: sha256,
      /** The file with them in this artifact; they are looked for by `selector` where there is none. */
      file: z.optional(z.literal(baseName)),
    }),
    /** Whose network the weights are for, if not Keras'. */
    dialect: z.optional(z.enum(['torchvision', 'timm', 'timm-tf'])),
    /** Whether the weights hold the classifier of 1,000 classes too. */
    includeTop: z.optional(z.boolean()),
  }),
  preprocessing: z.enum(['caffe', 'tf', 'torch', 'unit', 'none']),
  interpolation: z.enum(['antialias', 'bilinear']),
  resize: z.enum(['stretch', 'cover', 'contain']),
  head: z.object({
    name: z.string(),
    network: z.object({
      name,
      layers: z.array(layer).check(z.maxLength(maximumLayers)),
      input: name,
      output: name,
    }),
  }),
  boundary: name,
  /** The prefix's arithmetic. */
  precision: z.enum(['fp32', 'int8']),
  /** How much of the backbone trains, where it was fine-tuned. */
  unfrozen: z.optional(z.object({ unfreezeFrom: name, batchNormalization: z.enum(['frozen', 'inference', 'train']) })),
  /** What is done to the scores; nothing in models that were never calibrated. */
  calibration: z.optional(
    z.object({
      temperature: z.optional(z.number().check(z.positive())),
      thresholds: z.optional(z.record(z.string(), z.number().check(z.positive(), z.maximum(1)))),
    }),
  ),
  seed: z.number(),
  /** All labelled images that the model was made from, test and validation included; null if nobody said. */
  data: z.nullable(z.extend(data, { counts: z.record(z.string(), count) })),
  /** How it did on its test images: `accuracy`, `loss`, …; empty if nobody tested it. */
  metrics,
  /** Versions of the libraries that trained and saved it, by name. */
  versions: z.record(name, z.string()),
  /** How it was trained, stage by stage, and whatever else its maker noted. */
  training: z.catchall(z.object({ stages: z.array(stage) }), z.unknown()),
  /** Size and SHA-256 of every other file. */
  files: z
    .record(z.string(), z.object({ bytes: z.int().check(z.nonnegative(), z.maximum(maximumBytes)), sha256 }))
    .check(
      z.refine((files) => Object.keys(files).length <= maximumFiles, `more than ${maximumFiles} files`),
      z.refine(
        (files) => Object.values(files).reduce((sum, { bytes }) => sum + bytes, 0) <= maximumBytes,
        `more than ${maximumBytes} bytes`,
      ),
    ),
});

// Written out, not inferred: an inferred type would ask those who compile against this package for zod, which is bundled.

/** Of some images, which they were and how many; see `datasetFingerprint`. */
export interface ManifestData {
  fingerprint: string;
  samples: number;
}

/** One stage of training, as the manifest keeps it. */
export interface ManifestStage {
  stage: 'fit' | 'fineTune';
  seed: number;
  settings: Record<string, unknown>;
  data: ManifestData;
  validation: ManifestData | null;
  /** How many ran, and which one's weights were kept; 0 for those that it began with. */
  epochs: number;
  bestEpoch: number;
  /** Of the best epoch. */
  metrics: Record<string, number | null>;
}

/** What `graft.json` of a saved model says; the schema above tells of each entry. */
export interface ArtifactManifest {
  format: 'graft';
  version: typeof manifestVersion;
  classNames: string[];
  backbone: {
    name: string;
    inputSize: [number, number];
    weights: { selector: string; seed: number | null; digest: string; file?: typeof baseName | undefined };
    dialect?: 'torchvision' | 'timm' | 'timm-tf' | undefined;
    includeTop?: boolean | undefined;
  };
  preprocessing: 'caffe' | 'tf' | 'torch' | 'unit' | 'none';
  interpolation: 'antialias' | 'bilinear';
  resize: 'stretch' | 'cover' | 'contain';
  head: {
    name: string;
    network: {
      name: string;
      layers: { name: string; className: string; config: Record<string, unknown>; inputs: string[] }[];
      input: string;
      output: string;
    };
  };
  boundary: string;
  precision: 'fp32' | 'int8';
  unfrozen?: { unfreezeFrom: string; batchNormalization: 'frozen' | 'inference' | 'train' } | undefined;
  calibration?: { temperature?: number | undefined; thresholds?: Record<string, number> | undefined } | undefined;
  seed: number;
  data: (ManifestData & { counts: Record<string, number> }) | null;
  metrics: Record<string, number | null>;
  versions: Record<string, string>;
  training: { stages: ManifestStage[]; [more: string]: unknown };
  files: Record<string, { bytes: number; sha256: string }>;
}
