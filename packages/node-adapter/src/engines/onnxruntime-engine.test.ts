import { readFileSync } from 'node:fs';
import { EngineError, type FrozenPrefix } from '@graft-ml/core';
import { describe, expect, it } from 'vitest';
import { availableCores } from './available-cores.js';
import { onnxruntimeEngine, onnxruntimeEngines } from './onnxruntime-engine.js';
import { onnxruntimeProviders } from './onnxruntime-providers.js';
import { weightBits } from './weight-bits.js';

describe('onnxruntime’s providers', () => {
  it('are engines of their own, the CPU last, under its two names', () => {
    const engines = onnxruntimeEngines();
    expect(engines.map(({ name }) => name)).toEqual([
      'onnxruntime:cuda',
      'onnxruntime:coreml',
      'onnxruntime:directml',
      'onnxruntime:webgpu',
      'onnxruntime',
    ]);
    expect(engines.at(-1)?.aliases).toEqual(['onnxruntime:cpu']);
    expect(engines.filter(({ int8 }) => int8 !== undefined).map(({ name }) => name)).toEqual(['onnxruntime']);
  });

  it('say why they cannot run here and how to get them, and are never replaced by the CPU', async () => {
    for (const engine of onnxruntimeEngines()) {
      const status = await engine.check();
      if (status.usable) {
        expect(status.detail).toMatch(/^onnxruntime \d+\.\d+\.\d+, /);
        continue;
      }
      expect(status.reason).not.toBe('');
      expect(status.remedy).toMatch(/needs .*--engine onnxruntime/);
      const refusal = engine.createExtractor({} as FrozenPrefix);
      await expect(refusal).rejects.toThrow(EngineError);
      await expect(refusal).rejects.toThrow(`${engine.name} cannot run here: ${status.reason}; ${status.remedy}`);
    }
  });

  it('are to be had by a command that names the version this package needs', () => {
    const { optionalDependencies } = JSON.parse(
      readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
    ) as { optionalDependencies: Record<string, string> };
    const remedy = onnxruntimeProviders.find(({ name }) => name === 'cpu')?.remedy;
    expect(remedy).toContain(`onnxruntime-node@${optionalDependencies['onnxruntime-node']}\``);
  });

  it('are refused by name if there is none of it', () => {
    expect(() => onnxruntimeEngine({ provider: 'tpu' as 'cpu' })).toThrow(
      'unknown onnxruntime provider "tpu"; there are "cuda", "coreml", "directml", "webgpu", "cpu"',
    );
  });
});

describe('availableCores', () => {
  const files = (texts: Record<string, string>) => (path: string) => texts[path];

  it('is what the system lends where there is no quota', () => {
    expect(availableCores({ parallelism: 6, read: () => undefined })).toBe(6);
    const unlimited = { '/proc/self/cgroup': '0::/\n', '/sys/fs/cgroup/cpu.max': 'max 100000\n' };
    expect(availableCores({ parallelism: 6, read: files(unlimited) })).toBe(6);
    expect(availableCores()).toBeGreaterThanOrEqual(1);
  });

  it('keeps to the quota of cgroup v2, its own or one above it, rounded down', () => {
    const texts = {
      '/proc/self/cgroup': '0::/pod/box\n',
      '/sys/fs/cgroup/pod/box/cpu.max': 'max 100000\n',
      '/sys/fs/cgroup/pod/cpu.max': '250000 100000\n',
      '/sys/fs/cgroup/cpu.max': 'max 100000\n',
    };
    expect(availableCores({ parallelism: 16, read: files(texts) })).toBe(2);
    expect(availableCores({ parallelism: 1, read: files(texts) })).toBe(1);
  });

  it('keeps to the quota of cgroup v1, also where the path is the host’s', () => {
    const texts = {
      '/proc/self/cgroup': '4:memory:/docker/1\n3:cpu,cpuacct:/docker/1\n0::/\n',
      '/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us': '400000\n',
      '/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us': '100000\n',
    };
    expect(availableCores({ parallelism: 16, read: files(texts) })).toBe(4);
    const unlimited = { ...texts, '/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us': '-1\n' };
    expect(availableCores({ parallelism: 16, read: files(unlimited) })).toBe(16);
  });

  it('is one at least', () => {
    const texts = { '/proc/self/cgroup': '0::/\n', '/sys/fs/cgroup/cpu.max': '20000 100000\n' };
    expect(availableCores({ parallelism: 16, read: files(texts) })).toBe(1);
  });
});

describe('weightBits', () => {
  const cpuinfo = (flags: string) => () =>
    Promise.resolve(`processor\t: 0\nflags\t\t: fpu sse2 avx2 ${flags}\nbugs\t:\n`);

  it.for([
    ['avx512f avx512_vnni', 8],
    ['avx_vnni', 8],
    ['avx512f', 7],
  ] as const)('is right for x64 Linux with %s', async ([flags, bits]) => {
    expect(await weightBits({ platform: 'linux', architecture: 'x64', read: cpuinfo(flags) })).toBe(bits);
  });

  it('is 8 on ARM64, which widens before it adds', async () => {
    expect(await weightBits({ platform: 'darwin', architecture: 'arm64' })).toBe(8);
  });

  it('asks macOS, and takes 7 where the processor cannot be asked', async () => {
    const intel = { platform: 'darwin', architecture: 'x64' } as const;
    expect(await weightBits({ ...intel, setting: () => Promise.resolve('1\n') })).toBe(8);
    expect(await weightBits({ ...intel, setting: () => Promise.reject(new Error('unknown oid')) })).toBe(7);
    expect(await weightBits({ platform: 'win32', architecture: 'x64' })).toBe(7);
    expect(
      await weightBits({
        platform: 'linux',
        architecture: 'x64',
        read: () => Promise.reject(new Error('no such file')),
      }),
    ).toBe(7);
  });
});
