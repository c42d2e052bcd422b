import { EngineError, type Engine } from '@graft-ml/core';
import { describe, expect, it } from 'vitest';
import { engineLines } from '../cli/print-engines.js';
import { nodeEngines } from '../node-runtime.js';
import { checkEngines } from './check-engines.js';
import { describeMachine } from './describe-machine.js';

const engine = (name: string, fields: Partial<Engine> = {}): Engine => ({
  name,
  check: () => Promise.resolve({ usable: true, detail: `${name} 1.0` }),
  createExtractor: () => Promise.reject(new EngineError('out of memory')),
  ...fields,
});
const missing: Partial<Engine> = {
  check: () => Promise.resolve({ usable: false, reason: 'the driver is too old', remedy: 'install a newer one' }),
};

describe('checking engines', () => {
  it('says which one auto takes: the first that runs, unless it is only for those who ask', async () => {
    const engines = [
      engine('absent', missing),
      engine('asked', { accelerator: { automatic: false } }),
      engine('first'),
      engine('second'),
    ];
    const reports = await checkEngines({ engines });
    expect(reports).toEqual([
      { name: 'absent', usable: false, reason: 'the driver is too old', remedy: 'install a newer one' },
      { name: 'asked', usable: true, detail: 'asked 1.0', auto: false },
      { name: 'first', usable: true, detail: 'first 1.0', auto: true },
      { name: 'second', usable: true, detail: 'second 1.0', auto: false },
    ]);
  });

  it('reports an engine that fails when it is measured as one that cannot run', async () => {
    const [report] = await checkEngines({ engines: [engine('broken')], measure: true });
    expect(report).toEqual({ name: 'broken', usable: false, reason: 'out of memory', remedy: 'use another engine' });
  });

  it('measures the wasm engine', async () => {
    const engines = nodeEngines().filter(({ name }) => name === 'wasm');
    const [report] = await checkEngines({ engines, measure: true });
    expect(report?.usable && report.imagesPerSecond).toBeGreaterThan(0);
  });

  it('stops between engines when aborted', async () => {
    await expect(checkEngines({ engines: [engine('any')], signal: AbortSignal.abort() })).rejects.toThrow(/aborted/);
  });
});

describe('engines as text', () => {
  it.each([60, 80, 120])('fit into %d columns, the fastest first, with remedies', (columns) => {
    const lines = engineLines(
      [
        {
          name: 'slow',
          usable: true,
          detail: 'a word and another '.repeat(8).trim(),
          auto: true,
          imagesPerSecond: 3.2,
        },
        {
          name: 'onnxruntime:cuda',
          usable: false,
          reason: `no driver ${'/path'.repeat(20)}`,
          remedy: 'install one '.repeat(12).trim(),
        },
        { name: 'fast', usable: true, detail: 'fast 1.0', auto: false, imagesPerSecond: 1234 },
      ],
      columns,
    );
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns);
    expect(lines[0]).toMatch(/✓ fast .*██████████ +1234 images\/s/);
    expect(lines.join('\n')).toMatch(/taken by\s+auto[^]*✗ onnxruntime:cuda +no driver\n[^]* +→ install one/);
  });
});

describe('describing the machine', () => {
  it('tells versions, cores, memory and the cache', async () => {
    const machine = await describeMachine();
    expect(machine.node).toBe(process.version);
    expect(machine.cores.available).toBeGreaterThanOrEqual(1);
    expect(machine.cores.available).toBeLessThanOrEqual(machine.cores.machine);
    expect(machine.images.libvips).toMatch(/^\d+\.\d+/);
    expect(machine.memory.bytes).toBeGreaterThan(1e8);
  });
});
