import type { ServerResponse } from 'node:http';
import type { AlexaExchange } from './contract.ts';

/** What goes out over HTTP. `hang`: nothing, ever; `reset`: nothing, and the connection with it. */
export type Reply =
  | 'hang'
  | 'reset'
  | { readonly status: number; readonly html?: string; readonly body?: unknown; readonly location?: string };

/** A request that was handled, and what is to be noted of it. */
export interface Handled {
  readonly reply: Reply;
  /** What the message is, at the head of each of its problems. */
  readonly subject: string;
  readonly exchange: Pick<AlexaExchange, 'channel' | 'region' | 'customer' | 'scope' | 'sent' | 'problems'>;
}

export const badGateway: Reply = {
  status: 502,
  html: '<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>',
};

export function sendReply(
  response: ServerResponse,
  { status, html, body, location }: Exclude<Reply, 'hang' | 'reset'>,
): void {
  if (location !== undefined) response.setHeader('location', location);
  if (html !== undefined) response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' }).end(html);
  else if (body !== undefined) {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  } else response.writeHead(status).end();
}
