import { refuse } from '../refuse.js';
import type { VegaLiteSpec } from './vega-lite-spec.js';

const vegaLiteSchema = 'https://vega.github.io/schema/vega-lite/v6.json';

/** For which page a chart is drawn. */
export type ChartTheme = 'light' | 'dark';

/** The colours of a theme, each used for one purpose, so that one theme's can be exchanged for another's. */
export interface ChartPalette {
  readonly background: string;
  readonly text: string;
  /** Lines of axes, and what stands back behind the data. */
  readonly muted: string;
  readonly grid: string;
  /** Series, in this order. Lines of them have at least 3:1 contrast to the background. */
  readonly category: readonly string[];
  /** A share of 0, 0.5 and 1. Black or white text is legible on each: the second half takes the other one. */
  readonly ramp: readonly string[];
  /** Text on the ramp's first and on its second half. */
  readonly onRamp: readonly [string, string];
}

// Hues after Okabe and Ito, which colour-blind readers tell apart, darkened for white paper and lightened for a dark page.
const palettes: Readonly<Record<ChartTheme, ChartPalette>> = {
  light: {
    background: '#ffffff',
    text: '#1f2328',
    muted: '#8b949e',
    grid: '#dfe3e8',
    category: ['#0072b2', '#d55e00', '#007a5a', '#a8407f', '#8a6a00', '#5a4fcf', '#4b5563', '#b3261e'],
    ramp: ['#eef4fb', '#2f78b7', '#08306b'],
    onRamp: ['#000000', '#fefefe'],
  },
  dark: {
    background: '#0d1117',
    text: '#e6edf3',
    muted: '#7d8590',
    grid: '#30363d',
    category: ['#56b4e9', '#e69f00', '#2fc79a', '#e58cc1', '#d9c94a', '#a79bff', '#b8c0cc', '#ff8a75'],
    ramp: ['#161d27', '#2f78b8', '#b9dcff'],
    onRamp: ['#fdfdfd', '#010101'],
  },
};

/** Marks of series that colours alone would not tell apart: on grey paper, and by colour-blind readers. */
export const symbols = ['circle', 'square', 'triangle-up', 'diamond', 'cross', 'triangle-down'] as const;

/** Dashes of lines likewise, as lengths of line and gap. */
export const dashes: readonly (readonly number[])[] = [
  [1, 0],
  [8, 4],
  [2, 3],
  [10, 3, 2, 3],
  [16, 4],
  [5, 2],
  [10, 3, 2, 3, 2, 3],
  [1, 2],
];

/**
 * The colours of a theme.
 *
 * @param theme - `light` for white paper, `dark` for a dark page.
 * @throws RangeError for another theme.
 * @example
 * chartPalette('light').background; // '#ffffff'
 */
export function chartPalette(theme: ChartTheme): ChartPalette {
  if (!Object.hasOwn(palettes, theme)) refuse(`theme is ${JSON.stringify(theme)}; pass "light" or "dark"`);
  return palettes[theme];
}

/**
 * Gives a chart the colours and fonts of a theme, its background included. The charts of this package hold no colours of
 * their own, so that any of them can be themed, and themed again; so can other specifications that leave colours to `config`.
 *
 * @param spec - A Vega-Lite specification; it is not changed.
 * @returns The same one with `background` and `config` of the theme; what else `config` says is kept.
 * @throws RangeError for another theme.
 * @see Vega-Lite 6 (the test validates against its schema)
 * @example
 * themeChart({ mark: 'bar' }, 'dark').background; // '#0d1117'
 */
export function themeChart(spec: Readonly<Record<string, unknown>>, theme: ChartTheme): VegaLiteSpec {
  const palette = chartPalette(theme);
  return {
    $schema: vegaLiteSchema,
    ...spec,
    background: palette.background,
    padding: spec.padding ?? 16,
    config: merge(spec.config, themeConfig(palette)),
  };
}

function themeConfig({ background, text, muted, grid, category, ramp, onRamp }: ChartPalette): object {
  const words = { labelColor: text, titleColor: text, labelFontSize: 12, titleFontSize: 13, titleFontWeight: 'normal' };
  return {
    view: { stroke: null },
    axis: { ...words, domainColor: muted, tickColor: muted, gridColor: grid, labelLimit: 0, labelFlush: false },
    legend: { ...words, labelLimit: 0 },
    header: words,
    title: {
      ...{ anchor: 'start', color: text, fontSize: 16, fontWeight: 'bold', offset: 12 },
      ...{ subtitleColor: text, subtitleFontSize: 12, subtitlePadding: 6 },
    },
    // Marks that no series colours.
    mark: { color: category[0] },
    rule: { color: muted },
    text: { color: text },
    range: { category, ramp, heatmap: ramp },
    style: {
      reference: { color: muted, strokeDash: [4, 4], strokeWidth: 1 },
      others: { color: muted, strokeWidth: 1, strokeOpacity: 0.5 },
      markerText: { color: text, fontSize: 12 },
      cell: { stroke: background, strokeWidth: 1 },
      cellText: { color: onRamp[0] },
      cellTextStrong: { color: onRamp[1], fontWeight: 'bold' },
      halo: { color: background, stroke: background, strokeWidth: 4, strokeJoin: 'round' },
    },
  };
}

/** Objects one inside the other; `over` wins. */
function merge(base: unknown, over: object): object {
  if (!isPlain(base)) return over;
  const result: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    result[key] = isPlain(value) ? merge(result[key], value) : (value as unknown);
  }
  return result;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
