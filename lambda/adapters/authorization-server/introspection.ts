import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { parseJson } from '../../basics/json.ts';
import type { Clock } from '../../ports/clock.ts';
import { BearerUnverified } from '../../ports/errors.ts';
import { createHttpClient, type HttpClient } from '../http/client.ts';
import { sendWithRetry } from '../http/retry.ts';
import { type Claims, checkUse, type OpaqueIssuer } from './issuer.ts';
import type { Verified, Verify } from './jwt.ts';

/** RFC 7662 section 2.2. */
const Answer = v.variant('active', [
  v.looseObject({ active: v.literal(true), exp: v.exactOptional(v.pipe(v.number(), v.minValue(0), v.maxValue(1e11))) }),
  v.looseObject({ active: v.literal(false) }),
]);

const GOOD_FOR_MS = 5 * 60_000;
const BAD_FOR_MS = 60_000;
/** Where the server does not say when a token ends, it is taken for one of an hour from when it was first seen. */
const USUAL_LIFE_MS = 3_600_000;
const TIMEOUT_MS = 1_500;
const MOST_TOKENS = 10_000;

interface Known {
  readonly verified: Verified | undefined;
  readonly askedAt: number;
}

/**
 * Asks the server what an opaque token is worth (RFC 7662). A good answer serves five minutes, and while the server is away until the token
 * ends; a bad one serves a minute, so that made-up tokens cost the server little.
 * @returns a function that throws BearerUnverified
 */
export function createIntrospection(issuer: OpaqueIssuer, clock: Clock): Verify {
  const client = createHttpClient({ timeoutMs: TIMEOUT_MS, longestAnswerBytes: 64 * 1024 });
  const known = new Map<string, Known>();
  return async (token, now) => {
    const key = createHash('sha256').update(token).digest('base64url');
    const before = known.get(key);
    const age = before ? Math.abs(now.getTime() - before.askedAt) : Number.POSITIVE_INFINITY;
    const isLive = before?.verified !== undefined && now < before.verified.endsAt;
    if (before && age < BAD_FOR_MS && !before.verified) throw inactive();
    if (before?.verified && isLive && age < GOOD_FOR_MS) return before.verified;
    const answer = await ask(client, token, issuer);
    if (answer === undefined) {
      if (before?.verified && isLive) return before.verified;
      throw new BearerUnverified('the introspection endpoint does not answer');
    }
    const verified = answer.active ? toVerified(answer, before, clock) : undefined;
    const refusal = verified ? refusalOf(verified.claims, issuer) : inactive();
    if (known.size >= MOST_TOKENS) known.clear();
    known.set(key, { verified: refusal ? undefined : verified, askedAt: clock.now().getTime() });
    if (refusal || !verified) throw refusal ?? inactive();
    return verified;
  };
}

/** Why a token that the server knows is none for us. */
function refusalOf(claims: Claims, issuer: OpaqueIssuer): unknown {
  try {
    checkUse(claims, issuer);
    return undefined;
  } catch (error) {
    return error;
  }
}

const toVerified = (
  { active, ...claims }: Extract<v.InferOutput<typeof Answer>, { active: true }>,
  before: Known | undefined,
  clock: Clock,
): Verified => ({
  claims,
  endsAt:
    claims.exp === undefined
      ? (before?.verified?.endsAt ?? new Date(clock.now().getTime() + USUAL_LIFE_MS))
      : new Date(claims.exp * 1000),
});

/** @returns nothing when the server gives no answer of the protocol: it proves nothing */
async function ask(client: HttpClient, token: string, { introspectionUrl: url, clientId, clientSecret }: OpaqueIssuer) {
  const basic = [clientId, clientSecret].map(encodeURIComponent).join(':'); // RFC 6749 section 2.3.1
  const headers = {
    Accept: 'application/json',
    Authorization: `Basic ${Buffer.from(basic).toString('base64')}`,
    'Content-Type': 'application/x-www-form-urlencoded',
  };
  const body = new URLSearchParams({ token, token_type_hint: 'access_token' }).toString();
  const request = { method: 'POST', url, headers, body, signal: AbortSignal.timeout(2 * TIMEOUT_MS) } as const;
  const answer = await sendWithRetry(client, request, true).catch(() => undefined);
  const read = answer?.status === 200 ? v.safeParse(Answer, parseJson(answer.text)) : undefined;
  return read?.success ? read.output : undefined;
}

const inactive = () => new BearerUnverified('the server says that the token is not active');
