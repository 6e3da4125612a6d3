import { asError } from '../basics/as-error.ts';
import { withDeadline } from '../domain/deadline.ts';
import { markEnded } from '../domain/links.ts';
import type { AlexaAccess, AlexaEnablement, EnablementStatus } from '../ports/alexa-enablement.ts';
import {
  AlexaApiUnreachable,
  DeadlineExceeded,
  type EnablementRefusal,
  EnablementRefused,
  isSkillError,
} from '../ports/errors.ts';
import type { Link } from '../ports/link-store.ts';
import { linksOfVisit, mintCode } from './alexa-mint.ts';
import type { NotConnected } from './alexa-refusals.ts';
import type { Consent } from './alexa-visit.ts';
import type { LinkingPorts, PagePorts } from './ports.ts';

/** What came of it. `isDisabled`: the skill was disabled for a new link, which then did not come about. */
export type Enabled =
  | { readonly kind: 'connected'; readonly link: Link; readonly endpoint: string; readonly userId?: string }
  | {
      readonly kind: 'not-connected';
      readonly why: NotConnected;
      readonly isDisabled: boolean;
      /** Amazon's status, where there was an answer. */
      readonly status?: number;
    };

export interface EnablePorts extends PagePorts {
  readonly alexaEnablement: AlexaEnablement;
}

/** Amazon gives our token endpoint 4.5 s and AcceptGrant 8 s, one after the other. */
const ENABLE_MS = 13_500;
/** Limit of the other requests. */
const QUICK_MS = 3_000;
const PAUSE_MS = 1_000;
/** Attempts after the first that Amazon was too busy for, or after a code that it could not link with. */
const MOST_BUSY = 2;
const MOST_REFUSED_CODES = 1;

/** One person's consent in progress. */
interface Attempt {
  readonly consent: Consent;
  readonly accessToken: string;
  readonly ports: EnablePorts;
  /** What is left of the request's time, in milliseconds. */
  readonly timeLeftMs: () => number;
}

/**
 * Enables the skill for the person who has consented and links the account, with a code of ours. It never sends a code twice: a second one
 * with the same code would look like a thief's. Where no answer comes, Amazon's status decides.
 * @throws StoreUnavailable; EnablementRefused and AlexaApiUnreachable where not even the person's endpoint is known
 */
export async function enableAlexa(attempt: Attempt): Promise<Enabled> {
  const { consent, accessToken, ports } = attempt;
  const endpoints = await within(QUICK_MS, ports, (signal, { alexaEnablement }) =>
    alexaEnablement.endpoints(accessToken, signal),
  );
  let outcome: Enabled | undefined;
  for (const endpoint of endpoints) {
    const access = { accessToken, endpoint };
    outcome = (await madeBefore(access, attempt)) ?? (await enableAt(access, attempt));
    // Another host of Amazon's may serve this person.
    if (outcome.kind === 'connected' || !(outcome.why === 'not-permitted' || outcome.why === 'request-refused')) break;
  }
  if (!outcome) throw new AlexaApiUnreachable('Amazon named no endpoint');
  await endLost(outcome, consent, ports);
  return outcome;
}

/** An earlier attempt of this visit whose answer was lost: Alexa has exchanged its code, and Amazon says that the account is linked. */
async function madeBefore(access: AlexaAccess, { consent, ports }: Attempt): Promise<Enabled | undefined> {
  const spent = await spentLink(consent, ports);
  return spent && connectedIf(await statusOf(access, ports), spent, access);
}

/** The link of this visit whose code Alexa has exchanged. */
const spentLink = async ({ visit }: Consent, ports: LinkingPorts): Promise<Link | undefined> =>
  (await linksOfVisit(visit, ports)).filter(({ state }) => state === 'live').at(-1);

const connectedIf = (
  status: EnablementStatus | undefined | 'not-known',
  link: Link,
  { endpoint }: AlexaAccess,
): Enabled | undefined =>
  status !== undefined && status !== 'not-known' && status.linked
    ? { kind: 'connected', link, endpoint, ...(status.userId !== undefined && { userId: status.userId }) }
    : undefined;

async function enableAt(access: AlexaAccess, attempt: Attempt): Promise<Enabled> {
  const { consent, ports, timeLeftMs } = attempt;
  const failures = { busy: 0, refusedCodes: 0 };
  let isDisabled = false;
  const failed = (why: NotConnected, status?: number): Enabled => ({
    kind: 'not-connected',
    why,
    isDisabled,
    ...(status !== undefined && { status }),
  });
  for (;;) {
    const step = await enableOnce(access, consent, ports);
    if ('kind' in step) return step;
    const { error } = step;
    const mayRepeat = timeLeftMs() >= ENABLE_MS;
    if (error instanceof AlexaApiUnreachable) {
      const known = await decidedByStatus(access, attempt);
      if (typeof known === 'object') return known;
      if (known === 'linked-before') return failed(known);
      if (!isBusy(error)) return failed('unknown', error.status);
      if (!mayRepeat || failures.busy++ === MOST_BUSY) return failed('busy', error.status);
      await ports.clock.wait(PAUSE_MS);
    } else if (error.reason === 'enabled-already' && !isDisabled) {
      const known = await decidedByStatus(access, attempt);
      if (typeof known === 'object') return known;
      if (known !== 'not-linked') return failed(known === 'linked-before' ? known : 'busy', error.status);
      if (!mayRepeat) return failed('busy', error.status);
      // The pending link of this attempt keeps the password while the skill is disabled for a moment.
      isDisabled = true;
      if (!(await disabled(access, ports))) return failed('unknown');
    } else if (error.reason !== 'credentials' || !mayRepeat || failures.refusedCodes++ === MOST_REFUSED_CODES) {
      return failed(WHY[error.reason], error.status);
    }
  }
}

