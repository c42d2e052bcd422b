/** Where libraries keep the layers of a ConvNeXt block, by what Keras calls them. */
const torchvisionParts: Readonly<Record<string, string>> = {
  layer_scale: '',
  depthwise_conv: '.block.0',
  layernorm: '.block.2',
  pointwise_conv_1: '.block.3',
  pointwise_conv_2: '.block.5',
};
const timmParts: Readonly<Record<string, string>> = {
  layer_scale: '',
  depthwise_conv: '.conv_dw',
  layernorm: '.norm',
  pointwise_conv_1: '.mlp.fc1',
  pointwise_conv_2: '.mlp.fc2',
};

/** `…_stage_1_block_0_layernorm` is `features.3.0.block.2`: stages and what stands between them are numbered through. */
export function torchvisionConvnextModule(layer: string): string {
  const { stage, block, part, gap, kind } = readLayer(layer);
  if (stage !== undefined) return `features.${2 * stage + 1}.${block}${torchvisionParts[part] ?? ''}`;
  return `features.${gap === undefined ? 0 : 2 * gap + 2}.${indexInPair(kind, gap)}`;
}

/** `…_stage_1_block_0_layernorm` is `stages.1.blocks.0.norm`. */
export function timmConvnextModule(layer: string): string {
  const { stage, block, part, gap, kind } = readLayer(layer);
  if (stage !== undefined) return `stages.${stage}.blocks.${block}${timmParts[part] ?? ''}`;
  return `${gap === undefined ? 'stem' : `stages.${gap + 1}.downsample`}.${indexInPair(kind, gap)}`;
}

function readLayer(layer: string) {
  const [, stage, block, part = ''] = /_stage_(\d)_block_(\d+)_(\w+)$/.exec(layer) ?? [];
  const [, kind, gap] = /_(conv|layernorm)(?:_(\d))?$/.exec(layer) ?? [];
  return { stage: numberOf(stage), block, part, gap: numberOf(gap), kind };
}

/** The stem normalises after its convolution, what stands between stages before. */
function indexInPair(kind: string | undefined, gap: number | undefined): number {
  return (kind === 'conv') === (gap === undefined) ? 0 : 1;
}

function numberOf(digits: string | undefined): number | undefined {
  return digits === undefined ? undefined : Number(digits);
}
