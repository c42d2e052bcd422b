import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeDemoDataset } from '@graft-ml/node-adapter';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runGraft } from './run-graft.js';

const root = mkdtempSync(join(tmpdir(), 'graft-resume-'));
const at = (...parts: string[]) => join(root, ...parts);
const environment = { GRAFT_CACHE: at('cache') };
const bin = fileURLToPath(new URL('../bin/graft.js', import.meta.url));

/** A run long enough to be killed in, of both stages. */
const command = (out: string, ...more: string[]) => [
  ...['train', at('dataset'), '--backbone', 'squeezenet', '--weights', 'none', '--input-size', '64', '--json'],
  ...['--epochs', '12', '--validation-size', '0.2', '--augment', 'rotation=10', '--views', '2'],
  ...['--fine-tune', 'fire9', '--fine-tune-epochs', '4', '--out', at(out), ...more],
];

beforeAll(() => writeDemoDataset(at('dataset'), { seed: 1, count: 10 }));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** What must not differ: all weights that training changed, and the history. */
function resultOf(out: string, stdout: string): { weights: string; history: unknown } {
  const { history, bestEpoch } = JSON.parse(stdout) as { history: object[]; bestEpoch: number };
  return { weights: readFileSync(at(out, 'suffix.safetensors')).toString('base64'), history: { history, bestEpoch } };
}

/** Starts the command and sends a signal once so many epochs stand in its output. */
async function interrupt(args: readonly string[], signal: NodeJS.Signals, epochs: number): Promise<string> {
  const child = spawn(process.execPath, [bin, ...args], { env: { ...process.env, ...environment } });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = new Promise((resolve) => child.on('close', resolve));
  const folder = `${args[args.indexOf('--out') + 1] ?? ''}.checkpoint`;
  const seen = () => (existsSync(folder) ? readdirSync(folder).filter((name) => !name.startsWith('.')).length : 0);
  for (let waited = 0; waited < 6000 && seen() < Math.ceil(epochs / 12) && child.exitCode === null; waited += 1)
    await sleep(10);
  await sleep((epochs % 12) * 15);
  child.kill(signal);
  await ended;
  return stderr;
}

describe('graft train --resume', () => {
  it('goes on after SIGKILL to the very same weights and history', async () => {
    const undisturbed = await runGraft(command('whole'), environment);
    expect(undisturbed.code).toBe(0);
    // In the head's epochs twice, then in fine-tuning.
    for (const epochs of [1, 5, 13]) await interrupt(command('killed', '--resume'), 'SIGKILL', epochs);
    const resumed = await runGraft(command('killed', '--resume'), environment);
    expect(resumed.stderr).toContain('going on from');
    expect(resumed.code).toBe(0);
    expect(resultOf('killed', resumed.stdout)).toEqual(resultOf('whole', undisturbed.stdout));
    expect(existsSync(at('killed.checkpoint'))).toBe(false);
    const { history } = JSON.parse(resumed.stdout) as { history: { stage: string; epoch: number }[] };
    expect(history.map(({ epoch }) => epoch)).toEqual(history.map((_, i) => i + 1));
    expect(history.map(({ stage }) => stage).join(' ')).toMatch(/^(head ){12}(fineTune ?){4}$/);
  });

  it('is what Ctrl-C tells of; other settings are then refused, and what is there stays', async () => {
    const stderr = await interrupt(command('stopped'), 'SIGINT', 2);
    expect(stderr).toMatch(/stopped; goes on from .* with graft train .* --resume\n$/);
    const checkpoint = at('stopped.checkpoint', 'fit.safetensors');
    const bytes = readFileSync(checkpoint);
    const refused = await runGraft(command('stopped', '--resume', '--batch-size', '4'), environment);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/is of another run \(batchSize 8, now 4\); it was left as it is/);
    expect(readFileSync(checkpoint)).toEqual(bytes);
  });

  it('needs --out, as the epochs of fine-tuning need a layer', async () => {
    const without = command('none').filter((word) => word !== '--out' && word !== at('none'));
    expect(await runGraft([...without, '--resume'], environment)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--resume needs --out') as string,
    });
    const alone = ['train', at('dataset'), '--weights', 'none', '--fine-tune-epochs', '2'];
    expect(await runGraft(alone, environment)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('need --fine-tune') as string,
    });
  });
});
