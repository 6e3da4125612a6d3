import * as v from 'valibot';
import { asError } from '../basics/as-error.ts';
import { isSkillError } from '../ports/errors.ts';
import type { LinkingClient } from '../ports/secrets.ts';
import type { AddressProblem } from './address-pages.ts';
import { isMalformed, saveAnswer, shouldAsk, typedAddresses } from './address-question.ts';
import { sayAllClear } from './all-clear.ts';
import { AMAZON_PAGES } from './amazon-pages.ts';
import {
  AuthorizationRefused,
  AuthorizationRequest,
  openClient,
  readAuthorizationRequest,
  redirectTo,
} from './authorization-request.ts';
import { withClients } from './clients.ts';
import { OAuthError } from './errors.ts';
import { linkingWords } from './linking-words.ts';
import { redirect } from './page.ts';
import { PageRefusal } from './page-refusal.ts';
import { failurePage, refusalPage } from './pages.ts';
import type { LinkingPorts, PagePorts } from './ports.ts';
import { tagOf } from './reader.ts';
import { type Parameters, parseParameters, readForm } from './request.ts';
import { type Flow, openFlow, sealFlow } from './sign-in-form.ts';
import { beginSignIn, continueSignIn, resumeSignIn, type SignInPurpose } from './sign-in-pages.ts';
import { SignedIn, toSignedIn } from './signed-in.ts';
import { type Arrival, inRequestTime } from './time-limit.ts';
import { CODE_SECONDS, newCode, newLinkId } from './tokens.ts';

/** Fits a page that carries the longest accepted `state`, sealed. */
const FORM_LIMIT_BYTES = 48 * 1024;

const linking = ({ reader, cloudName }: PagePorts): SignInPurpose<AuthorizationRequest> => ({
  name: 'link',
  subject: AuthorizationRequest,
  action: '/authorize',
  words: linkingWords(reader.texts, cloudName),
});

/** The authorization endpoint (RFC 6749 section 3.1): GET shows the sign-in page, which posts to the same address. */
export async function answerAuthorize(arrival: Arrival, ports: PagePorts): Promise<Response> {
  const { request, address } = arrival;
  const visit: Visit = {};
  try {
    return await inRequestTime(arrival, ports, (inTime) =>
      request.method === 'GET' ? begin(request, inTime) : proceed(request, address, visit, inTime),
    );
  } catch (error) {
    return await answerFailure(error, visit, ports);
  }
}

/** What we know about the attempt when it fails. */
interface Visit {
  attempt?: string;
}

async function begin(request: Request, ports: PagePorts): Promise<Response> {
  const { search } = new URL(request.url);
  const { asked, client } = await withClients(ports, (clients) => {
    const asked = readAuthorizationRequest(parseParameters(search.slice(1)), search.length, clients);
    return { asked, client: openClient(asked.clientId, asked.redirectUri, clients) };
  });
  const target = { formAction: formAction(client) };
  const { page, attempt } = await beginSignIn(linking(ports), asked, target, request, ports);
  // Our own probes open the page as well.
  const browser = request.headers.get('user-agent')?.startsWith('Mozilla/') ?? false;
  ports.log.info('sign-in-shown', { attempt, client: asked.clientId, browser });
  return page;
}

async function proceed(request: Request, address: string, visit: Visit, ports: PagePorts): Promise<Response> {
  const form = await readForm(request, FORM_LIMIT_BYTES);
  if (form.get('question') !== undefined) return await afterQuestion(form, request, visit, ports);
  if (form.get('connections') !== undefined) return await afterConnections(form, request, visit, ports);
  const flow = resumeSignIn(linking(ports), form, request, ports);
  visit.attempt = flow.attempt;
  const { subject: asked, attempt } = flow;
  const client = await withClients(ports, (clients) => openClient(asked.clientId, asked.redirectUri, clients));
  if (form.get('action') === 'cancel') {
    ports.log.info('sign-in-cancelled', { attempt, client: client.id });
    return redirect(redirectTo(asked.redirectUri, { error: 'access_denied' }, asked.state));
  }
  const step = await continueSignIn(linking(ports), flow, { formAction: formAction(client) }, form, address, ports);
  if (step.kind === 'page') return step.page;
  const { account, mayBeNewPassword } = step;
  const subject = { asked, account: toSignedIn(account), mayBeNewPassword };
  if (await shouldAsk(account.id, ports)) {
    await sayAllClear(account.id, ports);
    const own = form.get('email') ?? flow.waiting?.email ?? '';
    return await ask({ ...flow, subject }, client, { own, helper: '' }, undefined, ports);
  }
  const answer = await finish({ ...flow, subject }, client, ports);
  await sayAllClear(account.id, ports);
  return answer;
}

/** A person has signed in and is asked for an address; then Alexa gets its code. */
const LinkQuestion = v.object({
  asked: AuthorizationRequest,
  account: SignedIn,
  mayBeNewPassword: v.optional(v.boolean(), false),
});
type LinkQuestion = v.InferOutput<typeof LinkQuestion>;
const QUESTION = 'link-question';

