import { asError } from '../basics/as-error.ts';
import { alexaEvidence } from '../domain/alexa-evidence.ts';
import { type AlexaLink, openAlexaLink } from '../domain/alexa-link.ts';
import type { Account } from '../ports/account-store.ts';
import { AccountMissing, isSkillError } from '../ports/errors.ts';
import { answerCallback } from './alexa-callback.ts';
import type { EnablePorts } from './alexa-enable.ts';
import { consentPage, readyLinkPage, readyPage, refusedPage, stepsPage } from './alexa-pages.ts';
import { type AlexaPageRefusal, AlexaPageRefused } from './alexa-refusals.ts';
import { alexaPurpose, type Subject } from './alexa-sign-in.ts';
import {
  type Consent,
  newVerifier,
  newVisitId,
  openVisit,
  sealConsent,
  sealVisit,
  signedInVisit,
  type Visit,
} from './alexa-visit.ts';
import { sayAllClear } from './all-clear.ts';
import { OAuthError } from './errors.ts';
import { PageRefusal } from './page-refusal.ts';
import { failurePage, redirect } from './pages.ts';
import type { LinkingPorts } from './ports.ts';
import { consentsOf, openReadyLink, READY_LINK_MS, type ReadyLink, sealReadyLink } from './ready-link.ts';
import { linkSentPage, noMoreLinksPage } from './reauth-pages.ts';
import { type Parameters, parseParameters, readForm } from './request.ts';
import { type Flow, startFlow } from './sign-in-form.ts';
import { beginSignIn, continueSignIn, resumeSignIn } from './sign-in-pages.ts';
import { type Arrival, inRequestTime } from './time-limit.ts';

export const CALLBACK = '/alexa/callback';

/** What we know about the request when it fails. */
interface Failure {
  attempt?: string;
  /** The link of a notice that is too old: it can ask for a new one. */
  link?: string;
}

/**
 * The page that connects Alexa anew, without the Alexa app: sign in to the device cloud, say yes at Amazon, done. GET changes nothing, because
 * mail programs open links before people do. The link of a notice is forwarded by design, so it opens no more than the sign-in: else a stranger
 * could put these lamps into his own Alexa.
 */
export async function answerAlexa(arrival: Arrival, ports: LinkingPorts): Promise<Response> {
  const failure: Failure = {};
  try {
    return await inRequestTime(arrival, ports, (inTime) => route(arrival, failure, inTime));
  } catch (error) {
    return await answerFailure(error, failure, ports);
  }
}

async function route(arrival: Arrival, failure: Failure, ports: LinkingPorts): Promise<Response> {
  const { request } = arrival;
  const url = new URL(request.url);
  const { alexaEnablement } = ports;
  if (!alexaEnablement) return await stepsPage();
  const able = { ...ports, alexaEnablement };
  if (request.method !== 'GET') return await proceed(arrival, failure, able);
  if (url.pathname === CALLBACK) return await answerCallback(arrival, able);
  const elsewhere = canonical(url, ports);
  return elsewhere === undefined ? await begin(request, failure, able) : redirect(elsewhere);
}

/** Amazon sends people back to registered addresses only, and the cookie is for one host: so a visit begins at one of ours. */
function canonical(url: URL, { publicUrls }: LinkingPorts): string | undefined {
  const origins = publicUrls.map((one) => new URL(one).origin);
  const [first] = origins;
  return first === undefined || origins.includes(url.origin) ? undefined : first + url.pathname + url.search;
}

async function begin(request: Request, failure: Failure, ports: EnablePorts): Promise<Response> {
  const query = parseParameters(new URL(request.url).search.slice(1));
  const ready = query.get('r');
  return ready === undefined
    ? await beginByNotice(query, request, failure, ports)
    : await beginByReadyLink(ready, request, failure, ports);
}

/** The link of a notice: shows what was last heard of Alexa, and asks for the sign-in at the device cloud. */
async function beginByNotice(
  query: Parameters,
  request: Request,
  failure: Failure,
  ports: EnablePorts,
): Promise<Response> {
  const { cloudName, clock, links } = ports;
  const link = readLink(query, ports);
  await refuseUsed(link, ports);
  if (Date.parse(link.expiresAt) <= clock.now().getTime()) {
    failure.link = query.get('t') ?? '';
    throw new AlexaPageRefused('link-too-old');
  }
  const { expiresAt: _, ...notice } = link;
  const account = await accountOf(link.accountId, ports);
  const evidence = alexaEvidence(await links.ofAccount(account.id), clock.now());
  const { page, attempt } = await beginSignIn(
    alexaPurpose({ account: account.maskedEmail, evidence }, cloudName),
    { accountId: account.id, notice },
    { formAction: [], onlyAccount: account.id, keep: account.credentials !== undefined },
    request,
    ports,
  );
  ports.log.info('alexa-page-shown', { attempt, account: account.id, cause: link.cause });
  return page;
}

