import { lineEncoding, namedSeries, pointEncoding } from './series-encoding.js';
import { shortenNames } from './shorten-names.js';
import { type ChartOptions, chartSpec, plotSize, type VegaLiteSpec } from './vega-lite-spec.js';

/** One curve, or several by name (such as one for each class). */
export type Curves<Curve> = Curve | Readonly<Record<string, Curve>>;

/** A line of a chart. */
export interface Series {
  /** Empty for a line alone. */
  readonly name: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
  /** A figure that stands behind the name, such as the area; the lowest ones are named where there are many. */
  readonly score?: number;
}

/** Gives every curve a name; a curve alone has none. */
export function namedCurves<Curve extends object>(
  curves: Curves<Curve>,
  isCurve: (value: object) => boolean,
): [string, Curve][] {
  return isCurve(curves) ? [['', curves as Curve]] : Object.entries(curves as Readonly<Record<string, Curve>>);
}

/** What a chart of curves says around them. */
interface CurveChart {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly series: readonly Series[];
  readonly below?: object;
  readonly points?: boolean;
}

/** Letters of a name in a legend. */
const nameLimit = 28;
/** Less than half a pixel of a plot. */
const resolution = 1 / 1000;

/** Lines through points of the unit square. Of many lines the lowest are named, the others are drawn grey. */
export function curveChart(chart: CurveChart, options: ChartOptions): VegaLiteSpec {
  const { named, others } = chooseNamed(chart.series);
  const short = shortenNames(
    named.map(({ name }) => name),
    nameLimit,
  );
  const names = named.map(({ score }, i) => label(short[i] as string, score));
  const ranked = named.some(({ score }) => score !== undefined);
  const axis = { values: [0, 0.2, 0.4, 0.6, 0.8, 1], format: '.1f' };
  const encoding = {
    x: { field: 'x', type: 'quantitative', title: chart.x, axis, scale: { domain: [0, 1] } },
    y: { field: 'y', type: 'quantitative', title: chart.y, axis, scale: { domain: [0, 1] } },
    order: { field: 'order', type: 'quantitative' },
  };
  const values = rows(named, (_, i) => names[i] as string);
  return chartSpec(chart.title, options, {
    ...plotSize(options),
    ...(others.length > 0 && {
      subtitle: `${ranked ? 'the lowest ' : ''}${named.length} of ${chart.series.length}; the others are grey`,
    }),
    layer: [
      ...(chart.below ? [chart.below] : []),
      ...(others.length === 0
        ? []
        : [
            {
              data: { values: rows(others, (_, i) => String(i)) },
              mark: { type: 'line', style: 'others' },
              encoding: { ...encoding, detail: { field: 'name', type: 'nominal' } },
            },
          ]),
      { data: { values }, mark: { type: 'line', strokeWidth: 2 }, encoding: { ...encoding, ...lineEncoding(names) } },
      ...(chart.points
        ? [
            {
              data: { values: values.map((row) => ({ ...row, marker: row.name })) },
              mark: { type: 'point', filled: true, size: 60, opacity: 1 },
              encoding: { ...encoding, ...pointEncoding(names, { shapeField: 'marker', legend: null }) },
            },
          ]
        : []),
    ],
  });
}

function chooseNamed(series: readonly Series[]): {
  readonly named: readonly Series[];
  readonly others: readonly Series[];
} {
  if (series.length <= namedSeries) return { named: series, others: [] };
  // A curve that is not defined has no points to be drawn.
  const ranked = [...series].sort((a, b) => (a.score ?? Infinity) - (b.score ?? Infinity));
  const named = ranked.slice(0, namedSeries - 1);
  return { named, others: series.filter((one) => !named.includes(one)) };
}

function label(name: string, score: number | undefined): string {
  if (name === '' || score === undefined) return name;
  return `${name} (${Number.isFinite(score) ? score.toFixed(3) : 'undefined'})`;
}

/** A point of a line, as Vega-Lite reads it. */
interface Row {
  readonly name: string;
  readonly order: number;
  readonly x: number;
  readonly y: number;
}

function rows(series: readonly Series[], nameOf: (one: Series, index: number) => string): Row[] {
  return series.flatMap((one, index) => {
    const name = nameOf(one, index);
    return thinOut(one.points).map(({ x, y }, order) => ({ name, order, x, y }));
  });
}

/** Leaves out points that no eye tells from their neighbours: a curve of a million samples is drawn by some hundred points. */
function thinOut(points: Series['points']): Series['points'] {
  const defined = points.filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y));
  let [lastX, lastY] = [Infinity, Infinity];
  return defined.filter(({ x, y }, i) => {
    const near = Math.abs(x - lastX) < resolution && Math.abs(y - lastY) < resolution;
    if (near && i < defined.length - 1) return false;
    [lastX, lastY] = [x, y];
    return true;
  });
}
