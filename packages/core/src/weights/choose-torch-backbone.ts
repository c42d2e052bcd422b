import type { BackboneDefinition, TorchBackbone } from '../backbones/backbone-definition.js';
import type { Dialect } from '../backbones/dialect.js';
import { quoteNames, WeightsError } from '../errors.js';
import { libraryOf } from './match-torch-weights.js';
import type { WeightFile } from './weight-file.js';

/**
 * Tells which library's network a file with PyTorch's names is for.
 *
 * Names tell torchvision from PyTorch Image Models. The networks that the latter took over from TensorFlow have the same names
 * as its own; they are known by what the network is called (`tf_…`), or by `dialect`.
 *
 * @param dialect - What the caller knows; undefined to find out.
 * @throws WeightsError if the backbone has no such dialect, or the file holds another network.
 */
export function chooseTorchBackbone(file: WeightFile, backbone: BackboneDefinition, dialect?: Dialect): TorchBackbone {
  const { torch = [] } = backbone;
  if (torch.length === 0 || dialect === 'keras') {
    throw refusal(
      file,
      `has PyTorch's names and layouts, which graft ${dialect === 'keras' ? `was told not to expect` : `does not know of ${backbone.name}`}; ` +
        "give Keras' weights",
    );
  }
  const modules = new Set(file.layers.map(({ name }) => name));
  const candidates = torch.filter(({ stem }) => modules.has(stem));
  const wanted = dialect ?? (file.torch?.architecture?.startsWith('tf_') ? 'timm-tf' : undefined);
  const found = candidates.find((candidate) => candidate.dialect === wanted) ?? (dialect ? undefined : candidates[0]);
  if (found !== undefined) return found;
  const known = torch.filter((candidate) => dialect === undefined || candidate.dialect === dialect);
  const stems = known.map(
    (candidate) => `${quoteNames([`${candidate.stem}.weight`])} (${libraryOf(candidate.dialect)})`,
  );
  throw refusal(
    file,
    known.length === 0
      ? `cannot be read as ${dialect}: ${backbone.name} is known as ${quoteNames(torch.map((candidate) => candidate.dialect))}`
      : `does not fit ${backbone.name}: it has no tensor ${[...new Set(stems)].join(' or ')}; ` +
          'give weights of this network, or choose the backbone that they belong to',
  );
}

function refusal({ origin }: WeightFile, reason: string): WeightsError {
  return new WeightsError(`weights file ${quoteNames([origin])} ${reason}`, { subject: origin });
}
