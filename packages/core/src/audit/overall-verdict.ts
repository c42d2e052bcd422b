import type { AuditCheck, AuditVerdict } from './audit-report.js';

/** From good to bad. */
const order = ['ok', 'note', 'warning', 'leakage', 'shortcut'] as const satisfies readonly AuditVerdict[];

/** The worst of all verdicts, and what it means. */
export function overallVerdict(checks: readonly AuditCheck[]): {
  readonly verdict: AuditVerdict;
  readonly sentence: string;
} {
  const titles = (verdict: AuditVerdict) =>
    checks.filter((check) => check.verdict === verdict).map(({ title }) => title);
  const worst = order.findLast((verdict) => titles(verdict).length > 0) ?? 'ok';
  const leakage = titles('leakage').length > 0 ? ` And data leaks between sides: ${titles('leakage').join(', ')}.` : '';
  const unmeasured = checks.some(({ kind, verdict }) => kind === 'probe' && verdict === 'notMeasured');
  switch (worst) {
    case 'shortcut':
      return {
        verdict: worst,
        sentence: `Solvable by a shortcut (${titles(worst).join(', ')}): a good figure on this data does not show that a model looks at details. That may be honest for this task; the checks say what is enough.${leakage}`,
      };
    case 'leakage':
      return {
        verdict: worst,
        sentence: `Data leaks (${titles(worst).join(', ')}): figures on this data are too good.`,
      };
    case 'warning':
      return { verdict: worst, sentence: `No shortcut found, but look into: ${titles(worst).join(', ')}.` };
    default:
      return {
        verdict: worst,
        sentence: unmeasured
          ? 'Nothing found, but not all could be measured.'
          : 'No shortcut found by these probes. That is no proof that there is none.',
      };
  }
}
