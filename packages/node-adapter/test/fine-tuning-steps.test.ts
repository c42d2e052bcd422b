import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { takeFiveSteps, type FineTuningCase } from '../../core/test/unfrozen-model.js';
import { prepareTfjsBackend } from '../src/engines/tfjs-backends.js';

/** Written by oracles/fine_tuning.py. */
const golden = JSON.parse(
  readFileSync(new URL('../../core/test/golden/fine-tuning.json', import.meta.url), 'utf8'),
) as { readonly cases: readonly FineTuningCase[] };
// Seconds each.
const full = process.env['GRAFT_FULL'] !== undefined;
const slow = ({ backbone, optimizer }: FineTuningCase) => backbone === 'vgg16' && optimizer.name === 'adam';

// Here and not beside the sources: the plain backend takes minutes for these networks.
beforeAll(() => prepareTfjsBackend('fineTuning'));

describe('five steps of fine-tuning the last block agree with Keras to 1e-4', () => {
  const title = ({ backbone, unfreezeFrom, mode, optimizer }: FineTuningCase) =>
    `${backbone} from ${unfreezeFrom}, batch normalisation ${mode}, ${optimizer.name}`;
  it.each(golden.cases.filter((one) => full || !slow(one)).map((one) => [title(one), one] as const))(
    '%s',
    async (_, one) => {
      const { loss, weights } = await takeFiveSteps(one);
      expect(Math.abs(loss - one.loss)).toBeLessThanOrEqual(1e-4);
      for (const [layer, expected] of Object.entries(one.weights)) {
        const actual = (weights[layer] ?? []).flat();
        const differences = expected.flat().map((value, i) => Math.abs((actual[i] ?? Number.NaN) - value));
        expect(Math.max(...differences), layer).toBeLessThanOrEqual(1e-4);
      }
    },
  );
});
