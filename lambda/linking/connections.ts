import * as v from 'valibot';
import { asError } from '../basics/as-error.ts';
import { type Connection, connectionsOf, disconnect, eraseAccount } from '../domain/connections.ts';
import { isSkillError } from '../ports/errors.ts';
import { sayAllClear } from './all-clear.ts';
import {
  type ConnectionRefusal,
  connectionRefusalPage,
  connectionsPage,
  connectionWords,
  endedText,
  erasedPage,
  erasePage,
} from './connection-pages.ts';
import { OAuthError } from './errors.ts';
import type { SealedForm } from './page.ts';
import { PageRefusal } from './page-refusal.ts';
import { failurePage } from './pages.ts';
import type { LinkingPorts, PagePorts } from './ports.ts';
import { type Parameters, readForm } from './request.ts';
import { type Flow, openFlow, sealFlow } from './sign-in-form.ts';
import { beginSignIn, continueSignIn, resumeSignIn, type SignInPurpose } from './sign-in-pages.ts';
import { CONNECTIONS, formOf, openSignedIn, SignedIn, signedInForm, toSignedIn } from './signed-in.ts';
import { type Arrival, inRequestTime } from './time-limit.ts';

/** Fits the ids of more links than anybody makes. */
const FORM_LIMIT_BYTES = 48 * 1024;

const Subject = v.object({});
const purpose = ({ reader, cloudName }: PagePorts): SignInPurpose<v.InferOutput<typeof Subject>> => ({
  name: 'connections-sign-in',
  subject: Subject,
  action: '/connections',
  words: connectionWords(reader.texts, cloudName),
});
/** Only accounts that are kept have connections, and nobody becomes known by looking for some. */
const TARGET = { formAction: [], onlyKnown: true } as const;

/**
 * The page of connections: which Alexa connections an account has, and buttons that end them or erase everything. Nothing is shown or changed
 * without a sign-in at the device cloud, in this browser, within half an hour.
 */
export async function answerConnections(arrival: Arrival, ports: PagePorts): Promise<Response> {
  const { request } = arrival;
  try {
    return await inRequestTime(arrival, ports, async (inTime) => {
      if (request.method === 'GET') return (await beginSignIn(purpose(inTime), {}, TARGET, request, inTime)).page;
      const form = await readForm(request, FORM_LIMIT_BYTES);
      return form.get(CONNECTIONS.field) === undefined && form.get(ERASE.field) === undefined
        ? await signIn(form, arrival, inTime)
        : await act(form, request, inTime);
    });
  } catch (error) {
    return await answerFailure(error, ports);
  }
}

async function signIn(form: Parameters, { request, address }: Arrival, ports: PagePorts): Promise<Response> {
  const flow = resumeSignIn(purpose(ports), form, request, ports);
  const step = await continueSignIn(purpose(ports), flow, TARGET, form, address, ports);
  if (step.kind === 'page') return step.page;
  await sayAllClear(step.account.id, ports);
  const account = toSignedIn(step.account);
  return await show(signedInForm(CONNECTIONS, account, request, ports), account, ports);
}

const read = async (accountId: string, { links, clock }: LinkingPorts): Promise<Connection[]> =>
  connectionsOf(await links.ofAccount(accountId), clock.now());

async function show(
  form: SealedForm,
  account: SignedIn,
  ports: PagePorts,
  said: { readonly done?: string; readonly problem?: string } = {},
): Promise<Response> {
  const { reader, cloudName } = ports;
  return await connectionsPage(reader, form, account, await read(account.id, ports), { cloudName, ...said });
}

async function act(posted: Parameters, request: Request, ports: PagePorts): Promise<Response> {
  if (posted.get(ERASE.field) !== undefined) return await afterErasePage(posted, request, ports);
  const { account, form, flow } = openSignedIn(CONNECTIONS, posted, request, ports);
  switch (posted.get('action')) {
    case 'end': {
      const { count, tokensStop } = await disconnect(account.id, (posted.get('links') ?? '').split(' '), ports);
      return await show(form, account, ports, { done: endedText(count, tokensStop, ports.reader.texts) });
    }
    case 'ask-erase':
      return await askErase(flow, ports);
    default:
      return await show(form, account, ports);
  }
}

/** The connections that stood when the person was asked: a form that is sent twice does not erase what was made later. */
const Asked = v.object({ account: SignedIn, links: v.array(v.string()) });
const ERASE = { purpose: 'erase', action: '/connections', field: 'erase' } as const;

async function askErase({ subject: account, ...rest }: Flow<SignedIn>, ports: PagePorts): Promise<Response> {
  const links = (await read(account.id, ports)).map(({ id }) => id);
  const flow = { ...rest, subject: { account, links } };
  const form = { action: ERASE.action, field: ERASE.field, sealed: sealFlow(ERASE.purpose, flow, ports) };
  return await erasePage(ports.reader, form, account, ports.cloudName);
}

async function afterErasePage(posted: Parameters, request: Request, ports: PagePorts): Promise<Response> {
  const flow = openFlow(ERASE.purpose, Asked, posted.get(ERASE.field), request, ports);
  const { account, links } = flow.subject;
  if (ports.reader.isSwitch) return await askErase({ ...flow, subject: account }, ports);
  const form = formOf(CONNECTIONS, { ...flow, subject: account }, ports);
  if (posted.get('action') !== 'erase') return await show(form, account, ports);
  const isNew = ({ id }: Connection) => !links.includes(id);
  if ((await read(account.id, ports)).some(isNew))
    return await show(form, account, ports, { problem: ports.reader.texts.connections.changedMeanwhile });
  return await erasedPage(ports.reader, await eraseAccount(account.id, ports), ports.cloudName);
}

/** The refusals of the shared sign-in pages, as this page names them. */
const KIND: Readonly<Record<string, ConnectionRefusal>> = {
  'too-old': 'form-too-old',
  'other-browser': 'other-browser',
};

function refusalOf(error: unknown): ConnectionRefusal | undefined {
  if (error instanceof PageRefusal) return Object.hasOwn(KIND, error.kind) ? KIND[error.kind] : 'malformed';
  return error instanceof OAuthError ? 'malformed' : undefined;
}

async function answerFailure(error: unknown, { reader, log }: PagePorts): Promise<Response> {
  const kind = refusalOf(error);
  if (kind) {
    log.warn('connections-request-refused', { reason: kind });
    return await connectionRefusalPage(reader, kind);
  }
  log.error('connections-request-failed', { error: asError(error) });
  return await failurePage(reader, isSkillError(error) ? 503 : 500, undefined);
}
