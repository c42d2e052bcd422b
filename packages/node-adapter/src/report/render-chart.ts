import type { TopLevelSpec } from 'vega-lite';
import { chartFontFamily, chartFonts } from './chart-fonts.js';

export interface RenderChartOptions {
  /** Width of the plot area in CSS pixels, for charts of a single view; default: what the specification says. */
  readonly width?: number;
  /** Height of the plot area in CSS pixels, for charts of a single view; default: what the specification says. */
  readonly height?: number;
  /** PNG pixels for each CSS pixel, greater than 0; default 2, sharp on dense screens. */
  readonly scale?: number;
}

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
 * @param options - Sizes.
 * @throws RangeError if a size is not a positive number.
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
  const { scale = 2, ...size } = options;
  for (const [name, value] of Object.entries({ ...size, scale })) {
    if (!(Number.isFinite(value) && value > 0)) throw new RangeError(`${name} is ${value}; pass a number above 0`);
  }
  // Vega marks the rows it draws, so it gets its own.
  const svg = await toSvg({ ...structuredClone(spec), ...size });
  return { svg, png: await toPng(svg, scale) };
}

async function toSvg(spec: Readonly<Record<string, unknown>>): Promise<string> {
  // Charts are drawn once, at the end: their libraries are not worth loading before.
  const [vega, { compile }] = await Promise.all([import('vega'), import('vega-lite')]);
  const compiled = compile(spec as unknown as TopLevelSpec, {
    config: { font: `${chartFontFamily}, Arial, Helvetica, sans-serif` },
    // A note about a specification is no part of the chart; what cannot be drawn throws.
    logger: vega.logger(vega.Error),
  });
  const view = new vega.View(vega.parse(compiled.spec), { renderer: 'none', logLevel: vega.Error });
  try {
    return await view.toSVG();
  } finally {
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
