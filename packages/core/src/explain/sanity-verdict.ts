/** Whether heat maps follow what a model learned. */
export type SanityVerdict = 'follows' | 'followsPartly' | 'doesNotFollow' | 'undecided';

/** How alike heat maps are before and after weights lost what they had learned. */
export interface SanityStep {
  /** The parts that lost it: the head, then also blocks of the backbone that were fine-tuned, from the output on. */
  readonly randomized: readonly string[];
  /** Mean of the rank correlations over images and draws; 1 if nothing changed. */
  readonly rankCorrelation: number;
  /** Of one draw's mean over the images: the least and the greatest. */
  readonly lowest: number;
  readonly highest: number;
}

// No paper names limits. These tell apart what was measured: Grad-CAM below 0.1, Grad-CAM++ above one dense layer about 0.6, and above
// the notebook's head, which it no longer heeds, 0.9. See docs/decisions/0023-heat-maps.md.
const partly = 0.5;
const alike = 0.8;

/** Judges the first step, in which the head alone is random: with the features random too, any map changes. */
export function judgeSanity([head]: readonly SanityStep[]): SanityVerdict {
  if (head === undefined) return 'undecided';
  if (head.rankCorrelation >= alike) return 'doesNotFollow';
  return head.rankCorrelation >= partly ? 'followsPartly' : 'follows';
}

/** What the verdict means, for people. */
export function sanitySentence(
  verdict: SanityVerdict,
  steps: readonly SanityStep[],
  counts: { readonly images: number; readonly draws: number },
): string {
  const [head, ...deeper] = steps;
  if (head === undefined) return meanings[verdict];
  const measured =
    `(rank correlation ${signed(head.rankCorrelation)}, from ${signed(head.lowest)} to ${signed(head.highest)}; ` +
    `${plural(counts.images, 'image')}, ${plural(counts.draws, 'draw')})`;
  const when = `when the head's weights are random ${measured}`;
  const further = deeper.map(
    ({ randomized, rankCorrelation }) =>
      ` With ${randomized.slice(1).join(' and ')} random too: ${signed(rankCorrelation)}.`,
  );
  return `${meanings[verdict].replace('{when}', when)}${further.join('')}`;
}

const meanings: Readonly<Record<SanityVerdict, string>> = {
  follows: 'The heat maps change {when}: they show something of what the model learned.',
  followsPartly: "The heat maps change only in part {when}: much of what they show is the image's own structure.",
  doesNotFollow:
    'The heat maps hardly change {when}: they show the image, not what the model learned; do not rely on them.',
  undecided:
    'No image has a heat map with anything in it, so that nothing can be said of how the maps follow the model.',
};

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** Two digits, and no negative zero. */
function signed(value: number): string {
  return (Math.round(value * 100) / 100 + 0).toFixed(2).replace('-', '−');
}
