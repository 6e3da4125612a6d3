import { withDeadline } from '../domain/deadline.ts';
import type { ConsentTokens } from '../ports/consent-client.ts';
import {
  AlexaApiUnreachable,
  DeadlineExceeded,
  EnablementRefused,
  GrantRevoked,
  MessagingClientRefused,
  TokenServiceUnreachable,
} from '../ports/errors.ts';
import { shouldAsk } from './address-question.ts';
import { noteConnection } from './alexa-connected.ts';
import { type Enabled, type EnablePorts, enableAlexa } from './alexa-enable.ts';
import { linksOfVisit } from './alexa-mint.ts';
import { connectedPage, notConnectedPage } from './alexa-pages.ts';
import { AlexaPageRefused, type NotConnected } from './alexa-refusals.ts';
import { type Consent, openConsent, sealVisit, type Visit, visitOf } from './alexa-visit.ts';
import { useOfReadyLink } from './ready-link.ts';
import { parseParameters } from './request.ts';
import type { Flow } from './sign-in-form.ts';
import { ADDRESSES, signedInForm } from './signed-in.ts';
import { type Arrival, timeLeftMs } from './time-limit.ts';

/** The part of the time for the whole answer that is ours. Alexa needs the rest to link. */
const EXCHANGE_MS = 4_500;

/** Login with Amazon's codes are short; RFC 6749 sets no limit. */
const CODE = /^[\x21-\x7e]{1,2048}$/;

/** RFC 6749 section 4.1.2.1. What is not in here is our own set-up, as far as we know. */
const BY_ERROR: ReadonlyMap<string, NotConnected> = new Map([
  ['access_denied', 'denied'],
  ['server_error', 'amazon-unavailable'],
  ['temporarily_unavailable', 'amazon-unavailable'],
]);

type Outcome = Enabled & { readonly tokens?: ConsentTokens };

/**
 * `/alexa/callback`: the person comes back from Login with Amazon, in the same browser. A reload shows the outcome of the
 * first time, and asks nobody for anything.
 * @throws AlexaPageRefused, PageRefusal, StoreUnavailable
 */
export async function answerCallback(arrival: Arrival, ports: EnablePorts): Promise<Response> {
  const { request } = arrival;
  const query = parseParameters(new URL(request.url).search.slice(1));
  if (query.repeated.size > 0) throw new AlexaPageRefused('malformed');
  const flow = openConsent(query.get('state'), request, ports);
  const { subject: consent, attempt } = flow;
  if ((await linksOfVisit(consent.visit, ports)).some(isConnected)) return await connected(flow, request, ports);
  const outcome = await outcomeOf(query.get('error'), query.get('code'), flow, arrival, ports);
  if (outcome.kind === 'not-connected') return await notConnected(outcome, flow, ports);
  const { link, tokens } = outcome;
  ports.log.info('alexa-connected', {
    attempt,
    account: link.accountId,
    link: link.id,
    ready: consent.visit.readyLink !== undefined,
  });
  if (tokens) await noteConnection(outcome, consent, tokens, ports, timeLeftMs(arrival, ports));
  return await connected(flow, request, ports);
}

async function connected({ subject, attempt }: Flow<Consent>, request: Request, ports: EnablePorts): Promise<Response> {
  const { visit, watches } = subject;
  // The page is shown even without the name of a lamp.
  const known = await ports.devices.list(visit.accountId).catch(() => []);
  const [lamp] = known.filter(({ removedSince }) => removedSince === undefined).map(({ device }) => device.name);
  const view = { account: visit.account, lamp, watches, attempt };
  return await connectedPage(ports.reader, view, ports.cloudName, await question(visit, request, ports));
}

/** Where to write, if nobody gets messages about this account. Whoever came with a ready link has not signed in to it. */
async function question(
  { accountId: id, account: maskedEmail, readyLink }: Visit,
  request: Request,
  ports: EnablePorts,
) {
  if (readyLink !== undefined || !(await shouldAsk(id, ports))) return undefined;
  const { questionForm } = await import('./address-pages.ts');
  return questionForm(ports.reader, signedInForm(ADDRESSES, { id, maskedEmail }, request, ports), '');
}

