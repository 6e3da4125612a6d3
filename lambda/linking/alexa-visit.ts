import { randomBytes } from 'node:crypto';
import * as v from 'valibot';
import { AlexaNoticeId } from '../domain/alexa-link.ts';
import { AlexaPageRefused } from './alexa-refusals.ts';
import { sha256 } from './hash.ts';
import type { LinkingPorts } from './ports.ts';
import { type Flow, openFlow, sealFlow } from './sign-in-form.ts';

/** How long a sign-in, or a stay at Amazon's page, may be ago. */
const VISIT_MS = 10 * 60_000;

const text = v.pipe(v.string(), v.minLength(1));

/** What a person may do who has just signed in, or who came by a ready link: connect one Alexa with one account. */
const Visit = v.object({
  /** Names the visit. A second attempt finds by it what the first one made. */
  id: text,
  accountId: text,
  /** Masked e-mail address of the account. */
  account: v.string(),
  notice: v.exactOptional(AlexaNoticeId),
  /** The id of the ready link; absent for a person who has signed in. */
  readyLink: v.exactOptional(text),
});
export type Visit = v.InferOutput<typeof Visit>;

/** What Amazon sends back as `state`, sealed: nobody but us can read or make it, and no row is needed for it. */
const Consent = v.object({
  visit: Visit,
  /** ISO 8601: when the visit began. A page that follows must not lengthen it. */
  visitSince: v.pipe(v.string(), v.isoTimestamp()),
  /** PKCE (RFC 7636). */
  verifier: text,
  redirectUri: text,
  /** The person wants to hear when Alexa lets go. */
  watches: v.boolean(),
  /** Replaces a link that Amazon calls good. */
  replaces: v.boolean(),
});
export type Consent = v.InferOutput<typeof Consent>;

/** Where Amazon sends people back to, at each of our addresses. */
export const CALLBACK = '/alexa/callback';

/** What is known of a request when it fails. */
export interface Failure {
  attempt?: string;
  /** The link of a notice that is too old: it can ask for a new one. */
  link?: string;
}

const VISIT = 'alexa-visit';
const CONSENT = 'alexa-consent';

export const newVisitId = (): string => randomBytes(16).toString('base64url');

/** A person has just signed in at the device cloud, in the browser of this flow. */
export function signedInVisit(
  { attempt, browser }: Pick<Flow<unknown>, 'attempt' | 'browser'>,
  { notice, ...who }: Pick<Visit, 'accountId' | 'account'> & { readonly notice?: Visit['notice'] | undefined },
  { clock }: Pick<LinkingPorts, 'clock'>,
): Flow<Visit> {
  const subject = { id: newVisitId(), ...who, ...(notice && { notice }) };
  return { subject, attempt, browser, startedAt: clock.now().toISOString() };
}

/** The hidden field of a page. It works in the browser of this flow, for ten minutes from the flow's start. */
export const sealVisit = (flow: Flow<Visit>, ports: Pick<LinkingPorts, 'sealer'>): string =>
  sealFlow(VISIT, flow, ports);

/** @throws AlexaPageRefused when it is too old; PageRefusal when it is not ours, or from another browser */
export const openVisit = (sealed: string | undefined, request: Request, ports: OpeningPorts): Flow<Visit> =>
  inTime(openFlow(VISIT, Visit, sealed, request, ports), ports);

export const sealConsent = (flow: Flow<Consent>, ports: Pick<LinkingPorts, 'sealer'>): string =>
  sealFlow(CONSENT, flow, ports);

/** @throws as `openVisit` */
export const openConsent = (state: string | undefined, request: Request, ports: OpeningPorts): Flow<Consent> =>
  inTime(openFlow(CONSENT, Consent, state, request, ports), ports);

type OpeningPorts = Pick<LinkingPorts, 'sealer' | 'clock'>;

function inTime<Subject>(flow: Flow<Subject>, { clock }: OpeningPorts): Flow<Subject> {
  const ageMs = clock.now().getTime() - Date.parse(flow.startedAt);
  if (ageMs > VISIT_MS) throw new AlexaPageRefused('too-long-ago', flow.attempt);
  return flow;
}

/** The visit of a consent, as it was before the person left for Amazon. */
export const visitOf = ({ subject, attempt, browser }: Flow<Consent>): Flow<Visit> => ({
  subject: subject.visit,
  attempt,
  browser,
  startedAt: subject.visitSince,
});

/** A verifier of 256 random bits, and its S256 challenge. */
export function newVerifier(): { readonly verifier: string; readonly challenge: string } {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: sha256(verifier).toString('base64url') };
}
