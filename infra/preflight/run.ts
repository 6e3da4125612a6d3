import type { Check, CheckContext } from './check.ts';
import { linkingFlowChecks } from './checks/linking-flow.ts';
import { manifestChecks } from './checks/manifest.ts';
import { secretChecks } from './checks/secrets.ts';
import { signInPageChecks } from './checks/sign-in-page.ts';
import { stackChecks } from './checks/stack.ts';
import { tokenEndpointChecks } from './checks/token-endpoint.ts';
import { type Finding, failed, skipped, type Verdict } from './finding.ts';
import { type Link, playLinkingFlow } from './linking-flow.ts';
import type { Target } from './target.ts';

/** In the order in which they run: what a check needs comes before it. */
export const checks: readonly Check[] = [
  ...stackChecks,
  ...manifestChecks,
  ...secretChecks,
  ...signInPageChecks,
  ...tokenEndpointChecks,
  ...linkingFlowChecks,
];

/**
 * Runs every check, one after another. A check that needs another one's success is skipped without it, so that one fault is told once.
 * @param onFinding is called as soon as something is known
 */
export async function preflight(target: Target, onFinding: (finding: Finding) => void = () => {}): Promise<Finding[]> {
  let link: Promise<Link> | undefined;
  const context: CheckContext = {
    ...target,
    linked: () => {
      link ??= playLinkingFlow(target);
      return link;
    },
  };
  const findings: Finding[] = [];
  const hindrance = ({ after = [] }: Check): string | undefined =>
    after.find((name) =>
      findings.some(({ check, outcome }) => check === name && (outcome === 'failed' || outcome === 'skipped')),
    );
  try {
    for (const check of checks) {
      const without = hindrance(check);
      const verdict = without ? skipped(`says nothing without ${without}`) : await look(check, context);
      const finding = { check: check.name, ...verdict };
      findings.push(finding);
      onFinding(finding);
    }
  } finally {
    // Whatever was linked to be looked at is not to stay.
    await link?.then((made) => made.end()).catch(() => undefined);
  }
  return findings;
}

async function look(check: Check, context: CheckContext): Promise<Verdict> {
  try {
    return await check.run(context);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return failed(`could not look: ${why}`, 'Mend what it says, then run preflight again.');
  }
}
