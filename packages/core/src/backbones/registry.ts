import type { BackboneDefinition } from './backbone-definition.js';
import { unknownBackbone } from './backbone-table.js';
import { convnexts } from './convnext.js';
import { densenet121, densenet169, densenet201 } from './densenet.js';
import { efficientnetV2s } from './efficientnet-v2.js';
import { efficientnets } from './efficientnet.js';
import { graftTiny } from './graft-tiny.js';
import { inceptionresnetv2 } from './inception-resnet-v2.js';
import { inceptionv3 } from './inception-v3.js';
import { mobilenetv2, otherMobilenetV2s } from './mobilenet-v2.js';
import { mobilenetv3large, mobilenetv3small } from './mobilenet-v3.js';
import { mobilenet, narrowMobilenets } from './mobilenet.js';
import { nasnets } from './nasnet.js';
import { resnet101v2, resnet152v2, resnet50v2 } from './resnet-v2.js';
import { resnet101, resnet152, resnet50 } from './resnet.js';
import { squeezenet } from './squeezenet.js';
import { vgg16, vgg19 } from './vgg.js';
import { xception } from './xception.js';

const backbones: readonly BackboneDefinition[] = [
  vgg16,
  vgg19,
  resnet50,
  resnet101,
  resnet152,
  resnet50v2,
  resnet101v2,
  resnet152v2,
  mobilenet,
  mobilenetv2,
  mobilenetv3small,
  mobilenetv3large,
  densenet121,
  densenet169,
  densenet201,
  xception,
  inceptionv3,
  inceptionresnetv2,
  ...nasnets,
  ...efficientnets,
  ...efficientnetV2s,
  ...convnexts,
  squeezenet,
  graftTiny,
];

/** The same networks at other widths. */
const variants: readonly BackboneDefinition[] = [...narrowMobilenets, ...otherMobilenetV2s];

/**
 * All backbones with their graphs, in the order in which help texts list them.
 * @example `listBackbones()[0]?.name // 'vgg16'`
 */
export function listBackbones(): readonly BackboneDefinition[] {
  return backbones;
}

/**
 * Backbones of other widths than {@link listBackbones} has: Keras' `alpha` stands in the name.
 * @example `listBackboneVariants()[0]?.name // 'mobilenet_0.25'`
 */
export function listBackboneVariants(): readonly BackboneDefinition[] {
  return variants;
}

/**
 * Finds a backbone by name.
 * @param name - As in `keras.applications`, lower case; a MobileNet's width may follow: `mobilenet_0.25`, `mobilenetv2_1.40`.
 * @throws RangeError if there is none of that name; the message lists those that exist.
 * @example `getBackbone('vgg16').inputSize // [224, 224]`
 */
export function getBackbone(name: string): BackboneDefinition {
  const found = [...backbones, ...variants].find((backbone) => backbone.name === name);
  if (found) return found;
  throw unknownBackbone(name);
}
