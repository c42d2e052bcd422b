// What the torture needs that is good: a data set, a trained model, weights files, one image.
import { mkdirSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Makes all of it in `folder`, once. */
export async function makeFixture(sandbox, folder) {
  const dataset = join(folder, 'dataset');
  const model = join(folder, 'model');
  await expectDone(sandbox, ['dataset', 'demo', dataset, '--count', '12']);
  const images = readdirSync(dataset, { recursive: true }).filter((name) => name.endsWith('.png'));
  await expectDone(sandbox, ['train', dataset, '--epochs', '2', '--embed-base', '--out', model, '--json']);
  const graft = await import('../packages/node-adapter/dist/index.js');
  const runtime = graft.nodeRuntime({ cache: false });
  await runtime.prepareBackend('structure');
  const backbone = graft.getBackbone('squeezenet');
  const network = backbone.build(backbone.inputSize);
  const layers = graft.kerasLayers(network, graft.seededWeights(network, { seed: 1 }));
  const weights = {};
  for (const ending of ['.h5', '.weights.h5', '.safetensors']) {
    weights[ending] = join(folder, `squeezenet${ending}`);
    await graft.writeWeightsFile(weights[ending], layers);
  }
  await runtime.close();
  const shards = join(folder, 'shards');
  mkdirSync(shards);
  for (const part of [1, 2]) {
    const out = join(shards, `${part}.npy`);
    await expectDone(sandbox, ['extract', dataset, '--pooling', 'avg', '--shard', `${part}/2`, '--out', out]);
  }
  return { dataset, model, weights, shards, good: join(dataset, images[0]), goods: join(dataset, dirname(images[0])) };
}

async function expectDone(sandbox, args) {
  const { code, stderr } = await sandbox.run(args, {}, { wallSeconds: 600 });
  if (code !== 0) throw new Error(`graft ${args.join(' ')} failed: ${stderr}`);
}
