import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './run-command.mjs';
import { digestOf, isStamped, removeStamp, writeStamp } from './stamp.mjs';
import { step, StepError } from './step.mjs';
import { listPackages, readManifest, root } from './workspace.mjs';

const stamp = 'install';

/**
 * What npm and pnpm say when the registry does not answer.
 */
const noNetwork =
  /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT|ERR_SOCKET_TIMEOUT|UND_ERR_CONNECT_TIMEOUT)\b/;

/** Installs exactly what the lockfile says with the pinned pnpm, unless that is in place. @returns {Promise<string>} The state installed. */
export async function install() {
  const workspace = [...listPackages('packages'), ...listPackages('examples')];
  const digest = digestOf(
    [
      ...['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml', '.npmrc'].map((name) => join(root, name)),
      ...workspace.map(({ folder }) => join(folder, 'package.json')),
    ],
    [process.platform, process.arch],
  );
  const inPlace = workspace
    .filter(({ manifest }) => manifest.dependencies ?? manifest.devDependencies)
    .every(({ folder }) => existsSync(join(folder, 'node_modules')));
  if (inPlace && isStamped(stamp, digest)) return digest;

  removeStamp(stamp);
  await step('Installing dependencies', installWithPnpm);
  writeStamp(stamp, digest);
  return digest;
}

async function installWithPnpm() {
  const pnpm = readManifest(root).packageManager?.split('+')[0];
  if (!pnpm) throw new StepError('package.json names no packageManager; restore the line that pins pnpm');
  const { ok, output } = await runCommand(
    'npx',
    ['--yes', pnpm, 'install', '--frozen-lockfile', '--reporter=append-only'],
    {
      env: {
        // No questions: there may be nobody to answer them.
        CI: 'true',
        npm_config_update_notifier: 'false',
        // A registry that cannot be reached is told within seconds instead of minutes.
        npm_config_fetch_retries: '3',
        npm_config_fetch_retry_mintimeout: '1000',
        npm_config_fetch_retry_maxtimeout: '5000',
      },
    },
  );
  if (ok) return;
  const cause = noNetwork.exec(output)?.[1];
  if (cause) {
    throw new StepError(
      `the dependencies could not be installed because the npm registry cannot be reached (${cause}); ` +
        'connect to the network, or name your mirror or proxy in ~/.npmrc, and run again',
    );
  }
  if (output.includes('ERR_PNPM_OUTDATED_LOCKFILE')) {
    throw new StepError(
      `pnpm-lock.yaml does not match the package.json files; run \`npx ${pnpm} install\` and commit the lockfile`,
    );
  }
  throw new StepError('the dependencies could not be installed; pnpm says above why', output);
}
