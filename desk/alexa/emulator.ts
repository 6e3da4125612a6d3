import { setMaxListeners } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { Clock } from '../../lambda/ports/clock.ts';
import type { AlexaRegion } from '../../lambda/ports/grant-store.ts';
import { forOwnPages, forPrograms } from '../guard.ts';
import { listenOnLoopback } from '../loopback.ts';
import { createAlexaApi } from './alexa-api.ts';
import { CONSENT_PATH, createConsent } from './consent.ts';
import type {
  AlexaFault,
  Customer,
  CustomerOptions,
  EmulatedAlexa,
  EmulatedAlexaOptions,
  EnablementBehaviour,
  SkillSettings,
} from './contract.ts';
import { createCustomer } from './customer.ts';
import { createFaults } from './faults.ts';
import { exception, judgeEvent, type Receiver } from './gateway.ts';
import { createJournal } from './journal.ts';
import { createLoginWithAmazon, invalidGrant, refusal } from './lwa.ts';
import { badGateway, type Handled, type Reply, sendReply } from './reply.ts';

const TOKEN_PATH = '/auth/o2/token';
const gatewayPaths: Readonly<Record<AlexaRegion, string>> = {
  NA: '/na/v3/events',
  EU: '/eu/v3/events',
  FE: '/fe/v3/events',
};
const LARGEST_BODY_BYTES = 4 * 1024 * 1024;

interface RouteParts {
  readonly lwa: ReturnType<typeof createLoginWithAmazon>;
  readonly faults: ReturnType<typeof createFaults>;
  readonly receivers: ReadonlyMap<string, Receiver>;
  readonly counts: { tokenRequests: number; events: number };
}

type Route = (request: IncomingMessage, body: string) => Handled | undefined;

/** What is behind the paths of the emulated Amazon: the token endpoint and the three event gateways. */
function createRoutes({ lwa, faults, receivers, counts }: RouteParts): Route {
  function handleToken(request: IncomingMessage, body: string): Handled {
    counts.tokenRequests += 1;
    const contentType = request.headers['content-type'];
    const isForm = contentType?.startsWith('application/x-www-form-urlencoded');
    const sent = isForm ? Object.fromEntries(new URLSearchParams(body)) : body;
    const holder = isForm ? lwa.holderOfForm(new URLSearchParams(body)) : undefined;
    const exchange = { channel: 'lwa' as const, sent, ...(holder && { customer: holder.owner, scope: holder.scope }) };
    const grantType = isForm ? new URLSearchParams(body).get('grant_type') : undefined;
    const fault = faults.meet('lwa', (one) => one.grantType === undefined || one.grantType === grantType);
    // With `reset` the answer alone is lost: the tokens were issued.
    if (fault && fault.kind !== 'reset') {
      return { reply: tokenFault(fault), subject: 'token request', exchange: { ...exchange, problems: [] } };
    }
    const query = new URL(request.url ?? '', 'http://localhost').search;
    const { problems, ...answer } = lwa.answer({ contentType, query, body });
    return { reply: fault ? 'reset' : answer, subject: 'token request', exchange: { ...exchange, problems } };
  }

  function handleEvent(region: AlexaRegion, request: IncomingMessage, body: string): Handled {
    counts.events += 1;
    const { authorization } = request.headers;
    const verdict = judgeEvent({ region, authorization, body }, (token) => receivers.get(lwa.ownerOf(token) ?? ''));
    const { subject, event, problems, status, error } = verdict;
    const fault = faults.meet(region);
    const customer = lwa.ownerOf(/^Bearer (\S+)$/i.exec(authorization ?? '')?.[1] ?? '', { ended: true });
    const known = customer === undefined ? {} : { customer };
    const exchange = { channel: 'gateway' as const, region, ...known, sent: event, problems };
    if (fault && fault.kind !== 'accept') return { reply: gatewayFault(fault), subject, exchange };
    verdict.accept();
    if (fault && !error) return { reply: { status: fault.status }, subject, exchange };
    return { reply: { status, ...(error && { body: error }) }, subject, exchange };
  }

  return (request, body) => {
    const path = new URL(request.url ?? '', 'http://localhost').pathname;
    if (request.method !== 'POST') return undefined;
    if (path === TOKEN_PATH) return handleToken(request, body);
    const region = regions.find((one) => gatewayPaths[one] === path);
    return region && handleEvent(region, request, body);
  };
}

