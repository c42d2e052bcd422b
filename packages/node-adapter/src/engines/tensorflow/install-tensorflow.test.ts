import { execFile, execFileSync } from 'node:child_process';
import { access, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { installTensorflow, removeTensorflow } from './install-tensorflow.js';
import { bindingPath, readTensorflowManifest, tensorflowFolder } from './tensorflow-folder.js';

let cache: string;

beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'graft-engines-'));
  vi.stubEnv('GRAFT_CACHE', cache);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(cache, { recursive: true, force: true });
});

/** An archive of Python's own making, under a wheel's name. */
async function wheelOf(files: Readonly<Record<string, string>>): Promise<string> {
  const wheel = join(cache, 'tensorflow_cpu-2.99.0-cp311-cp311-manylinux_2_27_x86_64.whl');
  const script =
    'import sys, json, zipfile\nwith zipfile.ZipFile(sys.argv[1], "w") as z:\n  for name, text in json.loads(sys.argv[2]).items(): z.writestr(name, text)';
  await promisify(execFile)('python3', ['-c', script, wheel, JSON.stringify(files)]);
  return wheel;
}

const hasTools = await Promise.all(
  ['python3', 'c++'].map((command) =>
    promisify(execFile)(command, ['--version']).then(
      () => true,
      () => false,
    ),
  ),
).then((found) => found.every(Boolean));

describe.skipIf(process.platform === 'win32')('installing TensorFlow', () => {
  it('refuses a wheel of another package by its name, before anything runs', async () => {
    await expect(installTensorflow({ wheel: '/somewhere/numpy-2.0.0-cp311.whl' })).rejects.toThrow(
      /numpy-2.0.0-cp311.whl is no wheel of TensorFlow/,
    );
  });

  it('says which Python is missing, and what to do', async () => {
    await expect(installTensorflow({ python: '/no/such/python' })).rejects.toThrow(
      /\/no\/such\/python cannot run.*install Python.*--python/,
    );
  });

  it.skipIf(!hasTools)('says that there is no compiler, and how to get one', async () => {
    vi.stubEnv('CXX', '/no/such/compiler');
    await expect(installTensorflow({ wheel: await wheelOf({}) })).rejects.toThrow(
      /no C\+\+ compiler \/no\/such\/compiler.*apt-get install g\+\+/,
    );
  });

  it.skipIf(!hasTools)(
    'refuses a wheel without libraries, and leaves what was installed and nothing else',
    async () => {
      const installed = join(tensorflowFolder(), 'mark');
      await mkdir(tensorflowFolder(), { recursive: true });
      await writeFile(installed, '');
      const wheel = await wheelOf({
        'tensorflow/../../../evil.h': 'x',
        'tensorflow/include/tensorflow/c/c_api.h': 'x',
      });
      await expect(installTensorflow({ wheel })).rejects.toThrow(/the wheel holds 0 of the 2 libraries/);
      await access(installed);
      expect(await readdir(join(cache, 'engines'))).toEqual(['tensorflow']);
      expect(await readdir(cache)).not.toContain('evil.h');
    },
  );

  it.skipIf(!hasTools)('refuses a file that is no archive', async () => {
    const wheel = join(cache, 'tensorflow-2.99.0-cp311-cp311-linux_x86_64.whl');
    await writeFile(wheel, 'not a zip');
    await expect(installTensorflow({ wheel })).rejects.toThrow(/unpacking tensorflow-2.99.0.*BadZipFile/);
  });

  it('ends at once when aborted', async () => {
    await expect(installTensorflow({ signal: AbortSignal.abort() })).rejects.toThrow(/aborted/);
  });

  it('removes what is there, and says whether there was something', async () => {
    expect(await removeTensorflow()).toBe(false);
    await mkdir(tensorflowFolder(), { recursive: true });
    const manifest = { tensorflow: '2.21.0', tfjsNode: '4.22.0', cuda: false, platform: 'linux', architecture: 'x64' };
    await writeFile(join(tensorflowFolder(), 'graft-engine.json'), JSON.stringify(manifest));
    expect(await readTensorflowManifest()).toEqual(manifest);
    expect(await removeTensorflow()).toBe(true);
    expect(await readTensorflowManifest()).toBeUndefined();
  });
});

/** GRAFT_TENSORFLOW_WHEEL names a wheel that lies here; without it pip downloads 0.3 GB. */
const wheel = process.env['GRAFT_TENSORFLOW_WHEEL'];
const full = process.env['GRAFT_FULL'] !== undefined && hasTools && (wheel !== undefined || pipReachesIndex());

describe.skipIf(!full)('the real TensorFlow (needs GRAFT_FULL, python3, a compiler, and pip or a wheel)', () => {
  it('is built, and multiplies matrices in a process of its own', { timeout: 900_000 }, async () => {
    const steps: string[] = [];
    const manifest = await installTensorflow({ wheel, onStep: (step) => steps.push(step) });
    expect(manifest.tensorflow).toMatch(/^2\.\d+\.\d+/);
    expect(steps.at(-1)).toBe('trying it');
    const script = 'const b = require(process.argv[1]); process.stdout.write(b.TF_Version)';
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', script, bindingPath(tensorflowFolder())]);
    expect(stdout).toBe(manifest.tensorflow);
    expect(await readdir(join(cache, 'engines'))).toEqual(['tensorflow']);
    const { registerTensorflowBackend, tensorflowBackend } = await import('./load-tensorflow.js');
    expect(await registerTensorflowBackend()).toBe(`TensorFlow ${manifest.tensorflow}, CPU`);
    const { matMul, setBackend, tensor2d } = await import('@tensorflow/tfjs-core');
    await setBackend(tensorflowBackend);
    const product = matMul(tensor2d([[1, 2]]), tensor2d([[3], [4]]));
    expect([...(await product.data())]).toEqual([11]);
  });
});

function pipReachesIndex(): boolean {
  try {
    execFileSync('python3', ['-m', 'pip', 'index', 'versions', 'tensorflow-cpu'], { stdio: 'ignore', timeout: 20_000 });
    return true;
  } catch {
    return false;
  }
}
