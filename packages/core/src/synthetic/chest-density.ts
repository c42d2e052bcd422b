import type { ChestAnatomy, Lung } from './chest-anatomy.js';
import type { Lesion } from './chest-lesions.js';
import type { ValueNoise } from './value-noise.js';

/** What the rays pass through: the anatomy with its lesions and textures. */
export interface ChestScene {
  readonly anatomy: ChestAnatomy;
  readonly lesions: readonly Lesion[];
  readonly noise: ValueNoise;
}

/** 0 at and below 0, 1 at and above 1, smooth between. */
export function smoothStep(t: number): number {
  if (t <= 0) return 0;
  if (t >= 1) return 1;
  return t * t * (3 - 2 * t);
}

/** Density along the ray at a point in body coordinates: 0 is air, about 1 is soft tissue, bone adds to it. */
export function densityAt(scene: ChestScene, x: number, y: number): number {
  const { anatomy, noise } = scene;
  const side = Math.abs(x);

  const shoulder = smoothStep((y - anatomy.shoulderTop) / 0.3);
  const wall = anatomy.neckWidth + (anatomy.torsoWidth - anatomy.neckWidth) * shoulder;
  const body = smoothStep((wall - side) / 0.07);
  if (body === 0) return 0;

  // The body is thinner at its sides, and lets less light through below the diaphragm.
  const roundness = side / wall;
  let density = 0.62 + 0.18 * (1 - roundness * roundness) + 0.1 * smoothStep((y - 0.35) / 0.5);
  density += anatomy.clouds * (noise.at(x * 2.5 + 40, y * 2.5 + 40) - 0.5);

  const lung = anatomy.lungs[x < 0 ? 0 : 1];
  const air = lungAir(lung, side, y) * (1 - solidCentre(anatomy, x, y));
  if (air > 0) {
    const vessels = anatomy.vessels * vesselsAt(noise, x, y);
    const blocked = scene.lesions.length > 0 ? lesionOpacity(scene, x, y) : 0;
    density -= lung.air * air * (1 - blocked) * (1 - vessels);
  }

  density += boneAt(anatomy, x, y);
  density += shadowAt(anatomy, x, y) * Math.max(0, 0.95 - density);
  // The windpipe.
  if (y < -0.3) density -= 0.13 * smoothStep((0.05 - Math.abs(x - 0.01)) / 0.02) * smoothStep((-0.3 - y) / 0.1);
  return density * body;
}

/** How much air lies behind a point: 0 outside of the lung, up to 1 where it is thickest. */
function lungAir(lung: Lung, side: number, y: number): number {
  const height = (y - lung.apex) / (lung.base - lung.apex);
  if (height <= 0 || height > 1.25) return 0;
  const width = height >= 1 ? lung.halfWidth : lung.halfWidth * Math.sqrt(height * (2 - height));
  const across = (side - lung.centre) / width;
  if (across <= -1 || across >= 1) return 0;
  const fromAxis = (side - lung.centre) / lung.halfWidth;
  const floor = lung.base - lung.dome * (1 - fromAxis * fromAxis);
  const thickness = 1 - across * across;
  return smoothStep((floor - y) / 0.05) * smoothStep(thickness / 0.3) * (0.62 + 0.38 * Math.sqrt(thickness));
}

/** Heart, great vessels and spine: 1 where they fill the ray. */
function solidCentre(anatomy: ChestAnatomy, x: number, y: number): number {
  const { heart, mediastinumWidth } = anatomy;
  const hx = (x - heart.x) / heart.rx;
  const hy = (y - heart.y) / heart.ry;
  const inHeart = smoothStep((1 - hx * hx - hy * hy) / 0.28);
  const width = mediastinumWidth + 0.05 * smoothStep((y + 0.2) / 0.6);
  const inBand = smoothStep((width - Math.abs(x - 0.02)) / 0.06);
  const ax = (x - 0.1) / 0.12;
  const ay = (y + 0.28) / 0.12;
  const inArch = smoothStep((1 - ax * ax - ay * ay) / 0.5);
  return 1 - (1 - inHeart) * (1 - inBand) * (1 - inArch);
}

