// HDF5 files that are whole, and lie: groups that hold themselves, links to files elsewhere, arrays that are nothing but a size.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// The adapter's own copy.
const place = new URL('../../packages/node-adapter/node_modules/h5wasm/dist/node/hdf5_hl.js', import.meta.url);
let library;

async function load() {
  library ??= await import(place.href);
  await library.ready;
  return library;
}

/** The bytes of a file that `fill` writes. */
async function file(fill) {
  const { File } = await load();
  const folder = mkdtempSync(join(tmpdir(), 'graft-torture-h5-'));
  try {
    const path = join(folder, 'w.h5');
    const open = new File(path, 'w');
    fill(open);
    open.close();
    return readFileSync(path);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** As Keras 2 writes weights: names in attributes, a group for each layer. */
function legacy(root, names, { weights = ['conv1/kernel:0'], data } = {}) {
  root.create_attribute('layer_names', names);
  for (const name of names) {
    const group = root.create_group(name);
    group.create_attribute('weight_names', weights);
    if (data) data(group);
  }
}

const huge = (group) => {
  const array = group.create_dataset({
    name: 'kernel:0',
    data: new Float32Array(1024),
    shape: [1024],
    maxshape: [null],
    chunks: [1024],
    compression: 9,
  });
  array.resize([5_000_000_000]);
};

export const hdf5Files = {
  'HDF5 with nothing in it': () => file(() => undefined),
  'HDF5 whose layers are not there': () => file((root) => root.create_attribute('layer_names', ['conv1', 'conv2'])),
  'HDF5 whose layer names are numbers': () => file((root) => root.create_attribute('layer_names', new Float32Array(3))),
  'HDF5 whose layer names climb': () => file((root) => root.create_attribute('layer_names', ['../../conv1', '/'])),
  'HDF5 with five thousand layer names': () =>
    file((root) =>
      root.create_attribute(
        'layer_names',
        Array.from({ length: 5000 }, (_, i) => `l${i}`),
      ),
    ),
  'HDF5 whose weights are texts': () =>
    file((root) =>
      legacy(root, ['conv1'], { data: (group) => group.create_dataset({ name: 'conv1', data: ['a', 'b'] }) }),
    ),
  'HDF5 whose weights are links to a file elsewhere': () =>
    file((root) =>
      legacy(root, ['conv1'], { data: (group) => group.create_external_link('/etc/passwd', '/x', 'conv1') }),
    ),
  'HDF5 whose layers are links that go round': () =>
    file((root) => {
      root.create_attribute('layer_names', ['conv1']);
      root.create_soft_link('/conv1', 'conv1');
    }),
  'HDF5 with a group that holds itself': () =>
    file((root) => {
      const group = root.create_group('layers');
      group.create_group('conv1').create_group('vars');
      group.create_hard_link('/layers', 'again');
    }),
  'HDF5 with an array of 20 GB that is not there': () =>
    file((root) =>
      legacy(root, ['conv1'], {
        weights: ['conv1/kernel:0'],
        data: (group) => huge(group.create_group('conv1')),
      }),
    ),
  'HDF5 of Keras 3 with an array of 20 GB that is not there': () =>
    file((root) => huge(root.create_group('layers').create_group('conv1').create_group('vars'))),
  'HDF5 sixty groups deep': () =>
    file((root) => {
      let group = root;
      for (let i = 0; i < 60; i += 1) group = group.create_group('layers');
    }),
};
