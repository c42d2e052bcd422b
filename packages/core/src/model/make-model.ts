import type { BackboneDefinition } from '../backbones/backbone-definition.js';
import { chooseBackbone } from '../backbones/backbone-table.js';
import { requireTop } from '../backbones/build-with-top.js';
import { distinctClassNames, numberedClasses } from '../backbones/imagenet-classes.js';
import { getHead } from '../head/head-registry.js';
import type { BuildOptions } from './build-transfer-model.js';
import { prepareModel } from './prepare-model.js';
import type { TransferModel } from './transfer-model.js';

/** What `buildTransferModel` does, once it is there. */
export async function makeModel(network: string | BackboneDefinition, options: BuildOptions): Promise<TransferModel> {
  const backbone = await chooseBackbone(network);
  if (options.includeTop === true) return buildPretrained(backbone, options);
  const head = getHead(options.head ?? 'default');
  const model = await prepareModel(backbone, { ...options, head, headName: head.name });
  if (options.classNames !== undefined) await model.useClasses(options.classNames);
  return model;
}

/** The network as it was pretrained, its classifier included. */
async function buildPretrained(backbone: BackboneDefinition, options: BuildOptions): Promise<TransferModel> {
  if (options.head !== undefined || options.classNames !== undefined) {
    throw new RangeError('includeTop keeps the classifier and its 1,000 classes; leave head and classNames out');
  }
  const top = requireTop(backbone);
  const { weights } = options.runtime;
  const classes = await weights.imagenetClasses?.(options);
  const model = await prepareModel(backbone, { ...options, head: top, headName: top.name });
  await model.useClasses(classes === undefined ? numberedClasses : distinctClassNames(classes));
  return model;
}