const isConnected = ({ state, minted }: { state: string; minted?: { linkedAt?: string } }): boolean =>
  state === 'live' && minted?.linkedAt !== undefined;

const failed = (why: NotConnected, status?: number): Outcome => ({
  kind: 'not-connected',
  why,
  isDisabled: false,
  ...(status !== undefined && { status }),
});

async function outcomeOf(
  error: string | undefined,
  code: string | undefined,
  flow: Flow<Consent>,
  arrival: Arrival,
  ports: EnablePorts,
): Promise<Outcome> {
  if (error !== undefined) return failed(BY_ERROR.get(error) ?? 'request-refused');
  if (code === undefined || !CODE.test(code)) throw new AlexaPageRefused('malformed', flow.attempt);
  const { readyLink } = flow.subject.visit;
  if (readyLink === undefined) return await connect(code, flow.subject, arrival, ports);
  const taken = await ports.throttle.take([useOfReadyLink(readyLink)], ports.clock.now());
  if (!taken.taken) throw new AlexaPageRefused('ready-used', flow.attempt);
  let outcome: Outcome | undefined;
  try {
    outcome = await connect(code, flow.subject, arrival, ports);
    return outcome;
  } finally {
    if (outcome?.kind !== 'connected') await taken.giveBack();
  }
}

async function connect(code: string, consent: Consent, arrival: Arrival, ports: EnablePorts): Promise<Outcome> {
  const { redirectUri, verifier } = consent;
  try {
    const tokens = await withDeadline(EXCHANGE_MS, ports, (signal, { consentClient }) =>
      consentClient.exchange({ code, redirectUri, verifier }, signal),
    );
    const { accessToken } = tokens;
    const enabled = await enableAlexa({ consent, accessToken, ports, timeLeftMs: () => timeLeftMs(arrival, ports) });
    return { ...enabled, tokens };
  } catch (error) {
    const why = whyOf(error);
    if (!why) throw error;
    // A reload. Alexa has exchanged our code, and the outcome was not stored.
    if (why === 'consent-ended' && (await linksOfVisit(consent.visit, ports)).some(({ state }) => state === 'live'))
      return failed('unknown');
    return failed(why, error instanceof EnablementRefused ? error.status : undefined);
  }
}

/** Before the link was asked for, so nothing was changed. @returns nothing for what is not Amazon's */
function whyOf(error: unknown): NotConnected | undefined {
  if (error instanceof GrantRevoked) return 'consent-ended';
  if (error instanceof MessagingClientRefused) return 'request-refused';
  if (error instanceof TokenServiceUnreachable || error instanceof AlexaApiUnreachable) return 'busy';
  if (error instanceof DeadlineExceeded && error.waitingFor === 'Login with Amazon') return 'busy';
  if (!(error instanceof EnablementRefused)) return undefined;
  if (error.reason === 'token') return 'consent-ended';
  return error.reason === 'not-permitted' ? 'not-permitted' : 'request-refused';
}

/** Whoever runs the skill must look at these. */
const OUR_FAULT: ReadonlySet<NotConnected> = new Set(['request-refused', 'not-permitted', 'link-refused']);

async function notConnected(
  { why, isDisabled, status }: Extract<Outcome, { kind: 'not-connected' }>,
  flow: Flow<Consent>,
  ports: EnablePorts,
): Promise<Response> {
  const { attempt, subject } = flow;
  const fields = { attempt, account: subject.visit.accountId, outcome: why, status, disabled: isDisabled };
  ports.log[OUR_FAULT.has(why) ? 'error' : 'warn']('alexa-not-connected', fields);
  const view = { why, isDisabled, attempt, visit: sealVisit(visitOf(flow), ports) };
  return await notConnectedPage(ports.reader, view, ports);
}