async function ask(
  { waiting: _, ...flow }: Flow<LinkQuestion>,
  client: LinkingClient,
  typed: ReturnType<typeof typedAddresses>,
  problem: AddressProblem | undefined,
  ports: PagePorts,
): Promise<Response> {
  const { questionPage } = await import('./address-pages.ts');
  const sealed = sealFlow(QUESTION, { ...flow, startedAt: ports.clock.now().toISOString() }, ports);
  const form = { action: '/authorize', field: 'question', sealed, attempt: flow.attempt };
  return await questionPage(ports.reader, { ...form, formAction: formAction(client) }, typed, problem);
}

/** The answer, or none: either way Alexa gets its code, also where the answer cannot be stored. */
async function afterQuestion(form: Parameters, request: Request, visit: Visit, ports: PagePorts): Promise<Response> {
  const flow = openFlow(QUESTION, LinkQuestion, form.get('question'), request, ports);
  visit.attempt = flow.attempt;
  const { asked, account } = flow.subject;
  const client = await withClients(ports, (clients) => openClient(asked.clientId, asked.redirectUri, clients));
  const typed = typedAddresses(form);
  const isSkipped = form.get('action') === 'skip';
  if (ports.reader.isSwitch) return await ask(flow, client, typed, undefined, ports);
  if (!isSkipped && isMalformed(typed)) return await ask(flow, client, typed, 'malformed', ports);
  const [answer] = await Promise.all([
    finish(flow, client, ports),
    isSkipped ? undefined : saveAnswer(account, typed, tagOf(ports.reader), ports),
  ]);
  return answer;
}

/** Alexa gets its code; after a change of the password the person is first asked about other connections. */
async function finish(flow: Flow<LinkQuestion>, client: LinkingClient, ports: PagePorts): Promise<Response> {
  const { asked, account, mayBeNewPassword } = flow.subject;
  if (mayBeNewPassword) {
    const { askAboutOthers } = await import('./connection-question.ts');
    const page = await askAboutOthers({ ...flow, subject: { asked, account } }, formAction(client), ports);
    if (page) return page;
  }
  return await handOutCode(account.id, { ...flow, subject: asked }, ports);
}

/** The new link is there before the others end, so that the account stays linked and its password is kept. */
async function afterConnections(form: Parameters, request: Request, visit: Visit, ports: PagePorts): Promise<Response> {
  const { askAboutOthers, LINK_CONNECTIONS, LinkConnections } = await import('./connection-question.ts');
  const flow = openFlow(LINK_CONNECTIONS, LinkConnections, form.get('connections'), request, ports);
  visit.attempt = flow.attempt;
  const { asked, account, links } = flow.subject;
  const client = await withClients(ports, (clients) => openClient(asked.clientId, asked.redirectUri, clients));
  if (ports.reader.isSwitch) {
    const page = await askAboutOthers({ ...flow, subject: { asked, account } }, formAction(client), ports);
    if (page) return page;
  }
  const answer = await handOutCode(account.id, { ...flow, subject: asked }, ports);
  if (form.get('action') !== 'end') return answer;
  const { disconnect } = await import('../domain/connections.ts');
  await disconnect(account.id, links, ports);
  return answer;
}

async function handOutCode(
  accountId: string,
  { subject: asked, attempt }: Flow<AuthorizationRequest>,
  { links, clock, log }: LinkingPorts,
): Promise<Response> {
  const id = newLinkId();
  const { code, hash } = newCode(id);
  const now = clock.now();
  await links.create({
    id,
    accountId,
    clientId: asked.clientId,
    scope: asked.scope,
    state: 'pending',
    code: {
      hash,
      redirectUri: asked.redirectUri,
      ...(asked.challenge === undefined ? {} : { challenge: asked.challenge }),
      expiresAt: new Date(now.getTime() + CODE_SECONDS * 1000).toISOString(),
    },
    createdAt: now.toISOString(),
  });
  log.info('signed-in', { attempt, link: id, account: accountId, client: asked.clientId });
  return redirect(redirectTo(asked.redirectUri, { code }, asked.state));
}

/** Where the sign-in form may lead: the client's redirect URIs, and Amazon's hosts that these redirect to. */
function formAction({ redirectUris }: LinkingClient): string[] {
  const urls = redirectUris.filter((uri) => URL.canParse(uri)).map((uri) => new URL(uri));
  const origins = urls.map(({ origin, protocol }) => (origin === 'null' ? protocol : origin));
  const amazon = urls.some(({ hostname }) => /\.amazon\.(com|co\.jp)$/.test(hostname));
  return [...new Set([...origins, ...(amazon ? AMAZON_PAGES : [])])];
}

async function answerFailure(error: unknown, visit: Visit, { reader, log }: PagePorts): Promise<Response> {
  const { attempt } = visit;
  if (error instanceof AuthorizationRefused) {
    log.warn('authorization-request-refused', { code: error.code, reason: error.message });
    return redirect(error.location);
  }
  if (error instanceof PageRefusal) {
    log.warn('authorization-request-refused', { attempt: error.attempt ?? attempt, reason: error.kind });
    return await refusalPage(reader, error.kind, error.status, error.attempt ?? attempt);
  }
  if (error instanceof OAuthError) {
    log.warn('authorization-request-refused', { reason: error.message });
    return await refusalPage(reader, 'malformed', error.status, attempt);
  }
  log.error('authorization-request-failed', { attempt, error: asError(error) });
  return await failurePage(reader, isSkillError(error) ? 503 : 500, attempt);
}
