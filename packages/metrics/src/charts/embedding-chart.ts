import { refuse } from '../refuse.js';
import { pointEncoding } from './series-encoding.js';
import { shortenNames } from './shorten-names.js';
import { type ChartOptions, chartSpec, plotSize, type VegaLiteSpec } from './vega-lite-spec.js';

/** An image's place on a map. */
export interface EmbeddedPoint {
  readonly x: number;
  readonly y: number;
  /** Its class. */
  readonly label: string;
}

/** Options of {@link embeddingChart}. */
export interface EmbeddingChartOptions extends ChartOptions {
  /** What the axes are called. Default: nothing, for axes that mean nothing (UMAP). */
  readonly axes?: readonly [x: string, y: string] | undefined;
  /** A line under the title. */
  readonly subtitle?: string | undefined;
}

/** With more classes than this their names are written into the map instead of being looked up in a legend. */
const legendLimit = 12;

/**
 * A map of images: near each other where a network sees them alike, coloured and shaped by class.
 *
 * @param points - At least one, with finite coordinates.
 * @returns A Vega-Lite specification with the data inside.
 * @throws RangeError if there is no point, a coordinate is not finite, or for an unknown theme.
 * @see Vega-Lite 6 (the test validates against its schema)
 * @example
 * embeddingChart([{ x: 0, y: 1, label: 'covid' }]).title; // 'Map of images'
 */
export function embeddingChart(points: readonly EmbeddedPoint[], options: EmbeddingChartOptions = {}): VegaLiteSpec {
  if (points.length === 0) refuse('points is empty; pass at least one');
  for (const [i, { x, y }] of points.entries()) {
    if (!Number.isFinite(x) || !Number.isFinite(y)) refuse(`points[${i}] is at (${x}, ${y}); expected finite numbers`);
  }
  const labels = [...new Set(points.map(({ label }) => label))].sort();
  const names = shortenNames(labels, labels.length > legendLimit ? 16 : 24);
  const nameOf = new Map(labels.map((label, i) => [label, names[i] as string]));
  const many = names.length > legendLimit;
  const values = points.map(({ x, y, label }) => ({ x, y, name: nameOf.get(label) }));
  const bare = { labels: false, ticks: false, grid: false, domain: false };
  const axis = (field: 'x' | 'y', title: string | null) => ({
    ...{ field, type: 'quantitative', title, scale: { zero: false, nice: true } },
    ...(title === null && { axis: bare }),
  });
  const [titleX, titleY] = options.axes ?? [null, null];
  const encoding = { x: axis('x', titleX), y: axis('y', titleY) };
  const size = points.length > 2000 ? 14 : points.length > 400 ? 30 : 64;
  const text = (style: string) => ({
    data: { values: centres(values) },
    mark: { type: 'text', style, fontSize: 10 },
    encoding: { ...encoding, text: { field: 'name', type: 'nominal' } },
  });
  return chartSpec('Map of images', options, {
    ...plotSize({ width: 420, height: 360, ...given(options) }),
    ...(options.subtitle !== undefined && { subtitle: options.subtitle }),
    layer: [
      {
        data: { values },
        mark: { type: 'point', filled: true, size, opacity: 0.75 },
        encoding: { ...encoding, ...pointEncoding(names, many ? { legend: null } : {}) },
      },
      // The names' own background, so that points do not cross them out.
      ...(many ? [text('halo'), text('markerText')] : []),
    ],
  });
}

function given({ width, height }: ChartOptions): ChartOptions {
  return { ...(width !== undefined && { width }), ...(height !== undefined && { height }) };
}

/** The median place of each class. */
function centres(
  values: readonly { readonly x: number; readonly y: number; readonly name: string | undefined }[],
): object[] {
  const byName = new Map<string | undefined, { xs: number[]; ys: number[] }>();
  for (const { x, y, name } of values) {
    const { xs, ys } = byName.get(name) ?? { xs: [], ys: [] };
    xs.push(x);
    ys.push(y);
    byName.set(name, { xs, ys });
  }
  return [...byName].map(([name, { xs, ys }]) => ({ name, x: median(xs), y: median(ys) }));
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] as number;
}
