/** Where PyTorch's libraries keep the layers of MobileNets and EfficientNets, which are made of inverted residual blocks. */

/** A step of a block: `fused` widens and looks around at once, `depthwise` looks around, `squeeze` weighs channels. */
export type BlockStep = 'expand' | 'fused' | 'depthwise' | 'squeeze' | 'project';

/** One block, in both libraries' order. */
export interface TorchBlock {
  /** What the names of its layers in Keras begin with. */
  readonly name: string;
  /** The steps that it has, in order. */
  readonly steps: readonly BlockStep[];
  /** Its place in a file of torchvision's: `features.3`, `features.2.1.block`. */
  readonly torchvision: string;
  /** Its stage and number in that stage, from 0 on. */
  readonly place: readonly [stage: number, index: number];
}

/** A network's blocks, and where the layers around them lie. */
export interface TorchNetwork {
  readonly blocks: readonly TorchBlock[];
  /** By library, then by layer. */
  readonly ends: Readonly<Record<'torchvision' | 'timm', Readonly<Record<string, string>>>>;
}

/**
 * torchvision: a block's steps are numbered; each is a convolution `0` and a normalisation `1`.
 * @param bareProjection - Whether the last two layers lie directly in the block, as in MobileNetV2.
 */
export function torchvisionModules(
  network: () => TorchNetwork,
  { bareProjection = false } = {},
): (layer: string) => string {
  return modules({ network, library: 'torchvision' }, ({ torchvision, steps }, { step, part }) => {
    const index = steps.indexOf(step);
    if (step === 'squeeze') return `${torchvision}.${index}.fc${part + 1}`;
    return step === 'project' && bareProjection ? `${torchvision}.${index + part}` : `${torchvision}.${index}.${part}`;
  });
}

/** PyTorch Image Models: convolutions have names by kind, normalisations are numbered. */
export function timmModules(network: () => TorchNetwork): (layer: string) => string {
  return modules({ network, library: 'timm' }, ({ place, steps }, { step, part }) => {
    const block = `blocks.${place.join('.')}`;
    if (step === 'squeeze') return `${block}.se.conv_${part === 0 ? 'reduce' : 'expand'}`;
    const index = steps.filter((other) => other !== 'squeeze').indexOf(step);
    return `${block}.${part === 0 ? convolutionName(steps, step) : `bn${index + 1}`}`;
  });
}

function convolutionName(steps: readonly BlockStep[], step: BlockStep): string {
  if (steps.length === 1) return 'conv';
  if (step === 'depthwise') return 'conv_dw';
  if (step === 'fused') return 'conv_exp';
  if (step === 'expand') return 'conv_pw';
  // The last convolution has the plain name where no other has taken it.
  return steps[0] === 'depthwise' ? 'conv_pw' : 'conv_pwl';
}

interface BlockLayer {
  readonly step: BlockStep;
  /** Of two layers: the convolution and its normalisation, or those that narrow and widen while weighing channels. */
  readonly part: 0 | 1;
}

interface Library {
  /** Asked once, when the first file is read. */
  readonly network: () => TorchNetwork;
  readonly library: 'torchvision' | 'timm';
}

function modules({ network, library }: Library, locate: (block: TorchBlock, layer: BlockLayer) => string) {
  let known: TorchNetwork | undefined;
  return (layer: string): string => {
    known ??= longestFirst(network());
    const end = known.ends[library][layer];
    if (end !== undefined) return end;
    const block = known.blocks.find(({ name }) => layer.startsWith(`${name}_`));
    if (block === undefined) return layer;
    return locate(block, readLayer(layer.slice(block.name.length + 1), block.steps));
  };
}

/** `expanded_conv` is how `expanded_conv_1` begins. */
function longestFirst({ blocks, ends }: TorchNetwork): TorchNetwork {
  return { blocks: [...blocks].sort((a, b) => b.name.length - a.name.length), ends };
}

/** `expand_conv`, `expand_BN`, `dwconv2`, `bn`, `depthwise_bn`, `se_reduce`, `squeeze_excite_conv_1`, `project`, … */
function readLayer(suffix: string, steps: readonly BlockStep[]): BlockLayer {
  if (/^(?:se|squeeze_excite)_/.test(suffix)) return { step: 'squeeze', part: /(?:expand|_1)$/.test(suffix) ? 1 : 0 };
  const part = /bn$/i.test(suffix) ? 1 : 0;
  if (suffix.startsWith('project')) return { step: 'project', part };
  if (suffix.startsWith('expand')) return { step: steps.includes('fused') ? 'fused' : 'expand', part };
  return { step: 'depthwise', part };
}
