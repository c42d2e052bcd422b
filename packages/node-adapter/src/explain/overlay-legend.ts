import type { HeatMap, RgbImage } from '@graft-ml/core';
import { chartFontFamily, chartFonts } from '../report/chart-fonts.js';
import { escapeHtml } from '../report/page/escape-html.js';
import type { ColorTable } from './color-map.js';

/** Height of the legend below a picture, in pixels. */
export const legendHeight = 46;

const titles: Readonly<Record<HeatMap['method'], string>> = {
  gradCam: 'Grad-CAM',
  gradCamPlusPlus: 'Grad-CAM++',
  occlusion: 'occlusion',
};

const fontSize = 13;
/** Of the font, on average. */
const characterWidth = fontSize * 0.55;
const margin = 6;
/** Colours of the bar that are exact; between them it changes evenly. */
const colorStops = 32;

/** Draws class, score and colours, `width` × {@link legendHeight} pixels. */
export async function drawLegend(map: HeatMap, width: number, colors: ColorTable): Promise<RgbImage> {
  const { Resvg } = await import('@resvg/resvg-js');
  const score = `${map.score.toFixed(2)}${map.label === map.className ? '' : `, predicted ${map.label}`}`;
  const where = map.layer === null ? '' : ` · ${map.layer}`;
  const place = map.peak === 0 ? 'no place speaks for it' : `${titles[map.method]}${where}`;
  const text = shorten(`${map.className} ${score} · ${place}`, (width - 2 * margin) / characterWidth);
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${legendHeight}">` +
    `<rect width="100%" height="100%" fill="#fff"/>` +
    `<g font-family="${chartFontFamily}" font-size="${fontSize}" fill="#222">` +
    `<text x="${margin}" y="17">${escapeHtml(text)}</text>${colorBar(width, colors)}` +
    `<text x="${margin}" y="38">less</text>` +
    `<text x="${width - margin}" y="38" text-anchor="end">more</text></g></svg>`;
  const { pixels } = new Resvg(svg, { font: { ...chartFonts(text), defaultFontFamily: chartFontFamily } }).render();
  // The ground is opaque.
  const data = Uint8Array.from(
    { length: width * legendHeight * 3 },
    (_, i) => pixels[Math.floor(i / 3) * 4 + (i % 3)]!,
  );
  return { height: legendHeight, width, data };
}

function colorBar(width: number, colors: ColorTable): string {
  const from = margin + 34;
  const length = width - 2 * from;
  if (length <= 0) return '';
  const stops = Array.from({ length: colorStops + 1 }, (_, stop) => {
    const first = Math.round((stop * 255) / colorStops) * 3;
    const rgb = colors.subarray(first, first + 3).join(',');
    return `<stop offset="${stop / colorStops}" stop-color="rgb(${rgb})"/>`;
  });
  return (
    `<linearGradient id="heat">${stops.join('')}</linearGradient>` +
    `<rect x="${from}" y="28" width="${length}" height="11" fill="url(#heat)"/>`
  );
}

function shorten(text: string, most: number): string {
  const characters = [...text];
  return characters.length <= most ? text : `${characters.slice(0, Math.max(1, Math.floor(most) - 1)).join('')}…`;
}
