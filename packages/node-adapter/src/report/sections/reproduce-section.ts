import { bdi, escapeHtml } from '../page/escape-html.js';
import { section, type ReportContext } from '../page/report-context.js';

/** Settings, versions, and how to get the same model again. */
export function reproduceSection({ input }: ReportContext): string {
  const { settings, versions, reproduction } = input;
  const how =
    reproduction === undefined
      ? '<p class="gap">How the model was made is not part of this report.</p>'
      : `<p>The same data (see the fingerprint), versions and seed (${reproduction.seed}) give the same split and, on one machine, the same weights:</p>
<pre><code>${escapeHtml(reproduction.command)}</code></pre>`;
  return section(
    'reproduce',
    'How to reproduce',
    `${how}\n<h3>Settings</h3>\n${facts(settings)}\n<h3>Versions</h3>\n${facts(versions)}`,
  );
}

function facts(values: Readonly<Record<string, string>> | undefined): string {
  const entries = Object.entries(values ?? {});
  if (entries.length === 0) return '<p class="gap">Not given.</p>';
  return `<dl class="facts">${entries.map(([name, value]) => `<dt>${escapeHtml(name)}</dt><dd>${bdi(value)}</dd>`).join('\n')}</dl>`;
}
