import { themeChart, type ChartTheme } from './chart-theme.js';

/** A Vega-Lite specification as plain data, for `vega-embed`, `vega-lite` or any other renderer. */
export interface VegaLiteSpec {
  readonly $schema: string;
  readonly [key: string]: unknown;
}

/** Options of every chart. */
export interface ChartOptions {
  /** A line above the chart. Default: the chart's own. */
  readonly title?: string | undefined;
  /** Width of the plotting area in pixels. Default 320, or what the data need. */
  readonly width?: number | undefined;
  /** Height of the plotting area in pixels. Default 320, or what the data need. */
  readonly height?: number | undefined;
  /** Colours for white paper or for a dark page; `themeChart` changes them later. Default: `light`. */
  readonly theme?: ChartTheme | undefined;
}

/** A chart out of its parts: with a heading, a size, and the colours of its theme. */
export function chartSpec(
  title: string,
  options: ChartOptions,
  parts: Readonly<Record<string, unknown>>,
): VegaLiteSpec {
  const { subtitle, ...rest } = parts;
  const text = options.title ?? title;
  return themeChart({ title: subtitle === undefined ? text : { text, subtitle }, ...rest }, options.theme ?? 'light');
}

/** Width and height of the plotting area. */
export function plotSize(options: ChartOptions): { readonly width: number; readonly height: number } {
  return { width: options.width ?? 320, height: options.height ?? 320 };
}

/** A thin dashed line from (0, 0) to (1, 1). */
export const diagonal = {
  data: { values: [{ x: 0 }, { x: 1 }] },
  mark: { type: 'line', style: 'reference' },
  encoding: { x: { field: 'x', type: 'quantitative' }, y: { field: 'x', type: 'quantitative' } },
};
