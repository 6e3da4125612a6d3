import { createHmac } from 'node:crypto';
import { parseJson } from '../../lambda/basics/json.ts';
import type { Clock } from '../../lambda/ports/clock.ts';
import type { DeviceEvent, EventReceiver, MakerExchange } from './contract.ts';

/** While a signature is good the same request is sent again; after that it is signed again. */
const SIGNATURE_GOOD_MS = 4 * 60_000;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

export interface SenderOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly receiver: () => EventReceiver | undefined;
  readonly isTwice: () => boolean;
  readonly tell: (exchange: MakerExchange) => void;
}

/** Sends events in the order in which they happened, each until it is taken or refused for good. */
export function createEventSender(options: SenderOptions): (event: DeviceEvent) => void {
  let last: Promise<void> = Promise.resolve();
  return (event) => {
    last = last.then(() => deliver({ events: [event] }, options)).catch(() => undefined);
  };
}

async function deliver(body: object, options: SenderOptions): Promise<void> {
  const { clock, signal, receiver, isTwice } = options;
  let signedAt = clock.now();
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    const to = receiver();
    if (!to || signal.aborted) return;
    if (clock.now().getTime() - signedAt.getTime() > SIGNATURE_GOOD_MS) signedAt = clock.now();
    const status = await post(to, body, signedAt, options);
    if (isTwice()) await post(to, body, signedAt, options);
    if (status !== 0 && status !== 429 && status < 500) return;
    await clock.wait(pauseMs, signal);
  }
}

/** @returns the status; 0 when no answer came */
async function post(
  { url, key }: EventReceiver,
  body: object,
  signedAt: Date,
  { clock, signal, tell }: SenderOptions,
): Promise<number> {
  const at = clock.now();
  const sent = JSON.stringify(body);
  const timestamp = String(Math.floor(signedAt.getTime() / 1000));
  const signature = createHmac('sha256', key).update(`${timestamp}.${sent}`).digest('hex');
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      'X-Timestamp': timestamp,
      'X-Signature': `sha256=${signature}`,
    },
    body: sent,
    signal,
  }).catch(() => undefined);
  const answered = parseJson((await response?.text().catch(() => '')) ?? '');
  const status = response?.status ?? 0;
  tell({
    channel: 'event',
    at,
    request: { method: 'POST', path: '/', body },
    response: { status, ...(answered !== undefined && { body: answered }) },
    spoilt: false,
    ms: clock.now().getTime() - at.getTime(),
  });
  return status;
}
