import { asError } from '../../lambda/basics/as-error.ts';
import type { Check, CheckContext } from './check.ts';
import { alexaPageChecks } from './checks/alexa-page.ts';
import { linkingFlowChecks } from './checks/linking-flow.ts';
import { makersEntryChecks } from './checks/makers-entry.ts';
import { makersServerChecks } from './checks/makers-server.ts';
import { manifestChecks } from './checks/manifest.ts';
import { messageChecks } from './checks/messages.ts';
import { secretChecks } from './checks/secrets.ts';
import { signInPageChecks } from './checks/sign-in-page.ts';
import { stackChecks } from './checks/stack.ts';
import { tokenEndpointChecks } from './checks/token-endpoint.ts';
import { didNotRun, type Finding, skipped, type Verdict } from './finding.ts';
import { type Link, playLinkingFlow } from './linking-flow.ts';
import type { Target } from './target.ts';

/** In the order in which they run: a check comes after those that it needs. */
export const checks: readonly Check[] = [
  ...stackChecks,
  ...messageChecks,
  ...manifestChecks,
  ...secretChecks,
  ...signInPageChecks,
  ...alexaPageChecks,
  ...tokenEndpointChecks,
  ...linkingFlowChecks,
  ...makersEntryChecks,
  ...makersServerChecks,
];

/** About the sign-in server that this skill brings. A maker's own one answers otherwise, and has an audit of its own. */
const ofOwnServer: ReadonlySet<Check> = new Set([
  ...signInPageChecks,
  ...alexaPageChecks,
  ...tokenEndpointChecks,
  ...linkingFlowChecks,
  ...secretChecks.filter(({ name }) => name === 'pkce'),
]);
const ofMakersServer: ReadonlySet<Check> = new Set([...makersServerChecks, ...makersEntryChecks]);
const HAS_OTHER_SERVER =
  'people link with the maker’s own authorization server; npm run preflight -- --maker audits it';

/** Whether the functions take access tokens of a maker's own authorization server. */
export async function hasOtherServer(target: Pick<Target, 'stacks'>): Promise<boolean> {
  const stacks = await target.stacks().catch(() => []);
  return stacks.some(({ functions }) =>
    Object.values(functions).some(({ environment }) => environment.LINK_MODE === 'passthrough'),
  );
}

/** What a check that needs another one says of it. */
const NOT_PASSED: Readonly<Partial<Record<Finding['outcome'], (check: string) => string>>> = {
  failed: (check) => `check ${check} failed`,
  skipped: (check) => `check ${check} was skipped`,
};

/**
 * Runs every check, one after another. A check that needs another one's success is skipped without it, so one fault is reported once.
 * @param onFinding called after each check
 * @param wanted those that run, all by default
 */
export async function preflight(
  target: Target,
  onFinding: (finding: Finding) => void = () => {},
  wanted: readonly Check[] = checks,
): Promise<Finding[]> {
  let link: Promise<Link> | undefined;
  const context: CheckContext = {
    ...target,
    linked: () => {
      link ??= playLinkingFlow(target);
      return link;
    },
  };
  const findings: Finding[] = [];
  let elsewhere: Promise<boolean> | undefined;
  const isElsewhere = (): Promise<boolean> => {
    elsewhere ??= hasOtherServer(target);
    return elsewhere;
  };
  /** Why a check cannot run, if it cannot. */
  const hindrance = ({ after = [] }: Check): string | undefined =>
    after
      .flatMap((name) => findings.filter(({ check }) => check === name))
      .flatMap(({ check, outcome }) => NOT_PASSED[outcome]?.(check) ?? [])[0];
  try {
    for (const check of wanted) {
      if (ofMakersServer.has(check) && !(await isElsewhere())) continue;
      const reason = ofOwnServer.has(check) && (await isElsewhere()) ? HAS_OTHER_SERVER : hindrance(check);
      const verdict = reason ? skipped(reason) : await look(check, context);
      const finding = { check: check.name, ...verdict };
      findings.push(finding);
      onFinding(finding);
    }
  } finally {
    // Unlink what was linked for the checks.
    await link?.then((made) => made.end()).catch(() => undefined);
  }
  return findings;
}

async function look(check: Check, context: CheckContext): Promise<Verdict> {
  try {
    return await check.run(context);
  } catch (error) {
    const why = asError(error).message;
    return didNotRun(why);
  }
}