/** A ready link: only the consent is left, in whatever browser opens it. */
async function beginByReadyLink(
  token: string,
  request: Request,
  failure: Failure,
  ports: EnablePorts,
): Promise<Response> {
  const link = openReadyLink(token, ports.sealer);
  if (!link) throw new AlexaPageRefused('no-link');
  if (Date.parse(link.expiresAt) <= ports.clock.now().getTime()) throw new AlexaPageRefused('ready-too-old');
  if (await wasUsed(link, ports)) throw new AlexaPageRefused('ready-used');
  const { id, accountId, notice } = link;
  const { maskedEmail } = await accountOf(accountId, ports);
  const visit = { id: newVisitId(), accountId, account: maskedEmail, readyLink: id, ...(notice && { notice }) };
  const { flow, setCookie } = startFlow<Visit>(visit, request, ports);
  failure.attempt = flow.attempt;
  ports.log.info('alexa-page-shown', { attempt: flow.attempt, account: accountId, ready: true });
  return await readyPage(
    { account: maskedEmail, visit: sealVisit(flow, ports), attempt: flow.attempt },
    ports,
    setCookie,
  );
}

const wasUsed = async ({ id, accountId }: ReadyLink, { links }: LinkingPorts): Promise<boolean> =>
  (await links.ofAccount(accountId)).some(({ minted }) => minted?.readyLink === id && minted.linkedAt !== undefined);

async function proceed(arrival: Arrival, failure: Failure, ports: EnablePorts): Promise<Response> {
  const { request } = arrival;
  const form = await readForm(request);
  const action = form.get('action');
  if (action === 'renew') return await sendNewLink(readLink(form, ports), ports);
  if (form.get('visit') === undefined) return await signIn(form, arrival, failure, ports);
  const flow = openVisit(form.get('visit'), request, ports);
  failure.attempt = flow.attempt;
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
  const { cloudName } = ports;
  const resumed = resumeSignIn(alexaPurpose(undefined, cloudName), form, request, ports);
  failure.attempt = resumed.attempt;
  const { accountId, notice } = resumed.subject;
  await refuseUsed(notice, ports);
  const { maskedEmail } = await accountOf(accountId, ports);
  const evidence = alexaEvidence(await ports.links.ofAccount(accountId), ports.clock.now());
  const target = { formAction: [], onlyAccount: accountId, linkFor: maskedEmail };
  const purpose = alexaPurpose({ account: maskedEmail, evidence }, cloudName);
  const step = await continueSignIn(purpose, resumed, target, form, address, ports);
  if (step.kind === 'page') return step.page;
  await sayAllClear(accountId, ports);
  return await showConsent(
    signedInVisit(resumed, { accountId, account: step.account.maskedEmail, notice }, ports),
    ports,
  );
}

const showConsent = (flow: Flow<Visit>, ports: EnablePorts): Promise<Response> =>
  consentPage(
    {
      account: flow.subject.account,
      visit: sealVisit(flow, ports),
      attempt: flow.attempt,
      mayInvite: flow.subject.readyLink === undefined,
    },
    ports,
  );

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
  return await readyLinkPage({ url: url.href, expiresAt, visit: sealVisit(flow, ports), attempt });
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

/** @throws AlexaPageRefused for anything but the link of a notice of ours */
function readLink(parameters: Parameters, { sealer }: LinkingPorts): AlexaLink {
  const token = parameters.repeated.has('t') ? undefined : parameters.get('t');
  const link = token === undefined ? undefined : openAlexaLink(token, sealer);
  if (!link) throw new AlexaPageRefused('no-link');
  return link;
}

/** @throws AlexaPageRefused when Alexa was connected with the link of this notice */
async function refuseUsed(notice: Subject['notice'] | AlexaLink, { noticeStore }: LinkingPorts): Promise<void> {
  if (!notice) return;
  const record = await noticeStore.get(notice);
  if (record?.reauthId === notice.noticeId && record.reauthAt !== undefined) throw new AlexaPageRefused('used');
}

/** @throws AccountMissing */
async function accountOf(accountId: string, { accounts }: LinkingPorts): Promise<Account> {
  const account = await accounts.get(accountId);
  if (!account) throw new AccountMissing(`a link leads to account ${accountId}, which has no row`);
  return account;
}

/** The new link goes to the receiver of the notices, not to the visitor. */
async function sendNewLink(link: AlexaLink, ports: LinkingPorts): Promise<Response> {
  await refuseUsed(link, ports);
  const isOld = Date.parse(link.expiresAt) <= ports.clock.now().getTime();
  // A link that still works needs no other.
  const renewed = isOld ? await ports.notices.renewLink(link) : 'too-soon';
  return await (renewed === 'too-many' ? noMoreLinksPage() : linkSentPage());
}

function refusalOf(error: unknown): AlexaPageRefusal | undefined {
  if (error instanceof AlexaPageRefused) return error.kind;
  if (error instanceof PageRefusal)
    return error.kind === 'too-old' ? 'too-long-ago' : error.kind === 'other-browser' ? 'other-browser' : 'malformed';
  return error instanceof OAuthError ? 'malformed' : undefined;
}

async function answerFailure(error: unknown, failure: Failure, { log }: LinkingPorts): Promise<Response> {
  const named = error instanceof AlexaPageRefused || error instanceof PageRefusal ? error.attempt : undefined;
  const attempt = named ?? failure.attempt;
  const kind = refusalOf(error);
  if (kind) {
    log.warn('alexa-request-refused', { attempt, reason: kind });
    return await refusedPage(kind, attempt, failure.link);
  }
  log.error('alexa-request-failed', { attempt, error: asError(error) });
  return await failurePage(isSkillError(error) ? 503 : 500, attempt);
}
