// Known holes in what our packages bring along when they are installed: `npm run audit`. High and critical ones fail.
//
// Needs a registry that answers audits. Where none does, this says so and ends with 2: nothing was found out.
import { runCommand } from './setup/run-command.mjs';
import { readManifest, root } from './setup/workspace.mjs';

const pnpm = String(readManifest(root).packageManager).split('+')[0];
const { output } = await runCommand('npx', ['--yes', String(pnpm), 'audit', '--prod', '--json'], {
  env: { npm_config_loglevel: 'silent' },
});
const report = readReport(output);

if (report === undefined) {
  console.error(
    `graft: the registry's audit could not be asked, so nothing is known; its answer was:\n${lastLines(output)}`,
  );
  process.exitCode = 2;
} else {
  const { advisories, metadata } = report;
  const found = Object.values(advisories).map(
    ({ severity, module_name: name, vulnerable_versions: versions, title, url }) => ({
      isGrave: severity === 'high' || severity === 'critical',
      line: `${severity}: ${name} ${versions}: ${title} (${url})`,
    }),
  );
  for (const { line } of found) console.log(line);
  const grave = found.filter(({ isGrave }) => isGrave).length;
  console.log(
    `${metadata.totalDependencies ?? metadata.dependencies ?? ''} packages, ${found.length} advisories, ${grave} high or critical`,
  );
  process.exitCode = grave === 0 ? 0 : 1;
}

/**
 * @typedef {{ severity: string, module_name: string, vulnerable_versions: string, title: string, url: string }} Advisory
 * @param {string} text What pnpm printed, which may have more than the report.
 * @returns {{ advisories: Record<string, Advisory>, metadata: Record<string, unknown> } | undefined}
 */
function readReport(text) {
  try {
    const report = JSON.parse(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1));
    return report.advisories && report.metadata ? report : undefined;
  } catch {
    return undefined;
  }
}

/** The last lines, which say what was wrong. @param {string} text */
function lastLines(text) {
  return text.trim().split('\n').slice(-5).join('\n').slice(0, 1000);
}
