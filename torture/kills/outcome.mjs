// What a job came to: what it printed and left, without the times that differ between two runs of the same.
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** What differs from run to run and is no result. */
const volatile = new Set(['timings', 'seconds', 'totalSeconds', 'createdAt', 'imagesPerSecond']);
/** Pages and cards tell times: of them only being whole counts, which the model's manifest says. */
const timeless = /\.(safetensors|npy|onnx|bin|csv|json|h5|keras|svg|png)$/;
const manifestName = 'graft.json';

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

/** @returns Exit code, result and digests of files: equal for equal results. */
export function outcomeOf({ code, stdout }, { out, cache }) {
  const files = {};
  for (const folder of [out, join(cache, 'weights')]) {
    for (const name of filesBelow(folder).filter((path) => timeless.test(path))) {
      files[name] = digestOf(join(folder, name));
    }
  }
  return { code, stdout: printed(stdout.replaceAll(out, 'OUT').replaceAll(cache, 'CACHE')), files };
}

/** @returns One sentence for each difference from the undisturbed run. */
export function differences(truth, found) {
  const faults = [];
  if (truth.code !== found.code) faults.push(`ended with ${found.code}, not ${truth.code}`);
  if (truth.stdout !== found.stdout) faults.push('printed another result');
  for (const [name, digest] of Object.entries(truth.files)) {
    if (found.files[name] === undefined) faults.push(`left no ${name}`);
    else if (found.files[name] !== digest) faults.push(`left another ${name}`);
  }
  return faults;
}

/** Files below a folder that are not whole: what a reader could see between a kill and the next run. */
export function tornFiles(out, truth) {
  const names = filesBelow(out).filter((name) => !name.split('/').some(isTemporary));
  const manifests = names.filter((name) => name.endsWith(manifestName));
  const models = manifests.map(dirname);
  const torn = manifests.flatMap((name) => brokenModel(join(out, dirname(name))));
  for (const name of names) {
    const inModel = models.some((model) => name.startsWith(`${model}/`));
    if (!inModel && timeless.test(name) && digestOf(join(out, name)) !== truth.files[name]) torn.push(name);
  }
  return torn;
}

const isTemporary = (name) => name.endsWith('.part') || name.endsWith('.old') || name.endsWith('.checkpoint');

function brokenModel(folder) {
  const { files } = JSON.parse(readFileSync(join(folder, manifestName), 'utf8'));
  return Object.entries(files)
    .filter(([name, stated]) => {
      const path = join(folder, name);
      return !existsSync(path) || sha256(readFileSync(path)) !== stated.sha256;
    })
    .map(([name]) => `${folder}: ${name}`);
}

/** Every file below these folders, by name alone. */
export function everyFile(folders) {
  return Object.entries(folders).flatMap(([title, folder]) => filesBelow(folder).map((name) => `${title}/${name}`));
}

function filesBelow(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => !lstatSync(join(folder, name), { throwIfNoEntry: false })?.isDirectory())
    .map((name) => relative('.', name))
    .sort();
}

function digestOf(path) {
  const bytes = readFileSync(path);
  return sha256(path.endsWith('.json') ? JSON.stringify(withoutTimes(withoutHashes(JSON.parse(bytes)))) : bytes);
}

/** A result as it is compared. */
function printed(text) {
  try {
    return JSON.stringify(withoutTimes(JSON.parse(text)));
  } catch {
    return text;
  }
}

function withoutTimes(value) {
  if (Array.isArray(value)) return value.map(withoutTimes);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !volatile.has(key))
      .map(([key, inner]) => [key, withoutTimes(inner)]),
  );
}

/** The hash of a file that tells times differs as that file does. */
function withoutHashes(document) {
  if (typeof document.files !== 'object') return document;
  const files = Object.fromEntries(Object.keys(document.files).map((name) => [name, true]));
  return { ...document, files };
}
