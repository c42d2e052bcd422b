import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeDemoDataset } from '@graft-ml/node-adapter';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runGraft } from './run-graft.js';
import { hasTerminal, runInTerminal } from './run-in-terminal.js';

const root = mkdtempSync(join(tmpdir(), 'graft-line-'));
const at = (...parts: string[]) => join(root, ...parts);
const environment = { GRAFT_CACHE: at('cache'), NO_COLOR: '', FORCE_COLOR: '' };
const graft = (...args: string[]) => runGraft(args, environment);
const small = ['--backbone', 'squeezenet', '--weights', 'none', '--input-size', '64'];
const bin = fileURLToPath(new URL('../bin/graft.js', import.meta.url));

beforeAll(() => writeDemoDataset(at('data'), { seed: 1, count: 10 }));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const everyFile = () => readdirSync(root, { recursive: true, encoding: 'utf8' }).sort();

interface Plan {
  readonly passes: { readonly total: number; readonly cached: number | null; readonly toRun: number };
  readonly counts: Readonly<Record<string, number>>;
  readonly files: readonly string[];
}

describe('--dry-run', () => {
  it('prints what would be done, and writes nothing', async () => {
    const before = everyFile();
    const { code, stdout, stderr } = await graft('train', at('data'), ...small, '--out', at('model'), '--dry-run');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^images +30$/m);
    expect(stdout).toMatch(/^split +train 24, validation 0, test 6$/m);
    expect(stdout).toMatch(/^passes +30 through the base: 0 cached, 30 to run$/m);
    expect(stdout).toContain(at('model', 'graft.json'));
    expect(stderr).toContain('nothing was run or written');
    expect(everyFile()).toEqual(before);
  });

  it('counts passes as training then makes them, and knows those that are cached', async () => {
    const args = ['train', at('data'), ...small, '--augment', 'rotation=10', '--views', '3', '--epochs', '1', '--json'];
    args.push('--out', at('planned'));
    const plan = async () => JSON.parse((await graft(...args, '--dry-run')).stdout) as Plan;
    const before = await plan();
    // Every image as it is, and two further views of each in the training set.
    expect(before.passes).toEqual({ total: 30 + 2 * 24, cached: 0, toRun: 78 });
    expect(before.counts).toEqual({ train: 24, validation: 0, test: 6 });
    await graft(...args);
    expect([...before.files].sort()).toEqual(
      readdirSync(at('planned'))
        .map((name) => at('planned', name))
        .sort(),
    );
    expect((await plan()).passes).toEqual({ total: 78, cached: 78, toRun: 0 });
  });

  it('plans what runs a saved model', async () => {
    const before = everyFile();
    const evaluated = await graft('evaluate', at('planned'), at('data'), '--dry-run', '--json', '--csv', at('e.csv'));
    expect(JSON.parse(evaluated.stdout)).toMatchObject({
      model: at('planned'),
      backbone: 'squeezenet',
      passes: { total: 30, cached: 30, toRun: 0 },
      files: [at('e.csv')],
    });
    const twice = ['--external', at('data'), '--ensemble', at('planned')];
    const several = await graft('evaluate', at('planned'), at('data'), ...twice, '--dry-run', '--json');
    // Two data sets of the same images, by two models.
    expect(JSON.parse(several.stdout)).toMatchObject({ images: 60, passes: { total: 60, cached: 60, toRun: 0 } });
    const predicted = await graft('predict', at('planned'), at('data'), '--tta', '4', '--dry-run', '--json');
    expect(JSON.parse(predicted.stdout)).toMatchObject({ passes: { total: 120, toRun: 120 }, files: [] });
    const extracted = await graft('extract', at('data'), ...small, '--out', at('f.npy'), '--dry-run', '--json');
    expect(JSON.parse(extracted.stdout)).toMatchObject({ passes: { total: 30 }, files: [at('f.npy')] });
    expect(everyFile()).toEqual(before);
  });

  it('fetches no weights, and says what would be fetched', async () => {
    const { code, stdout } = await runGraft(
      ['extract', at('data'), '--backbone', 'vgg16', '--out', at('f.npy'), '--dry-run'],
      { ...environment, KERAS_HOME: at('keras'), GRAFT_WEIGHTS_MIRROR: 'http://127.0.0.1:9/' },
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/^weights +imagenet, to be fetched, 58\.9 MB$/m);
  });

  it('refuses what the work itself would refuse', async () => {
    const missing = await graft('train', at('nowhere'), '--dry-run');
    expect(missing).toMatchObject({ code: 1, stdout: '' });
    const taken = await graft('train', at('data'), ...small, '--out', at('data'), '--dry-run');
    expect(taken.stderr).toContain('already holds other things');
  });
});

