import type { BackboneDefinition } from '../backbones/backbone-definition.js';
import type { WeightSource } from '../ports/weight-source.js';
import { equalShapes } from '../weights/layer-shapes.js';
import type { NetworkWeights, WeightFile } from '../weights/weight-file.js';
import { expectRejection, expectThat } from './check.js';
import type { ContractCheck } from './contract.js';

/** What {@link weightSourceContract} is tried on. */
export interface WeightSourceSamples {
  readonly backbone: BackboneDefinition;
  /** Selects a file that holds `weights`, and no other layers. */
  readonly selector: string;
  readonly weights: NetworkWeights;
  /** Selects a file that is not there; an error must hold this text. */
  readonly missing: string;
  /** Selects a file that is no weights file; an error must hold this text. */
  readonly damaged: string;
}

/**
 * The promises of {@link WeightSource}, as checks for any test runner.
 *
 * @param make - Makes the source under test.
 * @example `for (const check of weightSourceContract(() => nodeWeightSource(), samples)) it(check.title, check.run);`
 */
export function weightSourceContract(make: () => WeightSource, samples: WeightSourceSamples): ContractCheck[] {
  const { backbone, selector, weights } = samples;
  const open = () => make().open(selector, backbone);
  return [
    {
      title: 'lists the layers that have weights, with their shapes',
      run: () => withFile(open, (file) => requireSameLayers(file, weights)),
    },
    {
      title: 'reads the same values each time, bit for bit',
      run: () =>
        withFile(open, (file) => {
          requireSameValues(file, weights);
          requireSameValues(file, weights);
        }),
    },
    {
      title: 'hands out values that the file does not share',
      run: () =>
        withFile(open, (file) => {
          for (const { weights: stored } of file.layers) for (const weight of stored) weight.read().fill(7);
          requireSameValues(file, weights);
        }),
    },
    {
      title: 'opens a file several times at once',
      run: async () => {
        const [first, second] = await Promise.all([open(), open()]);
        first.close();
        requireSameValues(second, weights);
        second.close();
      },
    },
    {
      title: 'refuses to read from a closed file, and closes it twice without harm',
      run: async () => {
        const file = await open();
        file.close();
        file.close();
        const read = async () => file.layers[0]?.weights[0]?.read();
        await expectRejection(read(), { name: 'WeightsError', text: 'closed' });
      },
    },
    {
      title: 'opens nothing once it is told to stop',
      run: () =>
        expectRejection(make().open(selector, backbone, { signal: AbortSignal.abort() }), {
          name: 'AbortedError',
          text: 'aborted',
        }),
    },
    {
      title: 'names a file that is missing',
      run: () =>
        expectRejection(make().open(samples.missing, backbone), { name: 'WeightsError', text: samples.missing }),
    },
    {
      title: 'names a file that is damaged',
      run: () =>
        expectRejection(make().open(samples.damaged, backbone), { name: 'WeightsError', text: samples.damaged }),
    },
  ];
}

async function withFile(open: () => Promise<WeightFile>, look: (file: WeightFile) => void): Promise<void> {
  const file = await open();
  try {
    look(file);
  } finally {
    file.close();
  }
}

function requireSameLayers(file: WeightFile, weights: NetworkWeights): void {
  const names = file.layers.map(({ name }) => name).sort();
  const expected = [...weights.keys()].sort();
  expectThat(names.join() === expected.join(), `it lists layers ${names.join()}; expected ${expected.join()}`);
  for (const layer of file.layers) {
    const tensors = weights.get(layer.name) ?? [];
    const same =
      layer.weights.length === tensors.length &&
      layer.weights.every(({ shape }, index) => equalShapes(shape, tensors[index]?.shape ?? []));
    expectThat(same, `layer ${layer.name} has other shapes than expected`);
  }
}

function requireSameValues(file: WeightFile, weights: NetworkWeights): void {
  for (const layer of file.layers) {
    for (const [index, weight] of layer.weights.entries()) {
      const expected = weights.get(layer.name)?.[index]?.data ?? new Float32Array();
      const actual = weight.read();
      const same = actual.length === expected.length && actual.every((value, n) => Object.is(value, expected[n]));
      expectThat(same, `weight ${index} of layer ${layer.name} has other values than expected`);
    }
  }
}
