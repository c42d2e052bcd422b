// How many changed copies of images `graft dataset check` takes for near duplicates: the table of docs/guides/data.md.
//
//   npm run build && node benchmarks/look-alikes.mjs DATASET
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const graft = fileURLToPath(new URL('../packages/node-adapter/bin/graft.js', import.meta.url));
const sharp = createRequire(graft)('sharp');
const [dataset = '../shared/data/covid-0402'] = process.argv.slice(2);
const images = 60;

/** sharp takes one resize and one crop in a pipeline; sizes are needed first. */
const cut = (share) => async (file) => {
  const { width, height } = await sharp(file).metadata();
  const [x, y] = [Math.round(width * share), Math.round(height * share)];
  return sharp(file).extract({ left: x, top: y, width: width - 2 * x, height: height - 2 * y });
};
const changes = {
  'half the size': async (file) => sharp(file).resize({ width: Math.round((await sharp(file).metadata()).width / 2) }),
  'stretched to 224×224': (file) => sharp(file).resize({ width: 224, height: 224, fit: 'fill' }),
  'JPEG quality 40': (file) => sharp(file).jpeg({ quality: 40 }),
  'darkened to 0.7': (file) => sharp(file).linear(0.7, 0),
  'contrast × 1.3': (file) => sharp(file).linear(1.3, -0.3 * 128),
  'brightened by 1.25': (file) => sharp(file).linear(1.25, 0),
  'cut by 1 % at each side': cut(0.01),
  'cut by 2 %': cut(0.02),
  'turned by 2°': (file) => sharp(file).rotate(2),
};

function check(folder) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [graft, 'dataset', 'check', folder, '--json'], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

const paths = JSON.parse(
  spawnSync(process.execPath, [graft, 'split', dataset, '--json'], { encoding: 'utf8', maxBuffer: 1 << 28 }).stdout,
).train;
const root = mkdtempSync(join(tmpdir(), 'graft-look-alikes-'));
console.log('| changed by | found |\n| --- | --- |');
try {
  for (const [name, change] of Object.entries(changes)) {
    const folder = join(root, 'set');
    for (const side of ['original', 'copy']) mkdirSync(join(folder, side), { recursive: true });
    for (const [index, path] of paths.slice(0, images).entries()) {
      const file = path.startsWith('/') ? path : join(dataset, path);
      copyFileSync(file, join(folder, 'original', `${index}${extname(file)}`));
      await (await change(file)).toFile(join(folder, 'copy', `${index}${name.startsWith('JPEG') ? '.jpg' : '.png'}`));
    }
    const { exactDuplicates, nearDuplicates } = check(folder);
    const stem = (path) => basename(path).replace(/\.\w+$/, '');
    const pairs = [...exactDuplicates, ...nearDuplicates].map((found) => (found.paths ?? found).map(stem));
    const found = new Set(pairs.filter((group) => new Set(group).size < group.length).flat());
    console.log(`| ${name} | ${found.size} of ${images} |`);
    rmSync(folder, { recursive: true, force: true });
  }
} finally {
  rmSync(root, { recursive: true, force: true });
}
