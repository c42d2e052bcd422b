import { delimiter, join } from 'node:path';
import { runCommand } from '../setup/run-command.mjs';
import { readManifest, root } from '../setup/workspace.mjs';

/** The tests use several processes of their own; a third gate beside them would only slow both cores of a small machine. */
const atOnce = 2;

/**
 * @param {import('./gates.mjs').Gate[]} gates
 * @returns {Promise<{ name: string, ok: boolean, output: string }[]>} In the order of `gates`.
 */
export async function runGates(gates) {
  const width = Math.max(...gates.map(({ name }) => name.length));
  const queue = gates.map((gate, index) => ({ gate, index }));
  /** @type {{ name: string, ok: boolean, output: string }[]} */
  const results = [];

  const work = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const { name, script, args } = next.gate;
      const { ok, output, seconds } = await runScript(script, args);
      console.log(`${ok ? 'ok    ' : 'FAILED'}  ${name.padEnd(width)}  ${seconds.toFixed(1).padStart(5)} s`);
      results[next.index] = { name, ok, output };
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return results;
}

/** Runs a script of package.json as `npm run` does, without the time npm takes. @param {string} script @param {string[]} args */
function runScript(script, args) {
  const command = readManifest(root).scripts?.[script];
  if (!command) throw new Error(`package.json has no script ${script}`);
  const path = [join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter);
  return runCommand([command, ...args.map((arg) => JSON.stringify(arg))].join(' '), [], {
    shell: true,
    env: { PATH: path, NO_COLOR: '1', FORCE_COLOR: undefined, npm_config_loglevel: 'error' },
  });
}
