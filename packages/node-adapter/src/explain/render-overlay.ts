import {
  isGraftError,
  nameImageError,
  type HeatMap,
  type ImageReference,
  type ImageSource,
  type InputSize,
  type RgbImage,
} from '@graft-ml/core';
import { imageSize } from '../images/image-size.js';
import { loadSharp } from '../images/load-sharp.js';
import { sharpImageSource } from '../images/sharp-image-source.js';
import { colorMapNames, colorTable, type ColorMapName, type ColorTable } from './color-map.js';
import { enlargeMap, type EnlargedMap, type MapInterpolation } from './enlarge-map.js';
import { drawLegend } from './overlay-legend.js';
import { overlaySoftware } from './overlay-mark.js';

/** How {@link renderOverlay} draws. */
export interface RenderOverlayOptions {
  /** How much of the image the hottest place hides, from 0 to 1. Colder places hide less, down to nothing. Default: 0.6. */
  readonly alpha?: number | undefined;
  /** `heat` (default): violet, red, yellow; `sea`: blue, green, yellow; `grey`. All grow evenly lighter. */
  readonly colormap?: ColorMapName | undefined;
  /** Width of the image in the picture, 16–4096 pixels; its height follows. Default: its own, the longer side 320–1024. */
  readonly width?: number | undefined;
  /** `overlay` (default): the map over the image; `sideBySide`: the image as it is to the left of it. */
  readonly layout?: 'overlay' | 'sideBySide' | undefined;
  /** Adds a strip below with class, score, method and colours. Default: false. */
  readonly legend?: boolean | undefined;
  /** Default: `bicubic`. */
  readonly interpolation?: MapInterpolation | undefined;
  /** What reads and decodes the image. Default: `sharpImageSource()`. */
  readonly images?: ImageSource | undefined;
  readonly signal?: AbortSignal | undefined;
}

const longerSide = { least: 320, most: 1024 } as const;
/** A picture of a tall image is narrower than asked for. */
const tallest = 8192;
const gap = 8;
/** What the network did not see is drawn darker. */
const unseenBrightness = 0.4;

/**
 * Draws a heat map over its image: at the image's own aspect, the map lying where the network saw what it shows, whether the image
 * was stretched, cut (what was cut off is drawn darker) or bordered for it.
 *
 * @param image - A path, an address, encoded bytes (DICOM too), or pixels at the image's own aspect.
 * @returns A PNG. Its EXIF says what made it, and "for education, not for diagnosis".
 * @throws ImageError if the image cannot be read; RangeError for options out of range.
 * @example `await writeFile('a.png', await renderOverlay('a.jpg', map, { layout: 'sideBySide' }))`
 */
export async function renderOverlay(
  image: ImageReference | RgbImage,
  heatMap: HeatMap,
  options: RenderOverlayOptions = {},
): Promise<Uint8Array> {
  const { alpha = 0.6, colormap = 'heat', layout = 'overlay', interpolation = 'bicubic', legend = false } = options;
  checkOptions({ ...options, alpha, colormap, layout, interpolation });
  const { pixels, source } = await readAtOwnAspect(image, options);
  const { height, width } = pixels;
  const map = enlargeMap(heatMap, { source, size: [height, width], interpolation });
  const colors = colorTable(colormap);
  const overlay = blend(pixels, map, { alpha, colors });
  const pictures = layout === 'overlay' ? [overlay] : [pixels, overlay];
  const total = pictures.length * width + (pictures.length - 1) * gap;
  const strips = legend ? [await drawLegend(heatMap, total, colors)] : [];
  const canvas = {
    height: height + strips.reduce((sum, strip) => sum + strip.height, 0),
    width: total,
  };
  const data = new Uint8Array(canvas.height * total * 3).fill(255);
  for (const [place, picture] of pictures.entries())
    paste(picture, data, { ...canvas, left: place * (width + gap), top: 0 });
  for (const strip of strips) paste(strip, data, { ...canvas, left: 0, top: height });
  const sharp = await loadSharp();
  const png = await sharp(data, { raw: { ...canvas, channels: 3 } })
    .withExif({ IFD0: { Software: overlaySoftware, ImageDescription: 'heat map; for education, not for diagnosis' } })
    .png()
    .toBuffer();
  return new Uint8Array(png.buffer, png.byteOffset, png.length);
}

