/** A Vega-Lite specification as plain data, for `vega-embed`, `vega-lite` or any other renderer. */
export interface VegaLiteSpec {
  readonly $schema: string;
  readonly [key: string]: unknown;
}

/** Options of every chart. */
export interface ChartOptions {
  /** A line above the chart. Default: the chart's own. */
  readonly title?: string | undefined;
  /** Width of the plotting area in pixels. Default 320. */
  readonly width?: number | undefined;
  /** Height of the plotting area in pixels. Default 320. */
  readonly height?: number | undefined;
}

/** What every chart starts from. */
export function baseSpec(title: string, options: ChartOptions): VegaLiteSpec {
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    title: options.title ?? title,
    width: options.width ?? 320,
    height: options.height ?? 320,
  };
}

/** A thin dashed line from (0, 0) to (1, 1). */
export const diagonal = {
  data: { values: [{ x: 0 }, { x: 1 }] },
  mark: { type: 'line', color: '#888888', strokeDash: [4, 4] },
  encoding: { x: { field: 'x', type: 'quantitative' }, y: { field: 'x', type: 'quantitative' } },
};
