import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../bin/graft.js', import.meta.url));

// Node has no pseudo terminal of its own; Python's standard library has.
const script = `
import os, pty, select, sys, time
keys, args = [float(x) for x in sys.argv[2].split(',')], sys.argv[3:]
mark = sys.argv[1].encode()
pid, fd = pty.fork()
if pid == 0: os.execvp(args[0], args)
out, due = b'', None
while True:
    ready, _, _ = select.select([fd], [], [], 0.02)
    if ready:
        try: piece = os.read(fd, 65536)
        except OSError: break
        if not piece: break
        out += piece
    if due is None and mark in out: due = [time.time() + k for k in keys]
    while due and time.time() >= due[0]:
        due.pop(0)
        try: os.write(fd, b'\\x03')
        except OSError: pass
_, status = os.waitpid(pid, 0)
code = os.waitstatus_to_exitcode(status)
sys.stdout.buffer.write(out)
sys.exit(code if code >= 0 else 128 - code)
`;

/** Whether {@link runInTerminal} can run here. */
export const hasTerminal = process.platform !== 'win32' && spawnSync('python3', ['-c', 'import pty']).status === 0;

/**
 * Runs the built command in a pseudo terminal, and presses Ctrl-C.
 * @param options - `mark`: what has to be on the screen first; `delays`: seconds after that, one for each press.
 * @returns All that came to the screen, and the exit code as a shell sees it.
 */
export function runInTerminal(
  args: readonly string[],
  options: { mark: string; delays: readonly number[]; environment?: NodeJS.ProcessEnv },
): Promise<{ screen: string; code: number | null }> {
  const { mark, delays, environment = {} } = options;
  return new Promise((resolve, reject) => {
    const command = ['-c', script, mark, delays.join(','), process.execPath, bin, ...args];
    const child = spawn('python3', command, { env: { ...process.env, TERM: 'xterm-256color', ...environment } });
    let screen = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (screen += text));
    child.stderr.pipe(process.stderr);
    child.on('error', reject);
    child.on('close', (code) => resolve({ screen, code }));
  });
}
