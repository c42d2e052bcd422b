import { describe, expect, it } from 'vitest';
import { proceduralImage, scenes, type ProceduralImageOptions, type SceneName } from './procedural-image.js';

const names = Object.keys(scenes) as SceneName[];
const even = Object.fromEntries(names.map((name) => [name, 1])) as ProceduralImageOptions['mix'];
const only = (scene: SceneName): ProceduralImageOptions => ({
  seed: 7,
  size: 48,
  mix: Object.fromEntries(names.map((name) => [name, name === scene ? 1 : 0])) as ProceduralImageOptions['mix'],
});

/** Mean and standard deviation of an image's bytes. */
function spread(data: Uint8Array): { mean: number; deviation: number } {
  const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
  return { mean, deviation: Math.sqrt(data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / data.length) };
}

describe('proceduralImage', () => {
  it('gives the same bytes for the same seed and index, in any order, and others for another', () => {
    const options = { seed: 1, size: 32, mix: even };
    const [first, second] = [proceduralImage(0, options), proceduralImage(1, options)];
    expect(proceduralImage(1, options)).toEqual(second);
    expect(proceduralImage(0, options)).toEqual(first);
    expect(second).not.toEqual(first);
    expect(proceduralImage(0, { ...options, seed: 2 })).not.toEqual(first);
  });

  it.each(names)('draws %s: whole images that mostly show something', (scene) => {
    const images = Array.from({ length: 24 }, (_, index) => proceduralImage(index, only(scene)));
    for (const { width, height, data } of images) expect([width, height, data.length]).toEqual([48, 48, 48 * 48 * 3]);
    const shown = images.filter(({ data }) => spread(data).deviation > 4);
    expect(shown.length).toBeGreaterThanOrEqual(18);
    const means = images.map(({ data }) => spread(data).mean);
    expect(Math.max(...means) - Math.min(...means)).toBeGreaterThan(40);
  });

  it('has grey and coloured images', () => {
    const grey = Array.from({ length: 40 }, (_, index) =>
      proceduralImage(index, { seed: 3, size: 24, mix: even }),
    ).filter(({ data }) => data.every((value, i) => Math.abs(value - data[i - (i % 3)]!) <= 1));
    expect(grey.length).toBeGreaterThan(4);
    expect(grey.length).toBeLessThan(36);
  });

  it('uses no function that machines compute differently', async () => {
    const { readFile, readdir } = await import('node:fs/promises');
    const folder = new URL('.', import.meta.url);
    const files = (await readdir(folder, { recursive: true })).filter((name) => /(?<!\.test)\.ts$/.test(name));
    expect(files.length).toBeGreaterThan(15);
    for (const file of files) {
      const source = await readFile(new URL(file, folder), 'utf8');
      // Square roots, rounding and comparisons are exact everywhere; sine, logarithm and power are not.
      const used = [...source.matchAll(/Math\.(\w+)/g)].map(([, name]) => name);
      const exact = ['sqrt', 'floor', 'ceil', 'abs', 'min', 'max', 'imul', 'PI'];
      expect(
        used.filter((name) => !exact.includes(name ?? '')),
        file,
      ).toEqual([]);
    }
  });
});
