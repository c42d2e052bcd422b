import { isRecord } from '../is-record.js';

/** A manifest as it was read, of whatever version, not checked yet. */
export type RawManifest = Readonly<Record<string, unknown>>;

/** Brings a manifest of one version to the next. What it does not know it leaves: the schema looks at the result. */
type Migration = (manifest: RawManifest) => RawManifest;

/**
 * By the version that they begin with. A new version adds a line here, a fixture of the old one in
 * `test/fixtures/artifacts`, and nothing else needs to know of older ones.
 */
const migrations: ReadonlyMap<number, Migration> = new Map<number, Migration>([
  // 2 says where a model comes from: the data's fingerprint, the test's metrics, the libraries' versions.
  [
    1,
    ({ training, ...manifest }) => ({
      resize: 'stretch',
      precision: 'fp32',
      ...manifest,
      data: null,
      metrics: accuracyOf(training),
      versions: {},
      training: isRecord(training) ? { stages: [], ...training } : training,
    }),
  ],
]);

/** The version that is written. */
export const manifestVersion = 2;

/**
 * Brings a manifest of an older version to {@link manifestVersion}, step by step. One whose version is none is given back as it
 * is, for the schema to refuse.
 */
export function migrateManifest(manifest: RawManifest): RawManifest {
  let current = manifest;
  for (let { version } = manifest; typeof version === 'number' && version < manifestVersion; version += 1) {
    const migrate = migrations.get(version);
    if (migrate === undefined) return manifest;
    current = { ...migrate(current), version: version + 1 };
  }
  return current;
}

function accuracyOf(training: unknown): Readonly<Record<string, number>> {
  const test = isRecord(training) ? training['test'] : undefined;
  const accuracy = isRecord(test) ? test['accuracy'] : undefined;
  return typeof accuracy === 'number' ? { accuracy } : {};
}
