import type { TopLevelSpec } from 'vega-lite';
import { themeChart, type ChartTheme } from '@graft-ml/metrics/charts';
import { chartFontFamily, chartFonts } from './chart-fonts.js';
import { textWidth, type TextItem } from './text-width.js';

/** Options of {@link renderChart}. */
export interface RenderChartOptions {
  /** Width of the plot area in CSS pixels, for charts of a single view; default: what the specification says. */
  readonly width?: number;
  /** Height of the plot area in CSS pixels, for charts of a single view; default: what the specification says. */
  readonly height?: number;
  /** Colours of the specification's stead, for white paper or a dark page; default: what the specification says. */
  readonly theme?: ChartTheme;
  /** PNG pixels for each CSS pixel, greater than 0; default 2, sharp on dense screens. */
  readonly scale?: number;
}

/** A chart as pictures. */
export interface RenderedChart {
  /** A complete SVG document. */
  readonly svg: string;
  /** The same picture as PNG, `scale` times as many pixels wide and high. */
  readonly png: Uint8Array;
}

/**
 * Draws a Vega-Lite specification as SVG and as PNG.
 *
 * The PNG's text is set in a font that ships with this package, so a chart looks the same on every machine, also on one
 * without fonts; the machine's own fonts serve only for scripts that it lacks.
 *
 * @param spec - A Vega-Lite specification as plain data, such as `historyChart` returns; it is not changed.
 * @param options - Sizes and theme.
 * @throws RangeError if a size is not a positive number, or for an unknown theme.
 * @throws Error if Vega-Lite refuses the specification.
 * @example
 * ```ts
 * const { svg, png } = await renderChart(historyChart(history));
 * await writeFile('history.png', png);
 * ```
 */
export async function renderChart(
  spec: Readonly<Record<string, unknown>>,
  options: RenderChartOptions = {},
): Promise<RenderedChart> {
  const { scale = 2 } = options;
  const svg = await renderSvg(spec, options);
  checkPositive({ scale });
  return { svg, png: await toPng(svg, scale) };
}

/** Options of {@link renderSvg}. */
export interface RenderSvgOptions extends Omit<RenderChartOptions, 'scale'> {
  /** Leaves room for another font: where the charts' own is missing, a browser takes one that may be wider. Default: false. */
  readonly spacious?: boolean;
}

/** {@link renderChart} without the PNG, which takes longer than the SVG. */
export async function renderSvg(
  spec: Readonly<Record<string, unknown>>,
  { theme, width, height, spacious = false }: RenderSvgOptions = {},
): Promise<string> {
  const size = { ...(width !== undefined && { width }), ...(height !== undefined && { height }) };
  checkPositive(size);
  // Vega marks the rows it draws, so it gets its own.
  const own = structuredClone(spec);
  return toSvg({ ...(theme === undefined ? own : themeChart(own, theme)), ...size }, spacious ? 1.15 : 1);
}

function checkPositive(sizes: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(sizes)) {
    if (!(Number.isFinite(value) && value > 0)) throw new RangeError(`${name} is ${value}; pass a number above 0`);
  }
}

/** How Vega measures text; its types leave it out. */
interface TextMetrics {
  width: (item: TextItem, text?: string | number | null) => number;
}

/** One drawing after the other: how Vega measures text is one setting for all. */
let drawing: Promise<unknown> = Promise.resolve();

function toSvg(spec: Readonly<Record<string, unknown>>, textFactor: number): Promise<string> {
  const own = drawing.then(() => draw(spec, textFactor));
  drawing = own.catch(() => undefined);
  return own;
}

async function draw(spec: Readonly<Record<string, unknown>>, textFactor: number): Promise<string> {
  // Charts are drawn once, at the end: their libraries are not worth loading before.
  const [vega, { compile }] = await Promise.all([import('vega'), import('vega-lite')]);
  const compiled = compile(spec as unknown as TopLevelSpec, {
    config: { font: `${chartFontFamily}, Arial, Helvetica, sans-serif` },
    // A note about a specification is no part of the chart; what cannot be drawn throws.
    logger: vega.logger(vega.Error),
  });
  const view = new vega.View(vega.parse(compiled.spec), { renderer: 'none', logLevel: vega.Error });
  // Without a canvas Vega takes every letter for a wide one, and leaves half of a legend empty.
  const { textMetrics } = vega as unknown as { textMetrics: TextMetrics };
  const { width } = textMetrics;
  textMetrics.width = (item, text) => Math.round(textWidth(text ?? '', item) * textFactor);
  try {
    return await view.toSVG();
  } finally {
    textMetrics.width = width;
    view.finalize();
  }
}

async function toPng(svg: string, scale: number): Promise<Uint8Array> {
  const { Resvg } = await import('@resvg/resvg-js');
  const text = svg.replaceAll(/<[^>]*>/g, '');
  const image = new Resvg(svg, {
    fitTo: { mode: 'zoom', value: scale },
    font: { ...chartFonts(text), defaultFontFamily: chartFontFamily, sansSerifFamily: chartFontFamily },
  });
  return image.render().asPng();
}
