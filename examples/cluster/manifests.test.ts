import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readShard } from '@graft-ml/node-adapter';
import { describe, expect, it } from 'vitest';

const read = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8');
const python = process.env['GRAFT_ORACLE_PYTHON'];
const validates = python !== undefined && spawnSync(python, ['-c', 'import kubernetes_validate']).status === 0;

describe('extract-job.yaml', () => {
  const text = read('extract-job.yaml');
  const number = (key: string) => Number(new RegExp(`^\\s*${key}: (\\d+)$`, 'm').exec(text)?.[1]);

  it('has as many pods as shards, each with a shard of its own', () => {
    expect(text).toMatch(/^apiVersion: batch\/v1\nkind: Job$/m);
    expect(text).toMatch(/^ {2}completionMode: Indexed$/m);
    const [, count] = /name: GRAFT_SHARD_COUNT\n\s+value: '(\d+)'/.exec(text) ?? [];
    expect(number('completions')).toBe(Number(count));
    const shards = Array.from({ length: number('completions') }, (_, index) =>
      readShard('auto', { JOB_COMPLETION_INDEX: String(index), GRAFT_SHARD_COUNT: count }),
    );
    expect(shards.map(({ index }) => index)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    // A limit for each index asks for Never.
    expect(text).toMatch(/restartPolicy: Never/);
  });
});

describe.skipIf(!validates)('Kubernetes manifests (needs GRAFT_ORACLE_PYTHON with kubernetes-validate)', () => {
  it.each(['extract-job.yaml', 'workers.yaml'])('%s is valid by the schema of Kubernetes, strictly', (name) => {
    const file = fileURLToPath(new URL(name, import.meta.url));
    const check =
      'import sys, yaml, kubernetes_validate as k; k.validate(yaml.safe_load(open(sys.argv[1])), "1.30", strict=True)';
    const { status, stderr } = spawnSync(python ?? '', ['-c', check, file], { encoding: 'utf8' });
    expect(status, stderr).toBe(0);
  });
});

describe('shell scripts', () => {
  it.each(['extract.slurm', 'two-workers.sh'])('%s can be read by bash', (name) => {
    const file = fileURLToPath(new URL(name, import.meta.url));
    expect(spawnSync('bash', ['-n', file]).status).toBe(0);
  });

  const skips = [
    ['GRAFT_FULL=1', process.env['GRAFT_FULL'] !== undefined],
    ['redis-server', spawnSync('redis-server', ['--version']).status === 0],
  ] as const;
  const missing = skips.find(([, isThere]) => !isThere)?.[0];
  it.skipIf(missing !== undefined)(
    `two-workers.sh trains and cross-validates, and leaves nothing behind${missing === undefined ? '' : ` (needs ${missing})`}`,
    () => {
      const file = fileURLToPath(new URL('two-workers.sh', import.meta.url));
      const folder = mkdtempSync(join(tmpdir(), 'graft-two-workers-'));
      const env = { ...process.env, TMPDIR: folder, PORT: '6391' };
      const { status, stdout, stderr } = spawnSync('bash', [file], { encoding: 'utf8', env });
      expect(status, stderr).toBe(0);
      expect(stdout).toMatch(/accuracy[\s\S]*fold 5: accuracy/);
      expect(stdout.match(/stopped after [1-9]\d* jobs, 0 failed/g)).toHaveLength(2);
      expect(readdirSync(folder)).toEqual([]);
      rmSync(folder, { recursive: true });
    },
    300_000,
  );

  it('extract.slurm runs task 3 of an array as shard 3, also where it is run again alone', () => {
    const [line = ''] = /--shard "[^"]+"/.exec(read('extract.slurm')) ?? [];
    const shard = (environment: NodeJS.ProcessEnv) =>
      spawnSync('bash', ['-c', `echo ${line}`], { encoding: 'utf8', env: { ...environment } }).stdout.trim();
    expect(shard({ SLURM_ARRAY_TASK_ID: '3', SLURM_ARRAY_TASK_COUNT: '8' })).toBe('--shard 3/8');
    expect(shard({ SLURM_ARRAY_TASK_ID: '3', SLURM_ARRAY_TASK_COUNT: '1', GRAFT_SHARDS: '8' })).toBe('--shard 3/8');
  });
});
