import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { parseJson } from '../../lambda/basics/json.ts';
import type { Clock } from '../../lambda/ports/clock.ts';
import { forOwnPages, forPrograms } from '../guard.ts';
import { listenOnLoopback } from '../loopback.ts';
import type { MakerExchange } from './contract.ts';
import { type FaultOf, MakerFaults } from './faults.ts';

/** A cloud without its faults: a function from request to response. */
export type Handle = (request: Request) => Promise<Response> | Response;

export interface FaultyServer {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  readonly faults: MakerFaults;
  close(): Promise<void>;
}

export interface ServerOptions {
  readonly clock: Clock;
  /** @param token the bearer token of the request, if it had one */
  readonly tell?: (exchange: MakerExchange, token: string | undefined) => void;
  /** Whether it shows pages to a person's browser; it does not by default. */
  readonly pages?: 'own-page' | 'none';
}

/** Between attempts to take a port again that somebody else holds. */
const REOPEN_AFTER_MS = 20;
const SPOILING = ['html', 'problem', 'body', 'reset', 'hang'] as const;

/** Serves a maker's cloud on loopback, with faults that can be injected before it. */
export async function serveWithFaults(
  handle: Handle,
  { clock, tell, pages = 'none' }: ServerOptions,
): Promise<FaultyServer> {
  const sockets = new Set<Socket>();
  const closing = new AbortController();
  const answer = async (incoming: IncomingMessage, response: ServerResponse) => {
    const at = clock.now();
    const request = await readRequest(incoming);
    const { method = 'GET' } = incoming;
    const path = new URL(request.url).pathname;
    const latency = faults.take(['latency'], method, path);
    const fault = faults.take(SPOILING, method, path);
    const said = request.clone();
    // The effect comes first: a client that gives up waiting has switched the lamp anyway.
    const regular = !fault || fault.takesEffect ? await handle(request) : undefined;
    if (latency) await clock.wait(latency.ms, closing.signal).catch(() => undefined);
    const sent = fault ? spoilt(fault) : regular;
    const text = (await sent?.text()) ?? '';
    if (sent) response.writeHead(sent.status, headersOf(sent)).end(text);
    else if (fault?.kind === 'reset') incoming.socket.resetAndDestroy();
    const exchange: MakerExchange = {
      channel: 'rest',
      at,
      request: { method, path, body: parseJson(await said.text()) },
      response: { status: sent?.status ?? 0, ...(text && { body: parseJson(text) ?? text }) },
      spoilt: fault !== undefined,
      ms: clock.now().getTime() - at.getTime(),
    };
    tell?.(exchange, /^Bearer (.+)$/.exec(incoming.headers.authorization ?? '')?.[1]);
  };
  const guarded = pages === 'none' ? forPrograms : forOwnPages;
  const server = createServer(
    guarded((incoming, response) => {
      answer(incoming, response).catch(() => incoming.socket.destroy());
    }),
  );
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  const { url } = await listenOnLoopback(server);
  const { port } = server.address() as AddressInfo;
  let isWanted = true;
  const reopen = () => {
    if (isWanted && !server.listening && !closing.signal.aborted) server.listen(port, '127.0.0.1');
  };
  server.on('error', () => setTimeout(reopen, REOPEN_AFTER_MS).unref());
  const shut = (done?: () => void) => {
    server.close(done);
    for (const socket of sockets) socket.resetAndDestroy();
  };
  const faults = new MakerFaults((isRefused) => {
    if (isWanted === !isRefused) return;
    isWanted = !isRefused;
    if (isRefused) shut();
    else reopen();
  });
  return {
    url,
    faults,
    close: () =>
      new Promise((resolve) => {
        closing.abort();
        shut(() => resolve());
      }),
  };
}

/** Several cookies are several headers. The text's length and coding are those of what is sent here. */
function headersOf(response: Response): Record<string, string | string[]> {
  const cookies = response.headers.getSetCookie();
  const others = [...response.headers].filter(
    ([name]) => !['set-cookie', 'content-length', 'transfer-encoding', 'connection', 'keep-alive'].includes(name),
  );
  return { ...Object.fromEntries(others), ...(cookies.length > 0 && { 'set-cookie': cookies }) };
}

async function readRequest(incoming: IncomingMessage): Promise<Request> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  const { method = 'GET', url = '/', headers } = incoming;
  const has = chunks.length > 0 && method !== 'GET' && method !== 'HEAD';
  const known = Object.entries(headers).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value] as const] : [],
  );
  return new Request(`http://${headers.host}${url}`, {
    method,
    headers: Object.fromEntries(known),
    ...(has && { body: Buffer.concat(chunks) }),
  });
}

/** What comes instead of the answer; `undefined` is nothing at all. */
function spoilt(fault: FaultOf<(typeof SPOILING)[number]>): Response | undefined {
  switch (fault.kind) {
    case 'html':
      return new Response(`<html><body><h1>${fault.status}</h1></body></html>`, {
        status: fault.status,
        headers: { 'Content-Type': 'text/html' },
      });
    case 'problem':
      return problem(fault.status, fault.code, fault.retryAfter);
    case 'body':
      return new Response(fault.body, { status: fault.status ?? 200, headers: { 'Content-Type': 'application/json' } });
    case 'reset':
    case 'hang':
      return undefined;
  }
}

/** An error as RFC 9457 has it. */
export const problem = (status: number, code?: string, retryAfter?: number | string): Response =>
  new Response(JSON.stringify({ status, ...(code && { code }) }), {
    status,
    headers: {
      'Content-Type': 'application/problem+json',
      ...(retryAfter !== undefined && { 'Retry-After': String(retryAfter) }),
    },
  });
