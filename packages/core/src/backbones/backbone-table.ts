import { quoteNames } from '../errors.js';
import type { PreprocessingMode } from '../preprocessing/preprocessing.js';
import type { BackboneDefinition } from './backbone-definition.js';
import type { BackboneFacts } from './backbone-facts.js';

/** Loads the architectures of one file. */
type Family = () => Promise<readonly BackboneDefinition[]>;

// A page that uses one network loads one of these files.
const vgg: Family = async () => {
  const { vgg16, vgg19 } = await import('./vgg.js');
  return [vgg16, vgg19];
};
const resnet: Family = async () => {
  const { resnet50, resnet101, resnet152 } = await import('./resnet.js');
  return [resnet50, resnet101, resnet152];
};
const resnetV2: Family = async () => {
  const { resnet50v2, resnet101v2, resnet152v2 } = await import('./resnet-v2.js');
  return [resnet50v2, resnet101v2, resnet152v2];
};
const mobilenet: Family = async () => {
  const file = await import('./mobilenet.js');
  return [file.mobilenet, ...file.narrowMobilenets];
};
const mobilenetV2: Family = async () => {
  const { mobilenetv2, otherMobilenetV2s } = await import('./mobilenet-v2.js');
  return [mobilenetv2, ...otherMobilenetV2s];
};
const mobilenetV3: Family = async () => {
  const { mobilenetv3small, mobilenetv3large } = await import('./mobilenet-v3.js');
  return [mobilenetv3small, mobilenetv3large];
};
const densenet: Family = async () => {
  const { densenet121, densenet169, densenet201 } = await import('./densenet.js');
  return [densenet121, densenet169, densenet201];
};
const xception: Family = async () => [(await import('./xception.js')).xception];
const inceptionV3: Family = async () => [(await import('./inception-v3.js')).inceptionv3];
const inceptionResnetV2: Family = async () => [(await import('./inception-resnet-v2.js')).inceptionresnetv2];
const nasnet: Family = async () => (await import('./nasnet.js')).nasnets;
const efficientnet: Family = async () => (await import('./efficientnet.js')).efficientnets;
const efficientnetV2: Family = async () => (await import('./efficientnet-v2.js')).efficientnetV2s;
const convnext: Family = async () => (await import('./convnext.js')).convnexts;
const squeezenet: Family = async () => [(await import('./squeezenet.js')).squeezenet];
const graftTiny: Family = async () => [(await import('./graft-tiny.js')).graftTiny];

interface Row extends BackboneFacts {
  readonly family: Family;
}

/** Name, input size (height = width), smallest side, what is done to pixels. */
type Figures = readonly [name: string, side: number, minimumSize: number, preprocessing: PreprocessingMode];

const rowsOf = (family: Family, figures: readonly Figures[]): Row[] =>
  figures.map(([name, side, minimumSize, preprocessing]) => ({
    name,
    inputSize: [side, side],
    minimumSize,
    preprocessing,
    family,
  }));

// prettier-ignore
const rows: readonly Row[] = [
  ...rowsOf(vgg, [['vgg16', 224, 32, 'caffe'], ['vgg19', 224, 32, 'caffe']]),
  ...rowsOf(resnet, [['resnet50', 224, 32, 'caffe'], ['resnet101', 224, 32, 'caffe'], ['resnet152', 224, 32, 'caffe']]),
  ...rowsOf(resnetV2, [['resnet50v2', 224, 32, 'tf'], ['resnet101v2', 224, 32, 'tf'], ['resnet152v2', 224, 32, 'tf']]),
  ...rowsOf(mobilenet, [['mobilenet', 224, 32, 'tf']]),
  ...rowsOf(mobilenetV2, [['mobilenetv2', 224, 32, 'tf']]),
  ...rowsOf(mobilenetV3, [['mobilenetv3small', 224, 32, 'none'], ['mobilenetv3large', 224, 32, 'none']]),
  ...rowsOf(densenet, [['densenet121', 224, 32, 'torch'], ['densenet169', 224, 32, 'torch'], ['densenet201', 224, 32, 'torch']]),
  ...rowsOf(xception, [['xception', 299, 71, 'tf']]),
  ...rowsOf(inceptionV3, [['inceptionv3', 299, 75, 'tf']]),
  ...rowsOf(inceptionResnetV2, [['inceptionresnetv2', 299, 75, 'tf']]),
  ...rowsOf(nasnet, [['nasnetmobile', 224, 32, 'tf'], ['nasnetlarge', 331, 32, 'tf']]),
  ...rowsOf(efficientnet, [
    ['efficientnetb0', 224, 32, 'none'], ['efficientnetb1', 240, 32, 'none'], ['efficientnetb2', 260, 32, 'none'],
    ['efficientnetb3', 300, 32, 'none'], ['efficientnetb4', 380, 32, 'none'], ['efficientnetb5', 456, 32, 'none'],
    ['efficientnetb6', 528, 32, 'none'], ['efficientnetb7', 600, 32, 'none'],
  ]),
  ...rowsOf(efficientnetV2, [
    ['efficientnetv2b0', 224, 32, 'none'], ['efficientnetv2b1', 240, 32, 'none'], ['efficientnetv2b2', 260, 32, 'none'],
    ['efficientnetv2b3', 300, 32, 'none'], ['efficientnetv2s', 384, 32, 'none'], ['efficientnetv2m', 480, 32, 'none'],
    ['efficientnetv2l', 480, 32, 'none'],
  ]),
  ...rowsOf(convnext, [
    ['convnexttiny', 224, 32, 'none'], ['convnextsmall', 224, 32, 'none'], ['convnextbase', 224, 32, 'none'],
    ['convnextlarge', 224, 32, 'none'], ['convnextxlarge', 224, 32, 'none'],
  ]),
  ...rowsOf(squeezenet, [['squeezenet', 224, 31, 'caffe']]),
  ...rowsOf(graftTiny, [['graft-tiny', 128, 16, 'tf']]).map((row) => ({ ...row, pretrained: 'embedded' as const })),
];

