import { paletteOffset, type Palette } from './palette.js';
import type { Shape } from './shape.js';
import { clamped, type Texture } from './textures/texture.js';

/** A square colour image in the making: size × size × 3 numbers, 0–1 where nothing shines. */
export interface Canvas {
  readonly size: number;
  readonly pixels: Float32Array;
}

export function blankCanvas(size: number): Canvas {
  return { size, pixels: new Float32Array(size * size * 3) };
}

/** What covers a surface. */
export interface Paint {
  readonly texture: Texture;
  readonly palette: Palette;
}

/** Paints every pixel. */
export function fillCanvas({ size, pixels }: Canvas, { texture, palette }: Paint): void {
  for (let y = 0, at = 0; y < size; y++) {
    for (let x = 0; x < size; x++, at += 3) {
      const offset = paletteOffset(texture(x, y));
      pixels[at] = palette[offset]!;
      pixels[at + 1] = palette[offset + 1]!;
      pixels[at + 2] = palette[offset + 2]!;
    }
  }
}

/** What a point of a shape looks like. */
export interface Surface extends Paint {
  /** Brightness at a point of the shape's own plane; 1 leaves the colour as it is. Default: 1 everywhere. */
  readonly light?: (x: number, y: number) => number;
  /** What is added to all channels. */
  readonly shine?: (x: number, y: number) => number;
  /** How much of what lies behind is hidden, 0–1. Default: 1. */
  readonly opacity?: number;
  /** Width of the border in which the shape fades, in pixels. Default: 1. */
  readonly softness?: number;
}

/** Paints a shape over what is there. */
export function paintShape({ size, pixels }: Canvas, shape: Shape, surface: Surface): void {
  const { texture, palette, light, shine, opacity = 1, softness = 1 } = surface;
  const reach = shape.reach + softness;
  const [left, right] = [Math.max(0, Math.floor(shape.x - reach)), Math.min(size - 1, Math.ceil(shape.x + reach))];
  const [top, bottom] = [Math.max(0, Math.floor(shape.y - reach)), Math.min(size - 1, Math.ceil(shape.y + reach))];
  // Distances are in half axes: about this many to a pixel.
  const steepness = Math.min(shape.width, shape.height) / softness;
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const [dx, dy] = [x - shape.x, y - shape.y];
      const u = (dx * shape.cos + dy * shape.sin) / shape.width;
      const v = (dy * shape.cos - dx * shape.sin) / shape.height;
      const cover = opacity * clamped((1 - shape.distance(u, v)) * steepness + 0.5);
      if (cover <= 0) continue;
      const offset = paletteOffset(texture(x, y));
      const bright = light === undefined ? 1 : light(u, v);
      const added = shine === undefined ? 0 : shine(u, v);
      const at = (y * size + x) * 3;
      for (let channel = 0; channel < 3; channel++) {
        const color = palette[offset + channel]! * bright + added;
        pixels[at + channel]! += cover * (color - pixels[at + channel]!);
      }
    }
  }
}
