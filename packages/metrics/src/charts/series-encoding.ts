import { dashes, symbols } from './chart-theme.js';

/** How many series get a colour, a dash and a name of their own. */
export const namedSeries = 8;

/** A legend below the plot: names may be long, and a plot beside them would shrink. */
function legendBelow(names: readonly string[], options: Readonly<Record<string, unknown>> = {}): object {
  const longest = names.reduce((most, name) => Math.max(most, name.length), 0);
  const columns = Math.max(1, Math.min(names.length, Math.floor(60 / (longest + 6))));
  return { orient: 'bottom', columns, symbolSize: 80, ...options };
}

/** Colour and dash of lines by the field `name`; nothing for a line alone. */
export function lineEncoding(names: readonly string[]): object {
  if (names.length < 2) return {};
  const legend = legendBelow(names, { symbolType: 'stroke', symbolSize: 500, symbolStrokeWidth: 2.5 });
  return {
    color: { field: 'name', type: 'nominal', title: null, scale: { domain: names }, legend },
    strokeDash: {
      field: 'name',
      type: 'nominal',
      title: null,
      scale: { domain: names, range: names.map((_, i) => dashes[i % dashes.length]) },
      legend,
    },
  };
}

/**
 * Colour and shape of points by a field; nothing for points alone. Points on lines that have a legend need another field of the
 * same values for their shapes: Vega-Lite makes one legend of what shares a field.
 */
export function pointEncoding(
  names: readonly string[],
  options: { readonly field?: string; readonly shapeField?: string; readonly legend?: object | null } = {},
): object {
  if (names.length < 2) return {};
  const { field = 'name', shapeField = field, legend = legendBelow(names) } = options;
  const common = { type: 'nominal', title: null };
  const range = names.map((_, i) => shapeOf(i));
  return {
    color: { ...common, field, scale: { domain: names }, ...(shapeField === field && { legend }) },
    shape: { ...common, field: shapeField, scale: { domain: names, range }, legend },
  };
}

/** With eight colours and six shapes a pair comes again after 48 series. */
function shapeOf(index: number): string {
  return symbols[(index + Math.floor(index / 24)) % symbols.length] as string;
}
