/** A share as people read it: `93.4 %`; 1 is never shown for less, nor 0 for more. */
export function percent(share: number): string {
  if (!Number.isFinite(share)) return 'undefined';
  const rounded = (share * 100).toFixed(1);
  if (rounded === '100.0' && share < 1) return '>\u00a099.9\u00a0%';
  if (rounded === '0.0' && share > 0) return '<\u00a00.1\u00a0%';
  return `${rounded}\u00a0%`;
}

/** A score with three digits. */
export function decimal(value: number | null | undefined, digits = 3): string {
  return value === null || value === undefined || !Number.isFinite(value) ? '–' : value.toFixed(digits);
}

/** `1 image`, `2 images`. */
export function count(amount: number, one: string, many = `${one}s`): string {
  return `${amount.toLocaleString('en')} ${amount === 1 ? one : many}`;
}
