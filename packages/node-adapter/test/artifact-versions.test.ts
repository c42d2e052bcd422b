import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ArtifactError, loadTransferModel, nodeRuntime, openPredictor, saveCalibration } from '@graft-ml/node-adapter';
import { afterAll, describe, expect, it } from 'vitest';

/** What an earlier graft saved, and what it said of one image. */
interface SavedVersion {
  readonly manifest: Record<string, unknown>;
  readonly suffix: string;
  readonly image: string;
  readonly scores: Readonly<Record<string, number>>;
  readonly label: string;
}

const versionOne = JSON.parse(
  readFileSync(new URL('fixtures/artifacts/version-1.json', import.meta.url), 'utf8'),
) as SavedVersion;

const root = mkdtempSync(join(tmpdir(), 'graft-versions-'));
const runtime = nodeRuntime({ cache: join(root, 'cache') });
afterAll(async () => {
  await runtime.close();
  rmSync(root, { recursive: true, force: true });
});

function written(name: string, { manifest, suffix }: SavedVersion): string {
  const folder = join(root, name);
  mkdirSync(folder);
  writeFileSync(join(folder, 'graft.json'), JSON.stringify(manifest));
  writeFileSync(join(folder, 'suffix.safetensors'), Buffer.from(suffix, 'base64'));
  return folder;
}

const image = Buffer.from(versionOne.image, 'base64');

// One machine's float32 sums may stand in another order on the next.
const decimals = 5;

function expectScores(actual: Readonly<Record<string, number>> = {}): void {
  expect(Object.keys(actual)).toEqual(Object.keys(versionOne.scores));
  for (const [name, score] of Object.entries(versionOne.scores)) expect(actual[name]).toBeCloseTo(score, decimals);
}

// The very first models had neither a choice of resizing nor of arithmetic.
const { resize: _, ...first } = versionOne.manifest;

describe.each([
  ['of version 1', versionOne],
  ['of the first days of version 1', { ...versionOne, manifest: first }],
])('a model %s', (title, saved) => {
  const folder = written(title.replaceAll(' ', '-'), saved);

  it('predicts what it predicted then, its calibration included', async () => {
    const model = await loadTransferModel(folder, { runtime });
    const { predictions } = await model.predict([image]);
    expectScores(predictions[0]?.scores);
    expect(predictions[0]?.label).toBe(versionOne.label);
    expect(model.calibration).toEqual({ temperature: 1.25, thresholds: { down: 0.4 } });
    await model.dispose();
  });

  it('predicts the same as a compiled graph', async () => {
    const predictor = await openPredictor(folder, { runtime });
    const { predictions } = await predictor.predict([image]);
    expectScores(predictions[0]?.scores);
    await predictor.dispose();
  });

  it('says what is known of where it comes from, and nothing else', async () => {
    const model = await loadTransferModel(folder, { runtime });
    expect(model.provenance).toMatchObject({
      data: null,
      metrics: { accuracy: 0.75 },
      versions: {},
      training: { stages: [], counts: { train: 12, validation: 0, test: 4 } },
    });
    await model.dispose();
  });

  it('is saved again in the newest version, with all that was known of it', async () => {
    const model = await loadTransferModel(folder, { runtime });
    const copy = `${folder}-copy`;
    await model.save(copy);
    await model.dispose();
    expect(JSON.parse(readFileSync(join(copy, 'graft.json'), 'utf8'))).toMatchObject({
      version: 2,
      resize: 'stretch',
      precision: 'fp32',
      metrics: { accuracy: 0.75 },
      training: { test: { accuracy: 0.75 } },
    });
    const again = await loadTransferModel(copy, { runtime });
    expectScores((await again.predict([image])).predictions[0]?.scores);
    await again.dispose();
  });

  it('keeps its version when only its calibration changes', async () => {
    await saveCalibration(folder, { temperature: 2 }, { runtime });
    const manifest = JSON.parse(readFileSync(join(folder, 'graft.json'), 'utf8')) as object;
    expect(manifest).toMatchObject({ version: 1, calibration: { temperature: 2 } });
    const model = await loadTransferModel(folder, { runtime });
    expect(model.calibration).toEqual({ temperature: 2 });
    await model.dispose();
  });
});

it('a model of a version to come is refused with what to do', async () => {
  const folder = written('newer', { ...versionOne, manifest: { ...versionOne.manifest, version: 3, news: true } });
  for (const open of [loadTransferModel, openPredictor]) {
    await expect(open(folder, { runtime })).rejects.toThrow(ArtifactError);
    await expect(open(folder, { runtime })).rejects.toThrow(/newer graft \(format 3, this one reads up to 2\); update/);
  }
});
