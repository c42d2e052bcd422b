/** Where PyTorch keeps a ResNet's layer: `conv3_block1_2_bn` is `layer2.0.bn2`. */
export function resnetModule(layer: string): string {
  const [, stage, block, step, kind] = /^conv(\d)_block(\d+)_(\d)_(conv|bn)$/.exec(layer) ?? [];
  if (kind === undefined) return layer === 'conv1_conv' ? 'conv1' : 'bn1';
  const place = `layer${Number(stage) - 1}.${Number(block) - 1}`;
  return step === '0' ? `${place}.downsample.${kind === 'conv' ? 0 : 1}` : `${place}.${kind}${step}`;
}