const isBusy = ({ status = 0 }: AlexaApiUnreachable): boolean => status === 429 || status >= 500;

/** @returns false where it is not known */
async function disabled(access: AlexaAccess, ports: EnablePorts): Promise<boolean> {
  try {
    await within(QUICK_MS, ports, (signal, { alexaEnablement }) => alexaEnablement.disable(access, signal));
    return true;
  } catch (error) {
    if (error instanceof EnablementRefused || error instanceof AlexaApiUnreachable) return false;
    throw error;
  }
}

const WHY: Readonly<Record<EnablementRefusal, NotConnected>> = {
  credentials: 'link-refused',
  token: 'consent-ended',
  'not-permitted': 'not-permitted',
  'enabled-already': 'link-refused',
  request: 'request-refused',
};

/** One POST with a fresh code. @returns what came of it, or why not */
async function enableOnce(
  access: AlexaAccess,
  { visit, redirectUri }: Consent,
  ports: EnablePorts,
): Promise<Enabled | { readonly error: EnablementRefused | AlexaApiUnreachable }> {
  const { link, code } = await mintCode(visit, redirectUri, ports);
  try {
    const status = await within(ENABLE_MS, ports, (signal, { alexaEnablement }) =>
      alexaEnablement.enable(access, { redirectUri, code }, signal),
    );
    // An answer that says nothing of a link is no success, and tells nothing else.
    return connectedIf(status, link, access) ?? { error: new AlexaApiUnreachable('Amazon says that it is not linked') };
  } catch (error) {
    if (error instanceof EnablementRefused || error instanceof AlexaApiUnreachable) return { error };
    throw error;
  }
}

/**
 * What Amazon's status says after an answer that decided nothing, or 409. A link that the person wants to replace counts as none.
 * @returns the link, if it is one of this visit
 */
async function decidedByStatus(
  access: AlexaAccess,
  { consent, ports }: Attempt,
): Promise<Enabled | 'linked-before' | 'not-linked' | 'not-known'> {
  const status = await statusOf(access, ports);
  if (status === 'not-known') return 'not-known';
  if (!status?.linked) return 'not-linked';
  const spent = await spentLink(consent, ports);
  return (spent && connectedIf(status, spent, access)) ?? (consent.replaces ? 'not-linked' : 'linked-before');
}

async function statusOf(access: AlexaAccess, ports: EnablePorts): Promise<EnablementStatus | undefined | 'not-known'> {
  try {
    return await within(QUICK_MS, ports, (signal, { alexaEnablement }) => alexaEnablement.status(access, signal));
  } catch (error) {
    if (error instanceof EnablementRefused || error instanceof AlexaApiUnreachable) return 'not-known';
    throw error;
  }
}

/** These say for certain that Amazon did not link. */
const CERTAIN: ReadonlySet<NotConnected> = new Set(['link-refused', 'not-permitted', 'request-refused']);

/** Ends the links of this visit whose codes were exchanged, and that Amazon did not take: no Alexa has their tokens. Never throws: what Amazon said stands. */
async function endLost(outcome: Enabled, { visit }: Consent, ports: LinkingPorts): Promise<void> {
  await endAllLost(outcome, visit, ports).catch((error: unknown) => {
    const fields = { account: visit.accountId, error: asError(error) };
    ports.log[isSkillError(error) ? 'warn' : 'error']('alexa-connection-not-noted', fields);
  });
}

async function endAllLost(outcome: Enabled, visit: Consent['visit'], ports: LinkingPorts): Promise<void> {
  if (outcome.kind === 'not-connected' && !CERTAIN.has(outcome.why)) return;
  const kept = outcome.kind === 'connected' ? outcome.link.id : undefined;
  const lost = (await linksOfVisit(visit, ports)).filter(({ id, state }) => state === 'live' && id !== kept);
  for (const link of lost) {
    await ports.grants.drop(link.accountId, link.id);
    await markEnded(link, 'never-linked', ports);
  }
}

/** @throws AlexaApiUnreachable when the time is up, and whatever `work` throws */
async function within<T>(
  ms: number,
  ports: EnablePorts,
  work: (signal: AbortSignal, ports: EnablePorts) => Promise<T>,
): Promise<T> {
  try {
    return await withDeadline(ms, ports, work);
  } catch (error) {
    if (!(error instanceof DeadlineExceeded)) throw error;
    throw new AlexaApiUnreachable('the Skill Enablement API did not answer in time', { cause: error });
  }
}
