import { portableCos, portableSin } from '../random/portable-math.js';
import type { RandomGenerator } from '../random/keyed-random.js';

/**
 * One patient and one exposure. Lengths are in half frames: without pose, the frame spans −1 … 1 from left to right and
 * from top to bottom. Densities: 0 is air, 1 is soft tissue in full thickness.
 */
export interface ChestAnatomy {
  /** From frame to body coordinates: x = a·u + b·v + x0, y = c·u + d·v + y0. */
  readonly pose: {
    readonly a: number;
    readonly b: number;
    readonly c: number;
    readonly d: number;
    readonly x0: number;
    readonly y0: number;
  };
  readonly torsoWidth: number;
  readonly neckWidth: number;
  readonly shoulderTop: number;
  /** Left and right in the image. */
  readonly lungs: readonly [Lung, Lung];
  readonly heart: { readonly x: number; readonly y: number; readonly rx: number; readonly ry: number };
  readonly mediastinumWidth: number;
  readonly ribs: {
    readonly spacing: number;
    readonly offset: number;
    readonly curve: number;
    readonly density: number;
  };
  readonly clavicle: { readonly y: number; readonly slope: number; readonly density: number };
  readonly vessels: number;
  readonly clouds: number;
  readonly shadows: readonly Shadow[];
  readonly film: Film;
}

/** One lung: a half ellipse that stands on the diaphragm's dome. */
export interface Lung {
  readonly apex: number;
  readonly base: number;
  readonly dome: number;
  /** Distance of its axis from the midline. */
  readonly centre: number;
  readonly halfWidth: number;
  /** How much of the body's density the air takes away, 0–1. */
  readonly air: number;
}

/**
 * Soft tissue in front of the chest or behind it: an even ellipse with a soft rim. Whatever the finding, so that a brighter part
 * of a lung says little from afar.
 */
export interface Shadow {
  readonly x: number;
  readonly y: number;
  readonly rx: number;
  readonly ry: number;
  /** How much of what light it still finds it takes away, 0–1. */
  readonly opacity: number;
}

/** How densities become grey levels. */
export interface Film {
  readonly black: number;
  readonly white: number;
  /** Bends the tone curve: 1 is straight, above darkens the middle. */
  readonly bend: number;
  /** Uneven exposure from left to right and from top to bottom. */
  readonly tiltX: number;
  readonly tiltY: number;
  /** Standard deviation of the grain, in grey levels. */
  readonly grain: number;
  /** Unexposed border, in half frames. */
  readonly border: number;
}

/** Draws a patient, a pose and an exposure. */
export function drawAnatomy(random: RandomGenerator): ChestAnatomy {
  const between = (low: number, high: number) => random.uniformBetween(low, high);
  const angle = between(-0.12, 0.12);
  const scale = between(0.8, 1.06);
  const stretch = between(0.93, 1.07);
  const cos = portableCos(angle);
  const sin = portableSin(angle);
  const base = between(0.42, 0.66);
  const apex = between(-0.82, -0.68);
  const halfWidth = between(0.3, 0.37);
  const air = between(0.68, 0.8);
  const lung = (lift: number): Lung => ({
    apex: apex + between(-0.03, 0.03),
    base: base - lift + between(-0.04, 0.04),
    dome: between(0.1, 0.24),
    centre: between(0.42, 0.47),
    halfWidth: halfWidth * between(0.94, 1.06),
    air: air * between(0.92, 1.08),
  });
  return {
    pose: {
      a: cos * scale * stretch,
      b: sin * scale,
      c: -sin * scale * stretch,
      d: cos * scale,
      x0: between(-0.11, 0.11),
      y0: between(-0.12, 0.08),
    },
    torsoWidth: between(0.86, 1.12),
    neckWidth: between(0.2, 0.32),
    shoulderTop: between(-0.98, -0.86),
    // The liver lifts the diaphragm on the image's left.
    lungs: [lung(0.05), lung(0)],
    heart: { x: between(0.1, 0.18), y: between(0.28, 0.42), rx: between(0.26, 0.36), ry: between(0.26, 0.34) },
    mediastinumWidth: between(0.1, 0.16),
    ribs: {
      spacing: between(0.15, 0.19),
      offset: between(0, 1),
      curve: between(0.3, 0.6),
      density: between(0.02, 0.045),
    },
    clavicle: { y: between(-0.7, -0.6), slope: between(0.1, 0.3), density: between(0.1, 0.2) },
    vessels: between(0.03, 0.08),
    clouds: between(0.02, 0.06),
    shadows: Array.from({ length: 8 + random.integer(4) }, () => drawShadow(random)),
    film: {
      black: between(8, 24),
      white: between(210, 250),
      bend: between(0.85, 1.2),
      tiltX: between(-0.12, 0.12),
      tiltY: between(-0.12, 0.12),
      grain: between(1, 2.5),
      border: random.uniform() < 0.3 ? between(0.02, 0.08) : 0,
    },
  };
}

function drawShadow(random: RandomGenerator): Shadow {
  const between = (low: number, high: number) => random.uniformBetween(low, high);
  return {
    x: between(-0.75, 0.75),
    y: between(-0.65, 0.6),
    rx: between(0.16, 0.36),
    ry: between(0.16, 0.36),
    opacity: between(0.15, 0.55),
  };
}
