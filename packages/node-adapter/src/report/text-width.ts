/** Text as Vega lays it out. */
export interface TextItem {
  /** In pixels; Vega's default is 11. */
  readonly fontSize?: number;
  readonly fontWeight?: string | number;
}

// Advance widths of the charts' font, which are those of Arial, in thousandths of its size: from the space to the tilde.
const widths =
  '278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 278 278 584 584 584 556 ' +
  '1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 667 778 722 667 611 722 667 944 667 667 611 278 278 278 469 556 ' +
  '333 556 556 500 556 556 278 556 556 222 222 500 222 833 556 556 556 556 333 500 278 556 500 722 500 500 500 334 260 334 584';
const advances = widths.split(' ').map(Number);
const boldFactor = 1.07;
/** East Asian script and emoji fill a square; marks that combine with others take no room. */
const square =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]|\p{Extended_Pictographic}/u;
const weightless = /\p{Mn}|\p{Cf}/u;

/**
 * How wide a text is in the charts' font, in pixels. Exact for Latin letters without accents, near enough for others.
 */
export function textWidth(text: string | number, { fontSize = 11, fontWeight }: TextItem): number {
  let total = 0;
  for (const letter of String(text)) total += advanceOf(letter);
  const bold = fontWeight === 'bold' || Number(fontWeight) >= 600;
  return (total / 1000) * fontSize * (bold ? boldFactor : 1);
}

function advanceOf(letter: string): number {
  const known = advances[letter.charCodeAt(0) - 32];
  if (known !== undefined) return known;
  if (weightless.test(letter)) return 0;
  return square.test(letter) ? 1000 : 580;
}
