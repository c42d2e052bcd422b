/** Colours for heat: dark violet over red to light yellow; dark blue over green to light yellow; or greys. */
export type ColorMapName = 'heat' | 'sea' | 'grey';

/** Three bytes, RGB, for each of 256 values. */
export type ColorTable = Uint8Array;

/** A way through OKLCh: lightness grows evenly with the value, so that a greater one is lighter to every eye and on grey paper. */
interface ColorPath {
  /** From 0, black, to 1, white. */
  readonly lightness: readonly [number, number];
  /** Degrees; colours in between lie on the way, past 360 if need be. */
  readonly hue: readonly [number, number];
  /** Colourfulness at both ends and half-way; less where screens cannot show so much. */
  readonly chroma: readonly [number, number, number];
}

const paths: Readonly<Record<ColorMapName, ColorPath>> = {
  heat: { lightness: [0.2, 0.96], hue: [288, 467], chroma: [0.1, 0.22, 0.13] },
  sea: { lightness: [0.25, 0.94], hue: [285, 105], chroma: [0.09, 0.1, 0.17] },
  grey: { lightness: [0.15, 1], hue: [0, 0], chroma: [0, 0, 0] },
};

/** Names of all colour maps. */
export const colorMapNames = Object.keys(paths) as readonly ColorMapName[];

const tables = new Map<ColorMapName, ColorTable>();

/**
 * A colour for each of 256 values, evenly lighter from value to value: perceptually uniform, and legible to colour-blind people.
 * The principle is matplotlib's (van der Walt & Smith 2015), the colour space Ottosson's OKLab (2020).
 */
export function colorTable(name: ColorMapName): ColorTable {
  const known = tables.get(name);
  if (known !== undefined) return known;
  const table = new Uint8Array(256 * 3);
  for (let value = 0; value < 256; value += 1) table.set(colorAt(paths[name], value / 255), value * 3);
  tables.set(name, table);
  return table;
}

function colorAt({ lightness, hue, chroma }: ColorPath, t: number): readonly number[] {
  const light = mix(lightness[0], lightness[1], t);
  const angle = (mix(hue[0], hue[1], t) * Math.PI) / 180;
  const [first, middle, last] = chroma;
  const wanted = t < 0.5 ? mix(first, middle, t * 2) : mix(middle, last, t * 2 - 1);
  // The most colourful that a screen can show, up to what is wanted.
  let [low, high] = [0, wanted];
  for (let step = 0; step < 20; step += 1) {
    const share = (low + high) / 2;
    const fits = linearRgb(light, share, angle).every((level) => level >= 0 && level <= 1);
    if (fits) low = share;
    else high = share;
  }
  return linearRgb(light, low, angle).map(toByte);
}

/** OKLCh to linear sRGB; see Ottosson, "A perceptual color space for image processing", 2020. */
function linearRgb(lightness: number, chroma: number, angle: number): [number, number, number] {
  const [a, b] = [chroma * Math.cos(angle), chroma * Math.sin(angle)];
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
}

function toByte(level: number): number {
  const gamma = level <= 0.0031308 ? 12.92 * level : 1.055 * level ** (1 / 2.4) - 0.055;
  return Math.round(Math.min(1, Math.max(0, gamma)) * 255);
}

function mix(from: number, to: number, t: number): number {
  return from + (to - from) * t;
}