function checkOptions(options: RenderOverlayOptions): void {
  const { alpha = 0, width } = options;
  if (!(alpha >= 0 && alpha <= 1)) throw new RangeError(`alpha is ${alpha}; pass a number from 0 to 1`);
  if (width !== undefined && !(Number.isInteger(width) && width >= 16 && width <= 4096)) {
    throw new RangeError(`width is ${width}; pass a whole number from 16 to 4096`);
  }
  const choices = {
    colormap: colorMapNames,
    layout: ['overlay', 'sideBySide'],
    interpolation: ['bicubic', 'bilinear'],
  } as const;
  for (const [name, known] of Object.entries(choices)) {
    const value = options[name as keyof typeof choices] as string;
    if ((known as readonly string[]).includes(value)) continue;
    throw new RangeError(`${name} is ${JSON.stringify(value)}; there are ${known.join(', ')}`);
  }
}

/** An image as it is drawn, and the size that it has itself. */
async function readAtOwnAspect(
  image: ImageReference | RgbImage,
  { images = sharpImageSource(), signal, width }: RenderOverlayOptions,
): Promise<{ readonly pixels: RgbImage; readonly source: InputSize }> {
  if (typeof image === 'object' && 'data' in image) {
    const { height, width: columns, data } = image;
    const size = drawnSize([height, columns], width);
    const sharp = await loadSharp();
    const resized = await sharp(data, { raw: { width: columns, height, channels: 3 } })
      .resize({ height: size[0], width: size[1], fit: 'fill' })
      .raw()
      .toBuffer();
    return { pixels: { height: size[0], width: size[1], data: resized }, source: [height, columns] };
  }
  const bytes = await images.read(image, { signal });
  try {
    const source = await imageSize(bytes);
    const size = drawnSize(source, width);
    return { pixels: await images.decode(bytes, { size, interpolation: 'antialias', resize: 'stretch' }), source };
  } catch (error) {
    throw isGraftError(error) && error.code === 'IMAGE' ? nameImageError(error, image) : error;
  }
}

function drawnSize([height, width]: InputSize, wanted: number | undefined): InputSize {
  const longer = Math.max(height, width);
  const scale =
    wanted === undefined
      ? Math.min(longerSide.most, Math.max(longerSide.least, longer)) / longer
      : Math.min(wanted / width, tallest / height);
  return [Math.max(1, Math.round(height * scale)), Math.max(1, Math.round(width * scale))];
}

function paste(
  picture: RgbImage,
  canvas: Uint8Array,
  { width, left, top }: { readonly width: number; readonly left: number; readonly top: number },
): void {
  const stride = picture.width * 3;
  for (let y = 0; y < picture.height; y += 1) {
    canvas.set(picture.data.subarray(y * stride, (y + 1) * stride), ((top + y) * width + left) * 3);
  }
}

/** Lays colours over an image: the hotter a place, the less of the image shows through. */
function blend(
  { data, height, width }: RgbImage,
  { values }: EnlargedMap,
  { alpha, colors }: { readonly alpha: number; readonly colors: ColorTable },
): RgbImage {
  const result = new Uint8Array(data.length);
  for (const [pixel, value] of values.entries()) {
    const seen = !Number.isNaN(value);
    const opacity = seen ? alpha * Math.min(1, value * 2) : 0;
    const brightness = seen ? 1 - opacity : unseenBrightness;
    const color = seen ? Math.round(value * 255) * 3 : 0;
    for (let channel = 0; channel < 3; channel += 1) {
      const at = pixel * 3 + channel;
      result[at] = Math.round(data[at]! * brightness + colors[color + channel]! * opacity);
    }
  }
  return { height, width, data: result };
}
