// Weights: files of Keras and TensorFlow.js, and the names by which their layers are found.
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { claim, same, scratchFile, taken } from '../oracle.mjs';

const fromAdapter = createRequire(new URL('../../../packages/node-adapter/package.json', import.meta.url));
const adapter = 'packages/node-adapter/src/weights';
const golden = (folder, ending) => {
  const place = new URL(`../../../packages/node-adapter/test/golden/${folder}/`, import.meta.url);
  return readdirSync(place)
    .filter((name) => name.endsWith(ending))
    .map((name) => readFileSync(new URL(name, place)));
};

const reader = (ending, folder) => ({
  sources: [`${adapter}/open-weights-file.ts`],
  words: [
    'model.weights.h5',
    'config.json',
    'metadata.json',
    'PK\u0001\u0002',
    'PK\u0003\u0004',
    'PK\u0005\u0006',
    'GCOL\u0001\u0000\u0000\u0000',
    'TREE',
    'SNOD',
    'HEAP',
    'vars',
    'layers',
    '../',
  ].map((word) => Buffer.from(word, 'latin1')),
  seeds: () => golden(folder, ending).filter(({ length }) => length < 40_000),
  open({ openWeightsFile }) {
    const put = scratchFile();
    return (bytes) => {
      const path = put(`file${ending}`, bytes);
      return taken(['WEIGHTS'], async () => {
        const file = await openWeightsFile(path);
        try {
          for (const { weights } of file.layers) {
            for (const { shape, read } of weights)
              same(
                read().length,
                shape.reduce((a, b) => a * b, 1),
                'values, and a shape',
              );
          }
        } finally {
          file.close();
        }
      });
    };
  },
});

const hdf5 = reader('.h5', 'weights');
const kerasZip = reader('.keras', 'archives');

const kerasConfig = {
  sources: [`${adapter}/keras-config.ts`],
  words: [
    '{"config":{"layers":[',
    ']}}',
    '"class_name":',
    '"config":',
    '"layers":',
    '"name":',
    'Custom>',
    '"__proto__":',
    '[',
    '{',
  ],
  seeds: () => [
    '{"config":{"layers":[{"class_name":"Conv2D","config":{"name":"a"}},{"class_name":"Conv2D","config":{"name":"b"}},{"class_name":"Functional","config":{"name":"f","layers":[{"class_name":"My>Dense","config":{"name":"c"}}]}}]}}',
  ],
  open:
    ({ groupNames }) =>
    (bytes) =>
      taken(['SyntaxError'], () => {
        let names;
        try {
          names = groupNames(bytes);
        } catch (error) {
          // Whoever calls it puts the message into one line.
          throw error instanceof SyntaxError ? new SyntaxError('no JSON') : error;
        }
        for (const [group, name] of names) claim(group.includes('layers/') && name !== '', 'a group has a name');
      }),
};

const tfjsManifest = {
  sources: [`${adapter}/tfjs-manifest.ts`, `${adapter}/tfjs-layer-names.ts`],
  words: [
    '"weightsManifest":',
    '"paths":',
    '"weights":',
    '"name":',
    '"shape":',
    '"dtype":',
    '"float32"',
    '"quantization":',
    '"uint8"',
    '"scale":',
    '"min":',
    '../',
    '..\\\\',
    'C:',
    '[',
    ']',
    '{',
    '}',
    '1e999',
    '9007199254740991',
  ],
  seeds: () => [
    '{"modelTopology":{},"weightsManifest":[{"paths":["a.bin"],"weights":[{"name":"c/kernel","shape":[1,2],"dtype":"float32"},{"name":"d","shape":[],"dtype":"float32","quantization":{"dtype":"uint8","scale":0.1,"min":-1}}]}]}',
  ],
  open:
    ({ parseTfjsManifest, layerOwners }) =>
    (bytes) => {
      let description;
      try {
        description = JSON.parse(bytes.toString('utf8'));
      } catch {
        return 'no JSON';
      }
      return taken(['WEIGHTS'], () => {
        const ownerOf = layerOwners(description);
        for (const { paths, weights } of parseTfjsManifest(description, 'model.json')) {
          claim(
            paths.every((path) => !path.startsWith('/') && !path.split('/').includes('..')),
            'paths stay in the folder',
          );
          for (const { name, byteLength } of weights) {
            claim(Number.isSafeInteger(byteLength) && byteLength >= 0, 'a length is one');
            ownerOf(name);
          }
        }
      });
    },
};

