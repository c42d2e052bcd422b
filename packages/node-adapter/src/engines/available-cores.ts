import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** Where the system tells of limits; replaced in tests. */
export interface CoreSources {
  /** A file's text; undefined if it cannot be read. */
  readonly read?: (path: string) => string | undefined;
  /** Cores that this process may be put on. */
  readonly parallelism?: number;
  /** Default: the process' own. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/**
 * Cores that this process really gets: those it may be put on, and no more than the CPU quota of its container (cgroup v2
 * `cpu.max`, v1 `cpu.cfs_quota_us`), which `os.availableParallelism` does not know of on Node 20. A quota of 2.5 counts as 2: a
 * thread too many is stopped by the system while the others wait for it. `GRAFT_THREADS` lowers it further.
 *
 * @returns A whole number from 1.
 */
export function availableCores(sources: CoreSources = {}): number {
  const { read = readText, parallelism = availableParallelism(), environment = process.env } = sources;
  const quota = Math.min(...cgroupQuotas(read));
  return Math.max(1, Math.min(parallelism, Math.floor(quota), wanted(environment['GRAFT_THREADS'])));
}

function wanted(text: string | undefined): number {
  return text !== undefined && /^[1-9]\d{0,5}$/.test(text) ? Number(text) : Number.POSITIVE_INFINITY;
}

const root = '/sys/fs/cgroup';

/** The quotas of this process' cgroup and all above it, in cores. */
function cgroupQuotas(read: (path: string) => string | undefined): number[] {
  const lines = (read('/proc/self/cgroup') ?? '').split('\n');
  return lines.flatMap((line) => {
    const [, controllers = '', ...path] = line.split(':');
    const folders = foldersUpwards(path.join(':'));
    if (controllers === '') return folders.map((folder) => unifiedQuota(read(`${root}${folder}/cpu.max`)));
    if (!controllers.split(',').includes('cpu')) return [];
    return folders.flatMap((folder) =>
      [`${root}/cpu${folder}`, `${root}/cpu,cpuacct${folder}`].map((place) =>
        quotaOf(read(`${place}/cpu.cfs_quota_us`), read(`${place}/cpu.cfs_period_us`)),
      ),
    );
  });
}

/** `/a/b` → `/a/b`, `/a`, and the root. Inside a container the path may be the host's: the root is then what counts. */
function foldersUpwards(path: string): string[] {
  const parts = path.split('/').filter((part) => part !== '' && part !== '..');
  return Array.from({ length: parts.length + 1 }, (_, above) =>
    parts
      .slice(0, parts.length - above)
      .map((part) => `/${part}`)
      .join(''),
  );
}

/** `max 100000` or `150000 100000`: microseconds in each period. */
function unifiedQuota(text: string | undefined): number {
  const [quota, period] = (text ?? '').trim().split(/\s+/);
  return quotaOf(quota, period);
}

function quotaOf(quota: string | undefined, period: string | undefined): number {
  const cores = Number(quota) / Number(period);
  // `max`, −1, or no such file: no limit.
  return cores > 0 ? cores : Number.POSITIVE_INFINITY;
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