/** A web of vessels, dense at the lung's root, thinning outwards; 0–1. */
function vesselsAt(noise: ValueNoise, x: number, y: number): number {
  const dx = Math.abs(x) - 0.2;
  const dy = y - 0.02;
  const distance = Math.sqrt(dx * dx + dy * dy);
  const root = 1 / (1 + 10 * distance * distance);
  const coarse = 1 - 2 * Math.abs(noise.at(x * 9 + 7, y * 7 + 3) - 0.5);
  const fine = 1 - 2 * Math.abs(noise.at(x * 23 + 31, y * 19 + 11) - 0.5);
  return root * (0.35 + coarse * coarse * coarse + 0.6 * fine * fine * fine);
}

/** The part of the air that lesions take, 0–1. */
function lesionOpacity({ lesions, noise }: ChestScene, x: number, y: number): number {
  let open = 1;
  for (const lesion of lesions) {
    const dx = x - lesion.x;
    const dy = y - lesion.y;
    if (dx > lesion.reach || dx < -lesion.reach || dy > lesion.reach || dy < -lesion.reach) continue;
    const distance = lesion.p * dx * dx + lesion.q * dx * dy + lesion.r * dy * dy;
    if (distance > 2) continue;
    const ragged = distance + 1.1 * (noise.at(x * 7 + 3, y * 7 + 50) + 0.5 * noise.at(x * 19, y * 19 + 5) - 0.75);
    if (lesion.kind === 'solid') {
      const bronchus = 1 - 2 * Math.abs(noise.at(x * 10 + 20, y * 10 + 9) - 0.5);
      const dark = smoothStep((bronchus - 0.76) / 0.2);
      open *= 1 - lesion.opacity * smoothStep((1.05 - ragged) / 0.12) * (1 - 0.45 * dark);
    } else {
      const grains = noise.at(x * 16, y * 16);
      open *= 1 - lesion.opacity * smoothStep((1.2 - ragged) / 1.1) * (0.3 + 1.4 * smoothStep((grains - 0.2) / 0.6));
    }
  }
  return Math.min(1, 1 - open);
}

/** How much soft tissue takes of the light that the rest lets through, 0–1. */
function shadowAt({ shadows }: ChestAnatomy, x: number, y: number): number {
  let open = 1;
  for (const { x: middleX, y: middleY, rx, ry, opacity } of shadows) {
    const dx = (x - middleX) / rx;
    const dy = (y - middleY) / ry;
    open *= 1 - opacity * smoothStep((1 - dx * dx - dy * dy) / 0.8);
  }
  return 1 - open;
}

/** Ribs, clavicles and vertebrae. */
function boneAt(anatomy: ChestAnatomy, x: number, y: number): number {
  const { ribs, clavicle } = anatomy;
  const side = Math.abs(x);
  let bone = 0;
  if (side < 0.86 && y > -0.85 && y < 0.75) {
    const inCage = smoothStep((0.84 - side) / 0.06) * smoothStep((side - 0.07) / 0.05) * smoothStep((0.72 - y) / 0.2);
    // Behind, ribs arch outwards and down; in front they are fainter and fall towards the midline.
    const behind = (y - ribs.curve * side * side + 0.12 * side) / ribs.spacing + ribs.offset;
    const front = (y + 0.55 * side) / ribs.spacing + ribs.offset * 2;
    bone += ribs.density * inCage * (band(behind, 0.27) + 0.55 * band(front, 0.23) * smoothStep((side - 0.22) / 0.2));
  }
  if (side < 0.86 && side > 0.05 && y < -0.4) {
    const along = side - 0.1;
    const middle = clavicle.y - clavicle.slope * along + 0.5 * along * along * (along - 0.3);
    const offset = (y - middle) / 0.042;
    if (offset > -1 && offset < 1) bone += clavicle.density * (1 - offset * offset) * smoothStep((side - 0.05) / 0.05);
  }
  if (side < 0.085) bone += 0.07 * smoothStep((0.085 - side) / 0.03) * (0.5 + 0.8 * band(y / 0.125, 0.42));
  return bone;
}

/** A ridge in the middle of every unit, `width` to either side. */
function band(position: number, width: number): number {
  const offset = (position - Math.floor(position) - 0.5) / width;
  return offset > -1 && offset < 1 ? 1 - offset * offset : 0;
}
