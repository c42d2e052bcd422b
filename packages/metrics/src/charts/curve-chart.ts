import { baseSpec, type ChartOptions, type VegaLiteSpec } from './vega-lite-spec.js';

/** One curve, or several by name (such as one for each class). */
export type Curves<Curve> = Curve | Readonly<Record<string, Curve>>;

/** Gives every curve a name; a curve alone has none. */
export function namedCurves<Curve extends object>(
  curves: Curves<Curve>,
  isCurve: (value: object) => boolean,
): [string, Curve][] {
  return isCurve(curves) ? [['', curves as Curve]] : Object.entries(curves as Readonly<Record<string, Curve>>);
}

/** Lines through points of the unit square. */
export function curveChart(
  chart: {
    title: string;
    x: string;
    y: string;
    series: readonly [string, readonly { x: number; y: number }[]][];
    below?: object;
    points?: boolean;
  },
  options: ChartOptions,
): VegaLiteSpec {
  const { series } = chart;
  const unit = { domain: [0, 1] };
  const values = series.flatMap(([name, points]) => points.map(({ x, y }, order) => ({ name, order, x, y })));
  const names = series.map(([name]) => name);
  return {
    ...baseSpec(chart.title, options),
    layer: [
      ...(chart.below ? [chart.below] : []),
      {
        data: { values },
        mark: { type: 'line', interpolate: 'linear', ...(chart.points && { point: true }) },
        encoding: {
          x: { field: 'x', type: 'quantitative', title: chart.x, scale: unit },
          y: { field: 'y', type: 'quantitative', title: chart.y, scale: unit },
          order: { field: 'order', type: 'quantitative' },
          ...(names.length > 1 && { color: { field: 'name', type: 'nominal', title: null, sort: names } }),
        },
      },
    ],
  };
}
