// What a command does, as a program of a user's does it: with the library's functions.
import * as metrics from '../packages/metrics/dist/index.js';

/**
 * @param graft - The library.
 * @param args - Words of the command.
 * @returns What the command prints with `--json`, as far as it is judged.
 */
export async function callLibrary(graft, [command, ...words], { cache }) {
  const { places, settings } = read(words);
  const runtime = graft.nodeRuntime({ cache });
  try {
    return (await calls[command](graft, { places, settings, runtime })) ?? {};
  } finally {
    await runtime.close();
  }
}

const calls = {
  async predict(graft, { places: [model, ...inputs], settings: { tta, csv }, runtime }) {
    const predictor = await graft.openPredictor(model, { runtime });
    try {
      const { predictions, skipped } = await predictor.predict(await graft.listImages(inputs), { tta });
      if (csv !== undefined) await graft.writePredictionsCsv(csv, { predictions, classNames: predictor.classNames });
      const rows = predictions.map(({ source, ...rest }) => ({ path: graft.describeImage(source), ...rest }));
      return { predictions: rows, skipped };
    } finally {
      await predictor.dispose();
    }
  },
  async train(graft, { places: [dataset], settings, runtime }) {
    const all = { backbone: 'graft-tiny', engine: 'auto', seed: 42, ...settings };
    const { skipped, classNames } = await graft.trainFolder(dataset, all, { runtime });
    return { skipped, classNames };
  },
  async extract(graft, { places: [dataset], settings, runtime }) {
    const { paths, skipped } = await graft.extractToFile(
      dataset,
      { backbone: 'graft-tiny', pooling: 'none', engine: 'auto', seed: 42, ...settings },
      { runtime },
    );
    return { paths, skipped };
  },
  async split(graft, { places: [location], settings }) {
    const dataset = await graft.openDataset(location);
    graft.splitToCsv(graft.splitDataset(dataset, settings));
    return { paths: dataset.samples.map(({ source }) => graft.describeImage(source)), skipped: dataset.skipped };
  },
  async evaluate(graft, { places: [model, dataset], settings, runtime }) {
    const { ensemble, ...others } = settings;
    const all = { seed: 42, ...others, ...(ensemble && { ensemble: [ensemble] }) };
    await graft.evaluateModel(model, dataset, { settings: all, context: { runtime } });
  },
  async export(graft, { places: [model], settings: { format, out = 'exported' }, runtime }) {
    const loaded = await graft.loadTransferModel(model, { runtime });
    try {
      await graft.exportModel(loaded, { format, out });
    } finally {
      await loaded.dispose();
    }
  },
  async explain(graft, { places: [model, ...inputs], settings: { out, ...settings }, runtime }) {
    const loaded = await graft.loadTransferModel(model, { runtime });
    try {
      const { skipped } = await graft.explainImages(loaded, inputs, { ...settings, out });
      return { skipped };
    } finally {
      await loaded.dispose();
    }
  },
  /** The library has no file of predictions; a program that reads a table of its own does so as a manifest. */
  async metrics(graft, { places: [file] }) {
    const columns = { path: 'y_true', label: 'y_pred' };
    const { samples } = await graft.loadManifest(file, { columns, absentFiles: 'keep' });
    const [yTrue, yPred] = [samples.map(({ id }) => id), samples.map(({ label }) => label)];
    return metrics.summarizeMetrics({ yTrue, yPred });
  },
  async merge(graft, { places, settings: { out } }) {
    const { skipped } = await graft.mergeShards(places, out);
    return { skipped };
  },
  async weights(graft, { places: [, name] }) {
    await graft.fetchPublishedWeights(name);
  },
};

/** Commands that the library has a call for. */
export const hasCall = ([command]) => Object.hasOwn(calls, command);

const switches = new Set(['json', 'embed-base', 'resume']);

/** Words as places and settings; what looks like a number is one. */
function read(words) {
  const places = [];
  const settings = {};
  for (let i = 0; i < words.length; i += 1) {
    const word = words[i];
    if (!word.startsWith('--')) {
      places.push(word);
      continue;
    }
    const name = word.slice(2);
    if (switches.has(name)) {
      if (name !== 'json') settings[camelCase(name)] = true;
    } else settings[camelCase(name)] = valueOf(name, words[(i += 1)]);
  }
  return { places, settings };
}

const camelCase = (name) => name.replaceAll(/-(.)/g, (_, letter) => letter.toUpperCase());

function valueOf(name, text) {
  const number = text === 'NaN' || (text !== '' && !Number.isNaN(Number(text))) ? Number(text) : text;
  return name === 'input-size' ? [number, number] : number;
}
