import { printable } from '../printable.ts';
import type { Finding } from './finding.ts';
import { checks } from './run.ts';

const MARK = { passed: 'ok     ', failed: 'FAILED ', advice: 'advice ', skipped: 'skipped' } as const;

/** A finding for a person; the remedy is on its own line. */
export function toLines(finding: Finding): string {
  const title = checks.find(({ name }) => name === finding.check)?.title ?? finding.check;
  const line = `${MARK[finding.outcome]}  ${title} [${finding.check}]: ${printable(finding.says)}`;
  return 'remedy' in finding ? `${line}\n         do: ${printable(finding.remedy)}` : line;
}

/** The last line. */
export function summary(findings: readonly Finding[]): string {
  const count = (outcome: Finding['outcome']) => findings.filter((one) => one.outcome === outcome).length;
  const failures = count('failed');
  const rest = `${count('passed')} passed, ${count('advice')} for you to decide, ${count('skipped')} skipped`;
  return failures === 0 ? `Nothing failed: ${rest}.` : `${failures} failed, ${rest}.`;
}
