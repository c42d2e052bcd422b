import '@tensorflow/tfjs-backend-cpu';
import { setBackend } from '@tensorflow/tfjs-core';
import { getBackbone, listBackbones, preprocessings } from '@graft-ml/core';
import { it, expect } from 'vitest';
import { goldenLayers, goldenWeights, probeError, readBackboneGolden } from '../../../core/test/backbone-golden.js';
import { formulaImage } from '../../../core/test/formula-image.js';
import { nodeEngines } from '../node-runtime.js';
import * as m0 from '../../../core/src/backbones/efficientnet.js';
import * as m1 from '../../../core/src/backbones/efficientnet-v2.js';
import * as m2 from '../../../core/src/backbones/convnext.js';
import * as m3 from '../../../core/src/backbones/inception-v3.js';
import * as m4 from '../../../core/src/backbones/inception-resnet-v2.js';
import * as m5 from '../../../core/src/backbones/nasnet.js';
import { cutNetwork } from '../../../core/src/network/cut-network.js';
import { weightsDigest } from '../../../core/src/weights/weights-digest.js';
import { appendFileSync } from 'node:fs';
const all = [...m0.efficientnets, ...m1.efficientnetV2s, ...m2.convnexts, m3.inceptionv3, m4.inceptionresnetv2, ...m5.nasnets];
const names = (process.env['NAMES'] ?? '').split(',');
const engines = (process.env['ENGINES'] ?? 'onnxruntime').split(',');
const which = (process.env['CASES'] ?? '1').split(',').map(Number);
for (const name of names) it(name, async () => {
  await setBackend('cpu');
  const b = all.find((x) => x.name === name)!;
  const g = readBackboneGolden(name);
  let t = Date.now();
  if (which.includes(1)) {
  const net = b.build(b.inputSize);
  console.log(name, 'build', Date.now() - t); t = Date.now();
  expect(goldenLayers(net.layers.slice(1).map((l) => l.name), g)).toEqual(g.layers);
  expect(net.countParams()).toBe(g.parameters);
  const pos = b.blocks.map((x) => net.layers.findIndex((l) => l.name === x.lastLayer));
  expect(pos).not.toContain(-1);
  expect(pos.at(-1)).toBe(net.layers.length - 1);
  for (const x of b.blocks) cutNetwork(net, x.lastLayer);
  console.log(name, 'cuts', Date.now() - t);
  net.dispose();
  }
  for (const c of which.map((i) => g.cases[i]!)) {
    const [height, width] = c.inputSize;
    await setBackend('cpu');
    t = Date.now();
    const network = b.build([height, width]);
    expect(network.outputs[0]!.shape.slice(1)).toEqual(c.outputShape);
    const weights = goldenWeights(network, g);
    console.log('weights', Date.now() - t);
    if (process.env['DIGEST']) expect(await weightsDigest(weights)).toBe(g.weightsDigest);
    for (const e of nodeEngines().filter((x) => engines.includes(x.name))) {
      await setBackend('cpu');
      t = Date.now();
      const ex = await e.createExtractor({ network, weights, preprocessing: preprocessings[c.preprocessing], inputSize: [height, width] });
      const t1 = Date.now();
      const out = await ex.extract({ count: 1, height, width, data: formulaImage([height, width], g.seed).data });
      const error = probeError(out, c);
      const line = `${name} ${e.name} ${height}x${width} error ${error.toExponential(2)} create ${t1 - t} ms run ${Date.now() - t1} ms`;
      console.log(line);
      appendFileSync('/tmp/results.log', line + '\n');
      await ex.dispose();
      expect.soft(error).toBeLessThan(1e-4);
    }
    network.dispose();
  }
}, 600000);
