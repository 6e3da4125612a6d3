import { accountOf } from '../domain/account-of.ts';
import { alexaEvidence } from '../domain/alexa-evidence.ts';
import type { EnablePorts } from './alexa-enable.ts';
import { readLink, refuseUsed, sendNewLink } from './alexa-notice-link.ts';
import { consentPage, readyLinkPage, readyPage } from './alexa-pages.ts';
import { AlexaPageRefused } from './alexa-refusals.ts';
import { alexaPurpose } from './alexa-sign-in.ts';
import {
  CALLBACK,
  type Consent,
  type Failure,
  newVerifier,
  newVisitId,
  openVisit,
  sealConsent,
  sealVisit,
  signedInVisit,
  type Visit,
} from './alexa-visit.ts';
import { sayAllClear } from './all-clear.ts';
import { redirect } from './page.ts';
import { consentsOf, READY_LINK_MS, sealReadyLink } from './ready-link.ts';
import { type Parameters, readForm } from './request.ts';
import type { Flow } from './sign-in-form.ts';
import { continueSignIn, resumeSignIn } from './sign-in-pages.ts';
import type { Arrival } from './time-limit.ts';

/**
 * POST: the sign-in, and what a person may do after it.
 * @throws AlexaPageRefused, PageRefusal, OAuthError, AccountMissing, StoreUnavailable
 */
export async function postAlexaPage(arrival: Arrival, failure: Failure, ports: EnablePorts): Promise<Response> {
  const { request } = arrival;
  const form = await readForm(request);
  const action = form.get('action');
  if (action === 'renew') return await sendNewLink(readLink(form, ports), ports);
  if (form.get('visit') === undefined) return await signIn(form, arrival, failure, ports);
  const flow = openVisit(form.get('visit'), request, ports);
  failure.attempt = flow.attempt;
  if (ports.reader.isSwitch) return await showConsent(flow, ports);
  switch (action) {
    case 'offer':
      return await showConsent(flow, ports);
    case 'ready':
      return await makeReadyLink(flow, request, ports);
    case 'connect':
    case 'replace':
      return await leaveForAmazon(
        flow,
        { watches: form.get('watch') === 'yes', replaces: action === 'replace' },
        request,
        ports,
      );
    default:
      throw new AlexaPageRefused('malformed', flow.attempt);
  }
}

async function signIn(form: Parameters, { request, address }: Arrival, failure: Failure, ports: EnablePorts) {
  const resumed = resumeSignIn(alexaPurpose(undefined, ports), form, request, ports);
  failure.attempt = resumed.attempt;
  const { accountId, notice } = resumed.subject;
  await refuseUsed(notice, ports);
  const { maskedEmail } = await accountOf(accountId, ports);
  const evidence = alexaEvidence(await ports.links.ofAccount(accountId), ports.clock.now());
  const target = { formAction: [], onlyAccount: accountId, linkFor: maskedEmail };
  const purpose = alexaPurpose({ account: maskedEmail, evidence }, ports);
  const step = await continueSignIn(purpose, resumed, target, form, address, ports);
  if (step.kind === 'page') return step.page;
  await sayAllClear(accountId, ports);
  return await showConsent(
    signedInVisit(resumed, { accountId, account: step.account.maskedEmail, notice }, ports),
    ports,
  );
}

/** Whoever came by a ready link has not signed in, and the page does not say so. */
function showConsent(flow: Flow<Visit>, ports: EnablePorts): Promise<Response> {
  const { subject, attempt } = flow;
  const view = { account: subject.account, visit: sealVisit(flow, ports), attempt };
  return subject.readyLink === undefined
    ? consentPage(ports.reader, view, ports)
    : readyPage(ports.reader, view, ports);
}

/** Only for a person who has signed in: one ready link must not lead to the next. */
async function makeReadyLink(flow: Flow<Visit>, request: Request, ports: EnablePorts): Promise<Response> {
  const { subject, attempt } = flow;
  const { accountId, notice, readyLink } = subject;
  if (readyLink !== undefined) throw new AlexaPageRefused('malformed', attempt);
  const expiresAt = new Date(ports.clock.now().getTime() + READY_LINK_MS);
  const link = { id: newVisitId(), accountId, expiresAt: expiresAt.toISOString(), ...(notice && { notice }) };
  const url = new URL('/alexa', new URL(request.url).origin);
  url.searchParams.set('r', sealReadyLink(link, ports.sealer));
  ports.log.info('alexa-ready-link-made', { attempt, account: accountId });
  return await readyLinkPage(ports.reader, { url: url.href, expiresAt, visit: sealVisit(flow, ports), attempt });
}

/** Sends the browser to Login with Amazon. Nothing is stored but the count: the state carries all, sealed. */
async function leaveForAmazon(
  flow: Flow<Visit>,
  wishes: Pick<Consent, 'watches' | 'replaces'>,
  request: Request,
  ports: EnablePorts,
): Promise<Response> {
  const { subject: visit, attempt, browser, startedAt: visitSince } = flow;
  const taken = await ports.throttle.take([consentsOf(visit.accountId)], ports.clock.now());
  if (!taken.taken) throw new AlexaPageRefused('too-many', attempt);
  const { authorizeUrl, clientId } = ports.alexaConsent;
  const { verifier, challenge } = newVerifier();
  const redirectUri = new URL(request.url).origin + CALLBACK;
  const subject = { visit, visitSince, verifier, redirectUri, ...wishes };
  const state = sealConsent({ subject, attempt, browser, startedAt: ports.clock.now().toISOString() }, ports);
  const url = new URL(authorizeUrl);
  url.search = new URLSearchParams({
    client_id: await clientId(),
    scope: 'alexa::skills:account_linking',
    response_type: 'code',
    redirect_uri: redirectUri,
    state,
    code_challenge: challenge,
    code_challenge_method: 'S256',
  }).toString();
  ports.log.info('alexa-consent-asked', { attempt, account: visit.accountId });
  return redirect(url.href);
}