/** The same networks at other widths. */
// prettier-ignore
const variantRows: readonly Row[] = [
  ...rowsOf(mobilenet, [['mobilenet_0.25', 224, 32, 'tf'], ['mobilenet_0.50', 224, 32, 'tf'], ['mobilenet_0.75', 224, 32, 'tf']]),
  ...rowsOf(mobilenetV2, [
    ['mobilenetv2_0.35', 224, 32, 'tf'], ['mobilenetv2_0.50', 224, 32, 'tf'], ['mobilenetv2_0.75', 224, 32, 'tf'],
    ['mobilenetv2_1.30', 224, 32, 'tf'], ['mobilenetv2_1.40', 224, 32, 'tf'],
  ]),
];

const factsOf = ({ family: _, ...facts }: Row): BackboneFacts => facts;
const facts = rows.map(factsOf);
const variantFacts = variantRows.map(factsOf);
const byName: ReadonlyMap<string, Row> = new Map([...rows, ...variantRows].map((row) => [row.name, row]));

/**
 * All backbones, in the order in which help texts list them. Their graphs come with {@link loadBackbone}, or all at once with
 * `@graft-ml/core/backbones`.
 * @example `listBackbones()[0]?.name // 'vgg16'`
 */
export function listBackbones(): readonly BackboneFacts[] {
  return facts;
}

/**
 * Backbones of other widths than {@link listBackbones} has: Keras' `alpha` stands in the name.
 * @example `listBackboneVariants()[0]?.name // 'mobilenet_0.25'`
 */
export function listBackboneVariants(): readonly BackboneFacts[] {
  return variantFacts;
}

/** True for a name that {@link loadBackbone} knows. */
export function isBackboneName(name: string): boolean {
  return byName.has(name);
}

/**
 * Loads a backbone's architecture.
 * @param name - As in `keras.applications`, lower case; a MobileNet's width may follow: `mobilenet_0.25`, `mobilenetv2_1.40`.
 * @throws RangeError if there is none of that name; the message lists those that exist.
 * @example `(await loadBackbone('vgg16')).build([224, 224])`
 */
export async function loadBackbone(name: string): Promise<BackboneDefinition> {
  const row = byName.get(name);
  if (row === undefined) throw unknownBackbone(name);
  const definitions = await row.family();
  return definitions.find((definition) => definition.name === name)!;
}

/**
 * A backbone by name, or a definition of the user's own.
 * @throws RangeError if there is none of that name, or the definition has the name of another network: a model that was saved
 *   would be loaded with that one.
 */
export async function chooseBackbone(network: string | BackboneDefinition): Promise<BackboneDefinition> {
  if (typeof network === 'string') return loadBackbone(network);
  if (!byName.has(network.name) || network === (await loadBackbone(network.name))) return network;
  throw new RangeError(`${JSON.stringify(network.name)} is the name of a network of graft's; give yours another`);
}

/** The error for a name that no network has. */
export function unknownBackbone(name: string): RangeError {
  const names = quoteNames(facts.map((known) => known.name));
  return new RangeError(`there is no backbone ${JSON.stringify(name)}; choose one of ${names}`);
}
