import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { parseJson } from '../../lambda/basics/json.ts';
import type { Clock } from '../../lambda/ports/clock.ts';
import { forOwnPages } from '../guard.ts';
import { listenOnLoopback } from '../loopback.ts';
import { eventOf, type MailEvent } from './events.ts';
import { inboxPage, UNSUBSCRIBE } from './inbox.ts';
import { type ReceivedMail, toMail } from './mails.ts';

export interface EmulatedSes {
  readonly url: string;
  /** Every mail that was taken, the oldest first. */
  readonly mails: readonly ReceivedMail[];
  /** Calls back for each of them. Returns a function that stops it. */
  onMail(listener: (mail: ReceivedMail) => void): () => void;
  /** Refuses mails to this address, or all of them, until the returned function is called. */
  refuse(to?: string): () => void;
  /** What SES sends to a topic about a mail, as the function gets it from SNS. */
  eventOf(mail: ReceivedMail, event: MailEvent): unknown;
  close(): Promise<void>;
}

/** An emulated Amazon SES: takes SendEmail of API v2, and keeps each mail to be read at its own address. It sends nothing. */
export async function startSes({ clock }: { readonly clock: Clock }): Promise<EmulatedSes> {
  const mails: ReceivedMail[] = [];
  const listeners = new Set<(mail: ReceivedMail) => void>();
  const refused = new Set<string>();
  const answer = async (request: IncomingMessage): Promise<Answer> => {
    if (request.method !== 'POST' || request.url !== '/v2/email/outbound-emails')
      return error(404, 'NotFoundException');
    const mail = toMail(parseJson(await bodyOf(request)), randomUUID(), clock.now());
    if (!mail) return error(400, 'BadRequestException');
    if (refused.has(mail.to) || refused.has(EVERYONE)) return error(400, 'MessageRejected');
    mails.push(mail);
    for (const listener of listeners) listener(mail);
    return { status: 200, body: { MessageId: mail.id } };
  };
  const serve = (request: IncomingMessage, response: ServerResponse): void => {
    if (request.method === 'GET' && request.url === '/') {
      void inboxPage(mails).then((page) => response.writeHead(200, HTML_HEADERS).end(page));
      return;
    }
    const pressed = mails.find(({ id }) => request.method === 'POST' && request.url === UNSUBSCRIBE + id);
    if (pressed) {
      void unsubscribe(pressed).then(({ status, text }) => response.writeHead(status, HTML_HEADERS).end(text));
      return;
    }
    void answer(request).then(({ status, body, errorType }) => {
      const headers = { 'Content-Type': 'application/json', ...(errorType && { 'x-amzn-ErrorType': errorType }) };
      response.writeHead(status, headers).end(JSON.stringify(body));
    });
  };
  const server = await listenOnLoopback(createServer(forOwnPages(serve)));
  return {
    url: server.url,
    mails,
    onMail(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    refuse(to = EVERYONE) {
      refused.add(to);
      return () => refused.delete(to);
    },
    eventOf: (mail, event) => eventOf(mail, event, clock.now()),
    close: server.close,
  };
}

/** One-Click Unsubscribe, as a mail program does it: without cookies (RFC 8058 section 3.1). */
async function unsubscribe({ headers }: ReceivedMail): Promise<{ readonly status: number; readonly text: string }> {
  const [, url = ''] = /<(.*)>/.exec(headers['list-unsubscribe'] ?? '') ?? [];
  const language = headers['content-language'] ?? '';
  const answer = await fetch(url, {
    method: 'POST',
    body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }),
    headers: { 'Accept-Language': language },
  }).catch(() => undefined);
  return { status: answer?.status ?? 502, text: (await answer?.text()) ?? '' };
}

const EVERYONE = '*';
const HTML_HEADERS = { 'Content-Type': 'text/html;charset=UTF-8', 'Cache-Control': 'no-store' };

interface Answer {
  readonly status: number;
  readonly body: object;
  readonly errorType?: string;
}

const error = (status: number, errorType: string): Answer => ({ status, errorType, body: { message: errorType } });

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}