describe('graft train --embed-base', () => {
  it('saves a model that needs no weights', async () => {
    const { code } = await graft('train', at('data'), ...small, '--epochs', '1', '--embed-base', '--out', at('whole'));
    expect(code).toBe(0);
    expect(existsSync(at('whole', 'base.safetensors'))).toBe(true);
    const plan = await graft('predict', at('whole'), at('data'), '--dry-run');
    expect(plan.stdout).toMatch(/^weights +base\.safetensors$/m);
  });
});

describe('a config file', () => {
  it('is said to be read, and flags win over it', async () => {
    writeFileSync(at('mine.json'), JSON.stringify({ split: { testSize: 0.5, json: true } }));
    const read = await graft('split', at('data'), '--config', at('mine.json'));
    expect(read.stderr).toContain(`settings from ${at('mine.json')}`);
    expect((JSON.parse(read.stdout) as { test: unknown[] }).test).toHaveLength(15);
    const flag = await graft('split', at('data'), '--config', at('mine.json'), '--test-size', '0.2');
    expect((JSON.parse(flag.stdout) as { test: unknown[] }).test).toHaveLength(6);
  });

  it('that cannot be used is wrong usage', async () => {
    writeFileSync(at('wrong.json'), '{"train":{"epoch":1}}');
    const { code, stderr } = await graft('train', at('data'), '--config', at('wrong.json'));
    expect(stderr).toMatch(/^graft: .*"train\.epoch" is no option; did you mean epochs\?\n$/);
    expect(code).toBe(2);
  });
});

describe('the command line', () => {
  it.each([
    [['trian'], /unknown command 'trian' \(Did you mean train\?\); see graft --help/],
    [['dataset', 'chek'], /unknown command 'chek' \(Did you mean check\?\); see graft dataset --help/],
    [['train', 'x', '--epoch', '1'], /unknown option '--epoch' \(Did you mean --epochs\?\); see graft train --help/],
    [['train'], /missing required argument 'dataset'; see graft train --help/],
    [['completion', 'tcsh'], /tcsh.*bash, zsh, fish/],
  ])('%j is wrong usage, in one line', async (args, message) => {
    const { code, stdout, stderr } = await graft(...args);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  it('colours help only where colours are wanted', async () => {
    const help = (more: NodeJS.ProcessEnv) => runGraft(['train', '--help'], { ...environment, ...more });
    expect((await help({})).stdout).not.toContain('\u001b');
    expect((await help({ FORCE_COLOR: '1' })).stdout).toContain('\u001b[');
    expect((await help({ FORCE_COLOR: '1', NO_COLOR: '1' })).stdout).not.toContain('\u001b');
  });

  it.skipIf(process.platform === 'win32')('says nothing when a reader has had enough', () => {
    const line = `"${process.execPath}" "${bin}" backbones --json | head -1; "${process.execPath}" "${bin}" train --help | head -1`;
    const { stdout, stderr } = spawnSync('bash', ['-c', line], {
      encoding: 'utf8',
      env: { ...process.env, ...environment },
    });
    expect(stderr).toBe('');
    expect(stdout).toBe('[\nUsage: graft train [options] <dataset>\n');
  });
});

// Python gives the terminal; where it is missing there is none.
describe.skipIf(!hasTerminal)('Ctrl-C in a terminal', () => {
  const long = ['train', at('data'), ...small, '--epochs', '5000', '--no-report', '--out'];

  it('leaves a run that can go on, and a line of its own for the prompt', async () => {
    const run = { mark: 'training', delays: [0.3], environment };
    const { screen, code } = await runInTerminal([...long, at('stopped')], run);
    expect(code).toBe(130);
    expect(screen).toMatch(/stopping; Ctrl-C again ends at once\r\n/);
    expect(screen).toMatch(/stopped; goes on from .*stopped\.checkpoint with graft train .* --resume\r\n$/);
    // Whatever hid the cursor would have to show it again.
    expect(screen.match(/\u001b\[\?25l/g)?.length ?? 0).toBe(screen.match(/\u001b\[\?25h/g)?.length ?? 0);
    expect(readdirSync(at('stopped.checkpoint'))).toEqual(['fit.safetensors']);
    expect(existsSync(at('stopped'))).toBe(false);
    const { screen: again } = await runInTerminal([...long, at('stopped'), '--resume'], run);
    expect(again).toContain('going on from');
  });

  it('ends at once when it is pressed twice', async () => {
    const { screen, code } = await runInTerminal([...long, at('twice')], {
      mark: 'training',
      delays: [0.3, 0.3],
      environment,
    });
    expect(code).toBe(130);
    expect(screen).not.toMatch(/\n\s+at /);
  });

  it('draws no bars on a dumb terminal', async () => {
    const { screen } = await runInTerminal([...long, at('dumb')], {
      mark: 'training',
      delays: [0.3],
      environment: { ...environment, TERM: 'dumb' },
    });
    expect(screen).not.toContain('\u001b');
    expect(screen).toMatch(/^features: 30\/30 images/m);
  });
});
