import type { RandomGenerator } from '../random/keyed-random.js';
import { portableCos, portableSin } from '../random/portable-math.js';
import type { ChestAnatomy } from './chest-anatomy.js';

/** An opacity in a lung: an ellipse with a ragged border, in body coordinates. */
export interface Lesion {
  readonly x: number;
  readonly y: number;
  /** Nothing of it lies further from its centre, in either coordinate. */
  readonly reach: number;
  /** d² = p·dx² + q·dx·dy + r·dy² is 1 on the border. */
  readonly p: number;
  readonly q: number;
  readonly r: number;
  /** How much of the lung's air it takes, 0–1. */
  readonly opacity: number;
  /** `solid`: dense, with dark bronchi in it. `hazy`: grains, the lung shows through. */
  readonly kind: 'solid' | 'hazy';
}

/** The findings of the synthetic images, sorted: the class names. */
export const SYNTHETIC_FINDINGS = ['clear', 'consolidation', 'ground-glass'] as const;

/** One of {@link SYNTHETIC_FINDINGS}. */
export type SyntheticFinding = (typeof SYNTHETIC_FINDINGS)[number];

/** Draws the lesions of a finding: none, one solid one, or several hazy ones at the lungs' outer borders. */
export function drawLesions(finding: SyntheticFinding, anatomy: ChestAnatomy, random: RandomGenerator): Lesion[] {
  switch (finding) {
    case 'clear':
      return [];
    case 'consolidation':
      return [drawConsolidation(anatomy, random)];
    case 'ground-glass': {
      const first = random.integer(2);
      return Array.from({ length: 6 + random.integer(3) }, (_, i) => drawPatch(anatomy, (first + i) % 2, random));
    }
  }
}

function drawConsolidation(anatomy: ChestAnatomy, random: RandomGenerator): Lesion {
  const side = random.integer(2);
  const lung = anatomy.lungs[side === 0 ? 0 : 1];
  const height = random.uniformBetween(0.32, 0.78);
  return ellipse(
    {
      x: (side === 0 ? -1 : 1) * (lung.centre + lung.halfWidth * random.uniformBetween(-0.05, 0.35)),
      y: lung.apex + (lung.base - lung.dome - lung.apex) * height,
      radius: random.uniformBetween(0.19, 0.26),
      opacity: random.uniformBetween(0.95, 1),
      kind: 'solid',
    },
    random,
  );
}

function drawPatch(anatomy: ChestAnatomy, side: number, random: RandomGenerator): Lesion {
  const lung = anatomy.lungs[side === 0 ? 0 : 1];
  const height = random.uniformBetween(0.3, 0.78);
  // The lung's outer border at this height.
  const width = lung.halfWidth * Math.sqrt(height * (2 - height));
  return ellipse(
    {
      x: (side === 0 ? -1 : 1) * (lung.centre + width * random.uniformBetween(0.05, 0.55)),
      y: lung.apex + (lung.base - lung.apex) * height,
      radius: random.uniformBetween(0.12, 0.18),
      opacity: random.uniformBetween(0.75, 0.95),
      kind: 'hazy',
    },
    random,
  );
}

interface EllipseOptions extends Pick<Lesion, 'x' | 'y' | 'opacity' | 'kind'> {
  readonly radius: number;
}

function ellipse({ radius, ...lesion }: EllipseOptions, random: RandomGenerator): Lesion {
  const long = radius * random.uniformBetween(1, 1.4);
  const short = radius * random.uniformBetween(0.7, 1);
  const angle = random.uniformBetween(0, 3.14159);
  const cos = portableCos(angle);
  const sin = portableSin(angle);
  const l = 1 / (long * long);
  const s = 1 / (short * short);
  return {
    ...lesion,
    reach: long * 1.4,
    p: cos * cos * l + sin * sin * s,
    q: 2 * cos * sin * (l - s),
    r: sin * sin * l + cos * cos * s,
  };
}