/** A file of layers that the input describes: which of the network's, under which name, in which container, of which shape. */
const layerNames = {
  sources: [
    'packages/core/src/weights/match-weights.ts',
    'packages/core/src/weights/layer-shapes.ts',
    'packages/core/src/backbones/squeezenet.ts',
  ],
  words: Array.from({ length: 12 }, (_, n) => Buffer.from([n * 3, 0, n, 0])),
  seeds: () => [
    Buffer.alloc(0),
    Buffer.from([1, 1, 0, 0]),
    Buffer.from([2, 4, 3, 1, 5, 2, 0, 0]),
    Buffer.from([0, 3, 9, 0]),
  ],
  async open({ matchWeights, layerShapes, squeezenet }) {
    await import(pathToFileURL(fromAdapter.resolve('@tensorflow/tfjs-backend-cpu')).href);
    const network = squeezenet.build([64, 64]);
    const wanted = layerShapes(network);
    return (bytes) => {
      const layers = wanted.map(({ name, weights }, place) => ({
        name,
        place,
        container: '',
        weights: weights.map(({ shape }) => shape),
      }));
      for (let at = 0; at + 4 <= bytes.length && at < 64; at += 4) change(layers, bytes.subarray(at, at + 4));
      return taken(['WEIGHTS'], () => {
        const values = matchWeights(network, fileOf(layers), { name: 'squeezenet', topLayers: ['predictions'] });
        const order = layers.filter(
          ({ container }) => container === layers.find(({ name }) => name === wanted[0].name)?.container,
        );
        for (const [index, { name, weights }] of wanted.entries()) {
          const found = values.get(name);
          same(
            found.map(({ shape }) => shape),
            weights.map(({ shape }) => shape),
            `shapes of ${name}`,
          );
          const named = layers.filter((layer) => layer.name === name);
          const isNamed = wanted.every((layer) => layers.some((other) => other.name === layer.name));
          const places = new Set(found.map(({ data }) => data[0]));
          claim(places.size <= 1, `the weights of ${name} come from one layer`);
          if (isNamed && named.length === 1) same([...places], [named[0].place], `${name} has the weights of its name`);
          else if (order.length === wanted.length && !isNamed)
            claim(
              layers.some(({ place }) => place === [...places][0]),
              `${index} is from the file`,
            );
        }
        const used = [...values.values()].map(([first]) => first.data[0]);
        same(new Set(used).size, used.length, 'no layer is used twice');
      });
    };
  },
};

/** The same for PyTorch's names, by which each tensor is found alone. */
const torchNames = {
  sources: [
    'packages/core/src/weights/match-torch-weights.ts',
    'packages/core/src/weights/layer-shapes.ts',
    'packages/core/src/backbones/mobilenet-v3.ts',
  ],
  words: layerNames.words,
  seeds: layerNames.seeds,
  async open({ matchTorchWeights, tensorName, torchShape, layerShapes, mobilenetv3small }) {
    await import(pathToFileURL(fromAdapter.resolve('@tensorflow/tfjs-backend-cpu')).href);
    const [torch] = mobilenetv3small.torch;
    const network = torch.backbone.build([64, 64]);
    const wanted = layerShapes(network).flatMap(({ name: layer, weights }) =>
      weights.map((weight, index) => ({
        layer,
        index,
        name: tensorName(weight, torch.moduleOf(layer), torch),
        weight,
      })),
    );
    return (bytes) => {
      const tensors = wanted.map(({ name, weight }, place) => ({ name, place, weights: [torchShape(weight)] }));
      for (let at = 0; at + 4 <= bytes.length && at < 64; at += 4) change(tensors, bytes.subarray(at, at + 4));
      const places = new Map(tensors.map(({ name, place }) => [name, place]));
      if (places.size < tensors.length) return 'a name stands twice, which no safetensors file can hold';
      const { layers, ...file } = fileOf(tensors);
      const weights = layers.flatMap(({ name, weights: [weight] }) => ({ ...weight, name }));
      return taken(['WEIGHTS'], () => {
        const values = matchTorchWeights(
          network,
          { ...file, torch: {}, layers: [{ name: '', container: '', weights }] },
          torch,
        );
        for (const { layer, index, name, weight } of wanted) {
          const { shape, data } = values.get(layer)[index];
          same(shape, weight.shape, `the shape of ${name}`);
          same(data[0], places.get(name), `${name} has the values of its name`);
        }
      });
    };
  },
};

function change(layers, [kind, a, b, c]) {
  if (layers.length === 0) return;
  const one = layers[a % layers.length];
  const other = layers[b % layers.length];
  switch (kind % 8) {
    case 0:
      one.name = `${one.name}_${c}`;
      break;
    case 1:
      [one.name, other.name] = [other.name, one.name];
      break;
    case 2:
      layers.splice(a % layers.length, 1);
      break;
    case 3:
      layers.splice(b % layers.length, 0, { ...one, place: 1000 + layers.length });
      break;
    case 4:
      one.container = ['', 'model', 'base'][c % 3];
      break;
    case 5:
      one.weights = one.weights.map((shape) => [...shape].reverse());
      break;
    case 6:
      layers.splice(b % layers.length, 0, ...layers.splice(a % layers.length, 1));
      break;
    default:
      for (const [index, layer] of layers.entries()) layer.name = c % 2 === 0 ? `conv2d_${index + c}` : `layer${index}`;
  }
}

function fileOf(layers) {
  return {
    origin: 'file.h5',
    close: () => undefined,
    layers: layers.map(({ name, place, container, weights }) => ({
      name,
      container,
      weights: weights.map((shape, index) => ({
        name: `${name}/${index}`,
        shape,
        read: () => new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(place),
      })),
    })),
  };
}

export const weightsTargets = { hdf5, kerasZip, kerasConfig, tfjsManifest, layerNames, torchNames };
