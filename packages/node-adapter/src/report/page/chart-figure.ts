import { chartPalette } from '@graft-ml/metrics/charts';
import { renderSvg } from '../render-chart.js';
import { escapeHtml } from './escape-html.js';

/** A chart in the page. */
export interface ChartFigure {
  /** Unique in the page: names what the drawing refers to. */
  readonly id: string;
  readonly spec: Readonly<Record<string, unknown>>;
  /** What the chart shows, for those who do not see it. */
  readonly label: string;
  /** A line below. */
  readonly caption?: string;
}

/**
 * A chart as inline SVG, in the light theme's colours; {@link darkChartStyle} exchanges them on a dark page. The title is left to
 * the heading above.
 */
export async function chartFigure({ id, spec, label, caption }: ChartFigure): Promise<string> {
  const { title, ...rest } = spec;
  const subtitle = (title as { subtitle?: string } | undefined)?.subtitle;
  const config = { ...(spec.config as object | undefined), aria: false };
  const svg = await renderSvg({ ...rest, config, padding: 4 }, { theme: 'light', spacious: true });
  const drawing = svg
    .replace(/^<svg /, `<svg role="img" aria-label="${escapeHtml(label)}" `)
    .replaceAll(/\b(id="|url\(#)(?=(?:clip|gradient)[_\d])/g, `$1${id}-`);
  const text = [subtitle, caption].filter((line) => line !== undefined).join('; ');
  return `<figure class="chart">${drawing}${text === '' ? '' : `<figcaption>${escapeHtml(text)}</figcaption>`}</figure>`;
}

/** Rules that give the charts the dark theme's colours: each colour of a theme has one purpose, so it can be exchanged. */
export function darkChartStyle(): string {
  const [light, dark] = [chartPalette('light'), chartPalette('dark')];
  const pairs = [
    ...(['background', 'text', 'muted', 'grid'] as const).map((name) => [light[name], dark[name]] as const),
    ...light.category.map((color, i) => [color, dark.category[i] as string] as const),
  ];
  return pairs
    .flatMap(([from, to]) => ['fill', 'stroke'].map((kind) => `.chart [${kind}="${from}"]{${kind}:${to}}`))
    .join('\n');
}
