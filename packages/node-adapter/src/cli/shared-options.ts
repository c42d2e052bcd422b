import { Option } from 'commander';
import { parseInputSize, parseSeed, parseShardOption } from './option-parsers.js';

/** What is taken where no backbone is named: it needs no download. */
export const DEFAULT_BACKBONE = 'graft-tiny';

/** Options that several commands share, with one wording. */
export const sharedOptions = {
  backbone: () => new Option('--backbone <name>', 'pretrained network; see graft backbones').default(DEFAULT_BACKBONE),
  weights: () =>
    new Option(
      '--weights <imagenet|embedded|none|FILE>',
      "the backbone's weights: ImageNet's, those of a package, seeded initial ones, or a file: .h5, .keras, .safetensors, tfjs folder " +
        '(default: embedded for graft-tiny, else imagenet)',
    ),
  dialect: () =>
    new Option('--dialect <library>', 'whose network the weights file is for; default: what its names say').choices([
      'keras',
      'torchvision',
      'timm',
      'timm-tf',
    ]),
  engine: () => new Option('--engine <name>', 'what runs the frozen part; see graft doctor').default('auto'),
  precision: () =>
    new Option('--precision <fp32|int8>', 'arithmetic of the frozen part; int8 is calibrated on training images')
      .choices(['fp32', 'int8'])
      .default('fp32'),
  preprocessing: () =>
    new Option('--preprocessing <mode>', 'what is done to pixels; auto is what the weights expect').choices([
      'auto',
      'unit',
      'caffe',
      'tf',
      'torch',
      'none',
    ]),
  interpolation: () =>
    new Option('--interpolation <kind>', "how images are resized; bilinear is OpenCV's, without anti-aliasing").choices(
      ['antialias', 'bilinear'],
    ),
  resize: () =>
    new Option(
      '--resize <mode>',
      'images of another shape: stretched, cut to cover, or contained in black borders',
    ).choices(['stretch', 'cover', 'contain']),
  inputSize: () =>
    new Option(
      '--input-size <pixels>',
      'size that images are brought to, as 224 or 200x300; at most 2048x2048',
    ).argParser(parseInputSize),
  seed: () => new Option('--seed <number>', 'decides everything random').argParser(parseSeed).default(42),
  medical: () =>
    new Option('--medical', 'the images are medical: reports say "for education only" (recognised where it can be)'),
  notMedical: () => new Option('--no-medical', 'they are not, whatever the classes are called'),
  shard: () =>
    new Option(
      '--shard <i/n>',
      'run part i of n, i from 1 to n, for graft merge to put together; auto asks the scheduler (Kubernetes, Slurm, …), auto/n where it tells i alone',
    ).argParser(parseShardOption),
  dryRun: () => new Option('--dry-run', 'print what would be done, and do nothing: images, passes, time, files'),
  json: () => new Option('--json', 'print one JSON document to standard output'),
  modelWeights: () =>
    new Option('--weights <FILE>', "the backbone's weights file, if it no longer lies where it lay in training"),
} as const;
