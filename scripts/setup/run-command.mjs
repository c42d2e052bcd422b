import { spawn } from 'node:child_process';
import { root } from './workspace.mjs';

/**
 * Runs a program without showing what it prints.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: Record<string, string | undefined>, shell?: boolean }} [options] `env` is laid over the environment.
 * @returns {Promise<{ ok: boolean, output: string, seconds: number }>} Both streams in the order in which they came.
 */
export function runCommand(command, args, options = {}) {
  const started = performance.now();
  return new Promise((resolve) => {
    /** @type {Buffer[]} */
    const chunks = [];
    /** @param {boolean} ok */
    const settle = (ok) => {
      const output = Buffer.concat(chunks).toString('utf8').trimEnd();
      resolve({ ok, output, seconds: (performance.now() - started) / 1000 });
    };
    const child = spawn(command, args, {
      cwd: options.cwd ?? root,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      // On Windows npx is a script, which only a shell can start.
      shell: options.shell ?? (process.platform === 'win32' && command !== process.execPath),
    });
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.stderr.on('data', (chunk) => chunks.push(chunk));
    child.on('error', (error) => {
      chunks.push(Buffer.from(`${command}: ${error.message}`));
      settle(false);
    });
    child.on('close', (code, signal) => {
      if (signal) chunks.push(Buffer.from(`\nended by ${signal}`));
      settle(code === 0);
    });
  });
}
