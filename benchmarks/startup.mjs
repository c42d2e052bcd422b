// How long `graft --help` takes from start to exit, beside an empty Node: CPU time, since a busy machine leaves that alone.
// Run from the root after a build: node benchmarks/startup.mjs [runs]
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const runs = Number(process.argv[2] ?? 15);
const bin = fileURLToPath(new URL('../packages/node-adapter/bin/graft.js', import.meta.url));

/** The median of what one command takes, in milliseconds: of the processor, and of the clock. */
function measure(args) {
  const samples = Array.from({ length: runs }, () => {
    const before = process.resourceUsage();
    const begin = performance.now();
    const { status } = spawnSync(process.execPath, args, { stdio: 'ignore' });
    const wall = performance.now() - begin;
    if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}`);
    return { wall, cpu: childCpu(before) };
  });
  const median = (name) => samples.map((sample) => sample[name]).sort((a, b) => a - b)[runs >> 1];
  return { cpu: median('cpu'), wall: median('wall') };
}

/** Linux counts ended children with their parent only in /proc; elsewhere the clock has to do. */
let earlier = readChildTicks();
function childCpu() {
  const ticks = readChildTicks();
  const milliseconds = (ticks - earlier) * 10;
  earlier = ticks;
  return milliseconds;
}

function readChildTicks() {
  const { stdout } = spawnSync('cat', [`/proc/${process.pid}/stat`], { encoding: 'utf8' });
  const fields = (stdout ?? '').slice((stdout ?? '').lastIndexOf(')') + 2).split(' ');
  return Number(fields[13] ?? 0) + Number(fields[14] ?? 0);
}

const commands = [
  ['node -e 0', ['-e', '0']],
  ['graft --help', [bin, '--help']],
  ['graft train --help', [bin, 'train', '--help']],
  ['graft --version', [bin, '--version']],
  ['graft completion bash', [bin, 'completion', 'bash']],
];
const [, empty] = commands[0];
const base = measure(empty);
for (const [name, args] of commands) {
  const { cpu, wall } = measure(args);
  const ratio = (cpu / base.cpu).toFixed(1);
  console.log(
    `${name.padEnd(22)} ${cpu.toFixed(0).padStart(5)} ms CPU  ${wall.toFixed(0).padStart(5)} ms clock  ${ratio} × an empty Node`,
  );
}
