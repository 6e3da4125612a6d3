import type { Evidence } from '../../lambda/domain/diagnosis/evidence.ts';
import type { Hop } from '../../lambda/domain/diagnosis/hops.ts';
import type { Check } from '../preflight/check.ts';
import type { Finding } from '../preflight/finding.ts';
import { lookAtLinkedServer } from '../preflight/maker/linked-server.ts';
import { toFinding } from '../preflight/maker/print.ts';
import { checks } from '../preflight/run.ts';
import type { SetUpFinding } from './report.ts';

// What preflight checks of the set-up, by the hop that it belongs to: configuration, permissions, and what Amazon keeps of the skill.

/** `stops`: while it fails, nothing gets past this hop. What only matters one day is advice. */
const HOP_OF_CHECK: Readonly<Record<string, { readonly hop: Hop; readonly stops?: true }>> = {
  stack: { hop: 'delivery', stops: true },
  'permission-smart-home': { hop: 'delivery', stops: true },
  'manifest-endpoints': { hop: 'delivery', stops: true },
  'manifest-version': { hop: 'delivery', stops: true },
  'skill-events': { hop: 'alexa-link' },
  regions: { hop: 'delivery' },
  'permission-skill-events': { hop: 'alexa-link' },
  'skill-time-out': { hop: 'answer' },
  'skill-memory': { hop: 'answer' },
  'reserved-concurrency': { hop: 'delivery' },
  table: { hop: 'table' },
  'one-account': { hop: 'table', stops: true },
  queue: { hop: 'comparison' },
  'manifest-permission': { hop: 'gateway', stops: true },
  'messaging-client': { hop: 'event-token', stops: true },
  pkce: { hop: 'sign-in-page' },
  'account-linking': { hop: 'sign-in-page', stops: true },
  'sign-in-address': { hop: 'sign-in-page', stops: true },
  'token-address': { hop: 'code-exchange', stops: true },
  'sign-in-page': { hop: 'sign-in-page', stops: true },
  'redirect-uris': { hop: 'sign-in-page', stops: true },
  'own-domain': { hop: 'token-refresh' },
  clock: { hop: 'token-refresh' },
  'skill-id': { hop: 'alexa-link' },
  'redirect-urls': { hop: 'alexa-link' },
  'consent-page': { hop: 'alexa-link' },
  'token-redirect': { hop: 'token-refresh', stops: true },
  'token-json': { hop: 'token-refresh', stops: true },
  'token-time': { hop: 'token-refresh', stops: true },
  'linking-client': { hop: 'code-exchange', stops: true },
  'makers-server': { hop: 'token-refresh' },
};

/** Those of preflight that say something of a hop. The others are about what Amazon reviews, and about messages. */
export const setUpChecks: readonly Check[] = checks.filter(({ name }) => Object.hasOwn(HOP_OF_CHECK, name));

export const toSetUp = (findings: readonly Finding[]): SetUpFinding[] =>
  findings.flatMap((finding) => {
    const place = HOP_OF_CHECK[finding.check];
    if (!place || (finding.outcome !== 'failed' && finding.outcome !== 'advice')) return [];
    // Whoever could not look has found nothing.
    const isFound = finding.outcome === 'failed' && finding.didNotRun !== true;
    const outcome = isFound && place.stops ? 'failed' : 'advice';
    const { check, says, remedy } = finding;
    return [{ hop: place.hop, outcome, check, says, remedy, ...(finding.didNotRun && { didNotRun: true }) }];
  });

/** What ends links at a maker's own authorization server. A question for whoever runs it is none. */
const OF_MAKERS: ReadonlySet<string> = new Set(['bad', 'bridge', 'advice']);

/** The audit of a maker's own authorization server, as far as it needs no sign-in: a finding for each practice that is not kept. */
export async function makersFindings(
  target: Parameters<typeof lookAtLinkedServer>[0],
  settingsOf: Parameters<typeof lookAtLinkedServer>[1],
): Promise<SetUpFinding[]> {
  // What cannot be read here is said by the check makers-server.
  const findings = await lookAtLinkedServer(target, settingsOf).catch(() => []);
  return findings
    .filter(({ outcome }) => OF_MAKERS.has(outcome))
    .map(toFinding)
    .flatMap((one) =>
      'remedy' in one
        ? [
            {
              hop: 'token-refresh' as const,
              outcome: 'advice' as const,
              check: one.check,
              says: one.says,
              remedy: one.remedy,
            },
          ]
        : [],
    );
}

const DELIVERY = {
  stack: 'function-missing',
  'permission-smart-home': 'permission-missing',
  'manifest-endpoints': 'endpoint-missing',
} as const;

/** Whether Alexa can call the function. Nothing where it could not be looked at. @param region that of the home stack */
export function deliveryOf(findings: readonly Finding[], region: string, now: Date): Pick<Evidence, 'delivery'> {
  const at = now.toISOString();
  const seen = findings.filter(({ check }) => Object.hasOwn(DELIVERY, check));
  for (const [check, state] of Object.entries(DELIVERY)) {
    const failed = seen.find((one) => one.check === check && one.outcome === 'failed');
    if (failed && 'didNotRun' in failed) return {};
    if (failed) return { delivery: { at, state, region: /[a-z]{2}-[a-z]+-\d/.exec(failed.says)?.[0] ?? region } };
  }
  return seen.length > 0 && seen.every(({ outcome }) => outcome === 'passed')
    ? { delivery: { at, state: 'ok', region } }
    : {};
}
