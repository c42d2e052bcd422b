import { historyChart } from '@graft-ml/core/charts';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { renderChart, renderSvg } from './render-chart.js';

const history = Array.from({ length: 25 }, (_, index) => ({
  epoch: index + 1,
  loss: Math.exp(-index / 6),
  accuracy: 1 - 0.6 * Math.exp(-index / 5),
  valLoss: 0.2 + Math.exp(-index / 6),
  valAccuracy: 0.9 - 0.5 * Math.exp(-index / 5),
}));
const bars = {
  data: { values: [{ name: 'covid', share: 0.9 }] },
  mark: 'bar',
  width: 100,
  height: 50,
  encoding: { x: { field: 'share', type: 'quantitative' }, y: { field: 'name', type: 'nominal' } },
};
/** Pixels that differ from the image's first one. */
const countInk = async (png: Uint8Array) => {
  const pixels = await sharp(png).greyscale().raw().toBuffer();
  return pixels.reduce((count, value) => count + Number(Math.abs(value - pixels[0]!) > 64), 0);
};

describe('renderChart', () => {
  it('draws a training history, its words in the SVG and both lines in the colours of the specification', async () => {
    const { svg, png } = await renderChart(historyChart(history, { title: 'VGG19 on chest images' }));
    for (const text of ['VGG19 on chest images', 'epoch', 'loss', 'accuracy', 'train', 'validation', '1', '5', '25']) {
      expect(svg).toContain(`>${text}</text>`);
    }
    expect(svg).toContain('#0072b2');
    expect(svg).toContain('#d55e00');
    expect(await countInk(png)).toBeGreaterThan(5000);
  });

  it('sets text in the PNG without a font of the machine', async () => {
    const words = { ...bars, mark: { type: 'text', text: 'pneumonia', fontSize: 20 } };
    const blank = { ...bars, mark: { type: 'text', text: ' ', fontSize: 20 } };
    const [withText, without] = await Promise.all([renderChart(words), renderChart(blank)]);
    expect(withText.svg).toContain('font-family="Arimo');
    expect(await countInk(withText.png)).toBeGreaterThan((await countInk(without.png)) + 500);
  });

  it('makes the PNG as many times larger than the SVG as the scale says', async () => {
    const [one, three] = await Promise.all([renderChart(bars, { scale: 1 }), renderChart(bars, { scale: 3 })]);
    const [small, large] = await Promise.all([sharp(one.png).metadata(), sharp(three.png).metadata()]);
    expect(one.svg).toContain(`width="${small.width}" height="${small.height}"`);
    expect([large.width, large.height]).toEqual([small.width * 3, small.height * 3]);
  });

  it('takes the size of the plot area and leaves the specification as it is', async () => {
    const before = structuredClone(bars);
    const [narrow, wide] = await Promise.all([
      renderChart(bars, { scale: 1 }),
      renderChart(bars, { width: 300, scale: 1 }),
    ]);
    const [small, large] = await Promise.all([sharp(narrow.png).metadata(), sharp(wide.png).metadata()]);
    // The last tick's label may stand out by a pixel.
    expect(Math.abs(large.width - small.width - 200)).toBeLessThanOrEqual(1);
    expect(bars).toEqual(before);
  });

  it('draws any specification light or dark, with its background', async () => {
    const corner = async (theme: 'light' | 'dark') => {
      const { png } = await renderChart(bars, { theme, scale: 1 });
      return [...(await sharp(png).removeAlpha().raw().toBuffer()).subarray(0, 3)];
    };
    expect(await corner('light')).toEqual([255, 255, 255]);
    expect(await corner('dark')).toEqual([13, 17, 23]);
    await expect(renderChart(bars, { theme: 'sepia' as 'dark' })).rejects.toThrow('theme is "sepia"');
  });

  it('draws the same side by side as one after the other, also after one that fails', async () => {
    const chart = historyChart(history);
    const alone = await renderSvg(chart, { spacious: true });
    const failing = renderSvg({ mark: 'nothing' });
    const together = await Promise.all([
      renderSvg(chart, { spacious: true }),
      renderSvg(chart),
      renderSvg(chart, { spacious: true }),
      failing.catch(() => 'failed'),
    ]);
    expect(together[0]).toBe(alone);
    expect(together[2]).toBe(alone);
    expect(together[1]).not.toBe(alone);
    expect(together[3]).toBe('failed');
  });

  it('refuses a size that is no positive number', async () => {
    await expect(renderChart(bars, { scale: 0 })).rejects.toThrow('scale is 0; pass a number above 0');
    await expect(renderChart(bars, { width: Number.NaN })).rejects.toThrow('width is NaN; pass a number above 0');
  });
});