/** Starts an Alexa of one's own on a loopback port: Login with Amazon, three event gateways, and customers. */
export async function startAlexa({ clock, port = 0, skill: known }: EmulatedAlexaOptions): Promise<EmulatedAlexa> {
  const lwa = createLoginWithAmazon(clock);
  const journal = createJournal();
  const faults = createFaults();
  const receivers = new Map<string, Receiver>();
  const viewListeners = new Set<(customer: Customer) => void>();
  const closing = new AbortController();
  // Every directive under way listens to it.
  setMaxListeners(0, closing.signal);
  const counts = { tokenRequests: 0, events: 0, connections: 0 };

  const skill: SkillSettings = { ...SKILL, ...known };
  const behaviour: EnablementBehaviour = { ...BEHAVIOUR };
  const customers = new Map<string, Pick<CustomerOptions, 'name' | 'enabling' | 'tester'>>();
  const route = createRoutes({ lwa, faults, receivers, counts });
  const accounts = () => [...customers].map(([id, { name = id }]) => ({ id, name }));
  const consent = createConsent({ lwa, skill, accounts });
  const api = createAlexaApi({
    ...{ clock, lwa, faults, skill, behaviour, closing: closing.signal },
    customer: (id) => customers.get(id),
    host: () => new URL(base).host,
  });

  async function handle(request: IncomingMessage, body: string): Promise<Handled | undefined> {
    const url = new URL(request.url ?? '', base);
    const { method = '', headers } = request;
    if (url.pathname === CONSENT_PATH) return consent(method, url, body);
    return route(request, body) ?? (await api.handle(method, url.pathname, headers.authorization, body));
  }

  const server = createServer(guarded(answering(handle, clock, journal)));
  server.on('connection', () => {
    counts.connections += 1;
  });
  // Node's 5 s would cut connections under a client that is about to use them again.
  server.keepAliveTimeout = 60_000;
  const loopback = await listenOnLoopback(server, port);
  const base = loopback.url;

  return {
    tokenUrl: `${base}${TOKEN_PATH}`,
    gatewayUrls: {
      NA: `${base}${gatewayPaths.NA}`,
      EU: `${base}${gatewayPaths.EU}`,
      FE: `${base}${gatewayPaths.FE}`,
    },
    authorizeUrl: base + CONSENT_PATH,
    apiUrl: base,
    skill,
    enablement: behaviour,
    sendHeldEvents: api.sendHeldEvents,
    messaging: lwa.messaging,
    problems: journal.problems,
    counts,
    addCustomer: (options) => {
      const owner = `customer-${receivers.size + 1}`;
      const { customer, receiver } = createCustomer(options, {
        ...{ owner, clock, lwa, journal, closing: closing.signal },
        isStuck: () => faults.meet('copy') !== undefined,
        onView: (changed) => {
          for (const listener of viewListeners) listener(changed);
        },
      });
      receivers.set(owner, receiver);
      customers.set(owner, options);
      return customer;
    },
    inject: faults.inject,
    onExchange: journal.onExchange,
    onView: (listener) => {
      viewListeners.add(listener);
      return () => viewListeners.delete(listener);
    },
    resetCounts: () => {
      Object.assign(counts, { tokenRequests: 0, events: 0, connections: 0 });
    },
    endAccessTokens: lwa.endAccessTokens,
    close: async () => {
      closing.abort();
      await loopback.close();
    },
  };
}

type Handle = (request: IncomingMessage, body: string) => Promise<Handled | undefined>;

/** Answers each request as `handle` says, and records the exchange in the journal. */
function answering(handle: Handle, clock: Clock, journal: ReturnType<typeof createJournal>): RequestListener {
  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await read(request);
    const at = clock.now();
    const handled = await handle(request, body);
    if (!handled) return sendReply(response, { status: 404 });
    const { reply, subject, exchange } = handled;
    const note = () => {
      const ms = clock.now().getTime() - at.getTime();
      const answered = typeof reply === 'string' ? undefined : (reply.body ?? reply.html);
      const status = typeof reply === 'string' ? 0 : reply.status;
      journal.record(subject, { ...exchange, at, answered, status, ms });
    };
    if (reply === 'hang') {
      // Over when the client gives up.
      response.once('close', note);
      return;
    }
    if (reply === 'reset') response.destroy();
    else sendReply(response, reply);
    note();
  }

  return (request, response) => {
    serve(request, response).catch(() => response.destroy());
  };
}

/** The consent page is for a person's browser, all else for programs. */
function guarded(listener: RequestListener): RequestListener {
  const [page, programs] = [forOwnPages(listener), forPrograms(listener)];
  return (request, response) => (isConsent(request) ? page : programs)(request, response);
}

const isConsent = ({ url = '' }: IncomingMessage): boolean => url.split('?')[0] === CONSENT_PATH;

const SKILL: SkillSettings = {
  id: 'amzn1.ask.skill.desk',
  name: 'Dimmer Plug Bridge',
  stage: 'development',
  redirectUrls: () => [],
};

const BEHAVIOUR: EnablementBehaviour = {
  verifier: false,
  events: 'at-once',
  enabledBefore: 'replace',
  deleteEndsConsent: false,
  grantRefusedStatus: 500,
};

const regions: readonly AlexaRegion[] = ['NA', 'EU', 'FE'];

function tokenFault(fault: Extract<AlexaFault, { at: 'lwa' }>): Reply {
  switch (fault.kind) {
    case 'hang':
    case 'reset':
      return fault.kind;
    case 'html':
      return badGateway;
    case 'invalid-grant':
      return invalidGrant('refresh token');
    case 'invalid-client':
      return refusal(401, 'invalid_client', 'Client authentication failed');
    case 'status':
      return refusal(fault.status, 'ServerError', 'The request could not be processed');
  }
}

function gatewayFault(fault: Exclude<Extract<AlexaFault, { at: AlexaRegion }>, { kind: 'accept' }>): Reply {
  switch (fault.kind) {
    case 'hang':
    case 'reset':
      return fault.kind;
    case 'html':
      return badGateway;
    case 'status':
      return { status: fault.status, body: exception(fault.status, fault.code) };
  }
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > LARGEST_BODY_BYTES) throw new Error('the body is too large');
  }
  return Buffer.concat(chunks).toString('utf8');
}
