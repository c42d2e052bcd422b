/** How far something is from what is wanted, 0 or more. */
interface Measured {
  readonly difference: number;
}

/** What {@link raiseLayers} needs. */
export interface RaiseOptions<Trial extends Measured> {
  /** With no layer raised. */
  readonly start: Trial;
  /** As many of them may be raised, 0 for none. */
  readonly most: number;
  /** The difference that is small enough. */
  readonly allowed: number;
  /** Tries some layers, in their order. */
  readonly measure: (layers: readonly string[]) => Promise<Trial>;
}

// Each trial runs the network over all images that are compared.
const mostLowered = 16;

/**
 * Finds few layers that have to be left in fp32: by halving, how many of the first it takes; then one after the other is put back
 * into int8, the least harmful first, and stays there if that does. Takes for granted that more layers in fp32 do no worse, which
 * holds but for chance.
 *
 * @param order - The most harmful layer first.
 * @returns The trial with the fewest layers that is good enough; where all that may be raised do not do, the best.
 */
export async function raiseLayers<Trial extends Measured>(
  order: readonly string[],
  { start, most, allowed, measure }: RaiseOptions<Trial>,
): Promise<Trial> {
  if (most === 0) return start;
  let enough = await measure(order.slice(0, most));
  if (enough.difference > allowed) return enough.difference < start.difference ? enough : start;
  let [few, many] = [0, most];
  while (many - few > 1) {
    const middle = Math.floor((few + many) / 2);
    const trial = await measure(order.slice(0, middle));
    if (trial.difference > allowed) few = middle;
    else [many, enough] = [middle, trial];
  }
  let raised = order.slice(0, many);
  // Without the last of them it was not enough.
  for (const layer of raised.slice(0, -1).reverse().slice(0, mostLowered)) {
    const others = raised.filter((name) => name !== layer);
    const trial = await measure(others);
    if (trial.difference <= allowed) [raised, enough] = [others, trial];
  }
  return enough;
}
