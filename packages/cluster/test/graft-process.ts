import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../../node-adapter/bin/graft.js', import.meta.url));

/** A `graft` command that runs in a process of its own. */
export class GraftProcess {
  readonly child: ChildProcess;
  stdout = '';
  stderr = '';
  readonly exit: Promise<number | null>;

  /** @param options.before - A program and its arguments that runs the command; with no arguments, runs instead of it. */
  constructor(
    args: readonly string[],
    options: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv; readonly before?: readonly string[] },
  ) {
    const { cwd, env, before = [] } = options;
    const command = args.length === 0 ? [] : [process.execPath, bin, ...args];
    const [program = '', ...words] = [...before, ...command];
    this.child = spawn(program, words, { cwd, env: { ...process.env, ...env } });
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.exit = once(this.child, 'close').then(([code]) => code as number | null);
  }

  /** Until a text stands in what it said. */
  async says(text: string | RegExp, patienceMs = 120_000): Promise<void> {
    const end = performance.now() + patienceMs;
    const isThere = () => (typeof text === 'string' ? this.stderr.includes(text) : text.test(this.stderr));
    while (!isThere()) {
      if (performance.now() > end || this.child.exitCode !== null) {
        throw new Error(`${String(text)} was not said, but:\n${this.stderr}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill(signal);
    await this.exit;
  }
}
