import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { parseJson } from '../../lambda/basics/json.ts';
import type { Clock } from '../../lambda/ports/clock.ts';
import { forPrograms } from '../guard.ts';
import { listenOnLoopback } from '../loopback.ts';
import { type Answer, authorizationRequired, empty, failure, gatewayPage, invalidToken } from './answers.ts';
import type { Exchange } from './contract.ts';
import type { FaultOf, Faults } from './faults.ts';
import { belowApi, emailOf, needsToken, respond } from './rest.ts';
import type { Cloud, RestRequest } from './rest-call.ts';
import { after } from './time.ts';

/** nginx's own default. */
const KEEP_ALIVE_MS = 75_000;
/** LoopBack's own default for JSON bodies. */
const MAX_BODY_BYTES = 100 * 1024;
/** Between attempts to take a port again that somebody else holds. */
const REOPEN_AFTER_MS = 20;

export interface Counts {
  requests: number;
  connections: number;
  logins: number;
  sockets: number;
}

export interface ServerParts {
  readonly cloud: Cloud;
  readonly clock: Clock;
  readonly faults: Faults;
  readonly counts: Counts;
  readonly latencyMs: number;
  readonly signal: AbortSignal;
  readonly tell: (exchange: Exchange) => void;
}

/** The one port, for REST and the push socket's upgrade. */
export interface RestServer {
  readonly http: Server;
  readonly port: number;
  /** From now on the port takes no connections; those that only spoke REST are destroyed. */
  refuse(): void;
  reopen(): void;
  close(): Promise<void>;
}

export async function listen(port: number, parts: ServerParts): Promise<RestServer> {
  const all = new Set<Socket>();
  const upgraded = new WeakSet<object>();
  const http = createServer(
    { keepAliveTimeout: KEEP_ALIVE_MS },
    forPrograms((request, response) => {
      void serve(request, response, parts);
    }),
  );
  http.on('connection', (socket) => {
    parts.counts.connections++;
    all.add(socket);
    socket.on('close', () => all.delete(socket));
  });
  http.on('upgrade', (_request, socket) => upgraded.add(socket));
  await listenOnLoopback(http, port);
  const { port: taken } = http.address() as AddressInfo;

  let wanted = true;
  const reopen = () => {
    wanted = true;
    if (!http.listening && !parts.signal.aborted) http.listen(taken, '127.0.0.1');
  };
  // The port is free while it refuses; should somebody have taken it meanwhile, it is taken back as soon as they let go.
  http.on('error', () => setTimeout(() => wanted && reopen(), REOPEN_AFTER_MS).unref());

  return {
    http,
    port: taken,
    reopen,
    refuse: () => {
      wanted = false;
      http.close();
      for (const socket of all) if (!upgraded.has(socket)) socket.resetAndDestroy();
    },
    close: () =>
      new Promise((resolve) => {
        wanted = false;
        // An error says that it is not listening, which is just what is wanted.
        http.close(() => resolve());
        for (const socket of all) socket.destroy();
      }),
  };
}

async function serve(incoming: IncomingMessage, response: ServerResponse, parts: ServerParts): Promise<void> {
  const { cloud, clock, faults, counts } = parts;
  const at = clock.now();
  const [path = '/', search = ''] = (incoming.url ?? '/').split('?', 2);
  const query = new URLSearchParams(search);
  const method = incoming.method ?? 'GET';
  const place = { path: belowApi(path), method };
  counts.requests++;

  const body = await readBody(incoming);
  if (body === undefined) return; // the client is gone
  if (isSignIn(place, body.value)) counts.logins++;
  const request: RestRequest = { method, path, query, headers: incoming.headers, body: body.value };
  const scope = { ...place, email: emailOf(request, cloud) };
  const delayMs = parts.latencyMs + faults.takeLatencyMs(scope);
  const fault = faults.take(needsToken(request) ? restFaults : openFaults, scope);
  // The effect comes first: a client that gives up waiting has switched the lamp anyway.
  const regular = !fault || fault.takesEffect ? (body.wrong ?? respond(request, cloud)) : undefined;
  const answer = fault ? spoilt(fault) : regular;

  const reply = () => {
    if (fault?.kind === 'reset') incoming.socket.resetAndDestroy();
    if (answer) send(response, answer);
    parts.tell({
      channel: 'rest',
      at,
      request: { method, path: place.path + shown(query), body: body.value },
      response: { status: answer?.status ?? 0, ...(answer && { body: answer.body }) },
      ms: clock.now().getTime() - at.getTime(),
    });
  };
  if (delayMs > 0) await after(clock, delayMs, parts.signal, reply);
  else reply();
}

/** A request without an e-mail address is no attempt to sign in. */
const isSignIn = ({ method, path }: { readonly method: string; readonly path: string }, body: unknown): boolean =>
  method === 'POST' && path.toLowerCase() === '/person/login' && Object.hasOwn(Object(body), 'email');

const openFaults = ['html', 'server-error', 'empty', 'garbage', 'status', 'reset', 'hang'] as const;
const restFaults = [...openFaults, 'unauthorized', 'session-expired'] as const;

/** What comes instead of the answer; `undefined` is nothing at all. */
function spoilt(fault: FaultOf<(typeof restFaults)[number]>): Answer | undefined {
  switch (fault.kind) {
    case 'html':
      return gatewayPage(fault.status);
    case 'server-error':
      return failure(500, 'Internal Server Error');
    case 'empty':
      return { ...empty(fault.status ?? 200), ...(fault.gzip && { encoding: 'gzip' }) };
    case 'garbage':
      return { status: 200, type: 'application/json; charset=utf-8', text: fault.body, body: fault.body };
    case 'status':
      return failure(fault.status, 'The request cannot be served.');
    case 'unauthorized':
      return authorizationRequired();
    case 'session-expired':
      return invalidToken();
    case 'reset':
    case 'hang':
      return undefined;
  }
}

function send(response: ServerResponse, { status, type, text, encoding }: Answer): void {
  const length = status === 204 ? {} : { 'content-length': Buffer.byteLength(text) };
  response.writeHead(status, {
    server: 'nginx',
    ...(type && { 'content-type': type }),
    ...(encoding && { 'content-encoding': encoding }),
    ...length,
  });
  response.end(text);
}

/** The query, with a token in it left out. */
function shown(query: URLSearchParams): string {
  const rest = new URLSearchParams(query);
  if (rest.has('access_token')) rest.set('access_token', '***');
  return rest.size > 0 ? `?${rest}` : '';
}

type Body = { readonly value: unknown; readonly wrong?: Answer };

/** @returns nothing when the client went away before the end */
async function readBody(request: IncomingMessage): Promise<Body | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size <= MAX_BODY_BYTES) chunks.push(chunk);
    }
  } catch {
    return undefined;
  }
  if (size > MAX_BODY_BYTES) return { value: {}, wrong: failure(413, 'request entity too large') };
  const text = Buffer.concat(chunks).toString();
  if (text === '') return { value: {} };
  if (request.headers['content-type']?.startsWith('application/x-www-form-urlencoded')) {
    return { value: Object.fromEntries(new URLSearchParams(text)) };
  }
  const value = parseJson(text);
  // Some clients send a body along with a GET: nobody looks at it.
  if (value !== undefined || request.method === 'GET') return { value: value ?? {} };
  return { value: {}, wrong: failure(400, 'Unexpected token in JSON', undefined, 'SyntaxError') };
}
