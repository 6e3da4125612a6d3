import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../ports/clock.ts';

/** What a request is refused for. The message goes to the sender: fixed words, nothing of its input. */
export class RequestRefused extends Error {
  override readonly name = 'RequestRefused';
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export interface SignedBody {
  readonly body: string;
  /** Of this body at this time, and of no other. */
  readonly signature: string;
  /** Until then the same request would be accepted a second time. */
  readonly goodUntil: Date;
}

/** How far a sender's clock may be off, and how long a request may be on its way. */
const WINDOW_MS = 5 * 60_000;
const LONGEST_BODY = 64 * 1024;

/** What senders sign with; `undefined` where no key is set. */
export interface SigningKey {
  /** As it was fetched last. */
  current(): Promise<string | undefined>;
  /** Fetched again, not more often than now and then: it may have been set or replaced since. */
  newer(): Promise<string | undefined>;
}

/**
 * Reads a request whose sender knows the key: `X-Signature: sha256=HEX` is the HMAC-SHA-256 of the text `TIMESTAMP.BODY`, where
 * `X-Timestamp` gives the seconds since 1970.
 * @throws RequestRefused, and what fetching the key throws
 */
export async function readSigned(request: Request, key: SigningKey, clock: Clock): Promise<SignedBody> {
  const timestamp = request.headers.get('x-timestamp') ?? '';
  const signature = /^sha256=([0-9a-f]{64})$/.exec(request.headers.get('x-signature') ?? '')?.[1];
  const isSigned = signature !== undefined && /^\d{1,11}$/.test(timestamp);
  const current = (await key.current()) ?? (await key.newer());
  if (current === undefined) throw new RequestRefused(404, 'closed', 'this skill takes no device events');
  if (!isSigned) throw unsigned('X-Signature or X-Timestamp is missing or malformed');
  const body = await readBody(request);
  const isOf = (one: string | undefined) =>
    one !== undefined &&
    timingSafeEqual(
      Buffer.from(signature, 'hex'),
      createHmac('sha256', one).update(`${timestamp}.`).update(body).digest(),
    );
  if (!isOf(current) && !isOf(await key.newer())) throw unsigned('the signature is not that of this body');
  const sentAt = Number(timestamp) * 1000;
  // Only for senders that know the key.
  if (Math.abs(clock.now().getTime() - sentAt) > WINDOW_MS) {
    throw new RequestRefused(401, 'stale', 'X-Timestamp is more than five minutes off');
  }
  return { body: body.toString('utf8'), signature, goodUntil: new Date(sentAt + WINDOW_MS) };
}

async function readBody(request: Request): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request.body ?? []) {
    length += chunk.length;
    if (length > LONGEST_BODY) throw new RequestRefused(413, 'too-large', 'a body has at most 64 KB');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const unsigned = (message: string): RequestRefused => new RequestRefused(401, 'not-signed', message);
