import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildTransferModel, ImageError, type ImageReference, type Runtime } from '@graft-ml/core';
import { analyzeErrors } from '@graft-ml/core/evaluation';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { madeUpEvaluation } from '../../test/report-fixture.js';
import { nodeRuntime } from '../node-runtime.js';
import { explainLosses } from './explain-losses.js';
import { gatherReportParts } from './gather-report-parts.js';

const root = mkdtempSync(join(tmpdir(), 'graft-losses-'));
const classNames = ['a', 'b'];
const evaluation = madeUpEvaluation(classNames, 3, (name, place) => join(root, `${name}-${place}.png`));
let runtime: Runtime;

beforeAll(async () => {
  runtime = nodeRuntime({ cache: false });
  for (const { source } of evaluation.predictions) {
    const create = { width: 40, height: 30, channels: 3, background: '#468' } as const;
    writeFileSync(String(source), await sharp({ create }).png().toBuffer());
  }
});
afterAll(async () => {
  await runtime.close();
  rmSync(root, { recursive: true, force: true });
});

/** Images of which one can be read once, and another never. */
function fading(once: ImageReference, never: ImageReference): Runtime['images'] {
  let reads = 0;
  return {
    ...runtime.images,
    read(reference, options) {
      if (reference === never || (reference === once && (reads += 1) > 1)) {
        return Promise.reject(new ImageError(`${String(reference)} is gone`));
      }
      return runtime.images.read(reference, options);
    },
  };
}

describe('explainLosses', () => {
  it('names what cannot be read any more, and explains the others', async () => {
    const errors = analyzeErrors(evaluation);
    const [first, second, ...rest] = errors.highestLosses.map(({ source }) => source) as [string, string, ...string[]];
    const options = { weights: 'none', inputSize: [64, 64], classNames } as const;
    const modelOf = (images: Runtime['images']) =>
      buildTransferModel('squeezenet', { ...options, runtime: { ...runtime, images } });
    const model = await modelOf(fading(first, second));
    const { pictures, skipped } = await explainLosses(model, errors);
    expect([...pictures.keys()]).toEqual(rest);
    expect(skipped.map(({ path }) => path).sort()).toEqual([first, second].sort());
    const again = await modelOf(fading(first, second));
    const context = { samples: [], audit: undefined, known: { errors }, runtime, seed: 1 };
    const parts = await gatherReportParts(evaluation, { ...context, model: again });
    expect(parts.overlays?.size).toBe(rest.length);
    expect(parts.gaps?.gradCam).toMatch(/^Left out: .* is gone; .* is gone$/);
    await model.dispose();
    await again.dispose();
  });
});
