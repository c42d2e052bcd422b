// One epoch of fine-tuning VGG16's last block as graft does and as Keras does, in turn, on generated images.
//
// usage: node benchmarks/fine-tune.mjs PYTHON [rounds] [images for each class]
//        (after npm run build, with tfjs-node installed: graft doctor; PYTHON has oracles/requirements-backbones.txt)
//
// Ours is told in two figures: the first epoch, which runs the frozen part once, and any later one, which finds its activations.
// Keras runs the frozen part in each.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildTransferModel, loadImageFolder, nodeRuntime, writeDemoDataset } from '@graft-ml/node-adapter';

const [python = 'python3', rounds = '2', count = '16'] = process.argv.slice(2);
const root = mkdtempSync(join(tmpdir(), 'graft-fine-tune-'));
const runtime = nodeRuntime({ cache: join(root, 'cache') });
const options = { unfreezeFrom: 'block5', learningRate: 1e-5, batchSize: 8 };

try {
  await writeDemoDataset(join(root, 'dataset'), { seed: 1, count: Number(count) });
  const dataset = await loadImageFolder(join(root, 'dataset'));
  const model = await buildTransferModel('vgg16', { weights: 'none', runtime });
  await model.fit(dataset, { epochs: 1 });
  const backend = await runtime.prepareBackend('fineTuning');
  process.stdout.write(`${dataset.samples.length} images, ${backend}\n`);
  const script = fileURLToPath(new URL('fine-tune.py', import.meta.url));
  for (let round = 1; round <= Number(rounds); round++) {
    const one = await model.fineTune(dataset, { ...options, epochs: 1 });
    const features = one.elapsedMs.features / 1000;
    const epoch = one.elapsedMs.training / 1000;
    const keras = JSON.parse(execFileSync(python, [script, join(root, 'dataset')], { encoding: 'utf8' }));
    process.stdout.write(
      `graft: frozen part ${features.toFixed(1)} s${round > 1 ? ' (cached)' : ''}, epoch ${epoch.toFixed(1)} s; ` +
        `Keras: first epoch ${keras.first.toFixed(1)} s, second ${keras.second.toFixed(1)} s; ` +
        `${(keras.second / epoch).toFixed(2)} times as fast an epoch, ` +
        `${(keras.first / (features + epoch)).toFixed(2)} with the frozen part\n`,
    );
  }
  await model.dispose();
} finally {
  await runtime.close();
  rmSync(root, { recursive: true, force: true });
}
