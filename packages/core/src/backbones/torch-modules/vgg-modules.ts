/**
 * torchvision numbers all of VGG's layers through, activations and poolings too: `block2_conv1` is `features.5`.
 * @param convolutions - How many each block has.
 */
export function vggModules(convolutions: readonly number[]): (layer: string) => string {
  return (layer) => {
    const [, block = 0, index = 0] = (/^block(\d)_conv(\d)$/.exec(layer) ?? []).map(Number);
    // A convolution comes with its activation, and a pooling ends each block.
    const before = convolutions.slice(0, block - 1).reduce((sum, count) => sum + 2 * count + 1, 0);
    return `features.${before + 2 * (index - 1)}`;
  };
}
