import { createLocalJWKSet, type JWTVerifyGetKey } from 'jose';
import * as v from 'valibot';
import { parseJson } from '../../basics/json.ts';
import type { Clock } from '../../ports/clock.ts';
import { BearerUnverified } from '../../ports/errors.ts';
import { createHttpClient } from '../http/client.ts';
import { sendWithRetry } from '../http/retry.ts';

const Jwk = v.looseObject({ kty: v.string(), kid: v.exactOptional(v.string()), use: v.exactOptional(v.string()) });
const KeySet = v.object({ keys: v.array(v.unknown()) });
type Jwk = v.InferOutput<typeof Jwk>;

/** After this time the keys are fetched again, beside the work. */
const OLD_MS = 3_600_000;
/** No more fetches than these in this time: tokens with made-up key ids must not cost a call each. A server may rotate right after one. */
const MOST_FETCHES = 3;
const WITHIN_MS = 30_000;
/** The longest wait of a directive for keys. */
const TIMEOUT_MS = 1_500;
const LONGEST_ANSWER_BYTES = 512 * 1024;

/** The longest wait for keys before those that are stored are looked at, too. */
const PATIENCE_MS = 500;

/** A key set, as the server's address answered it. */
export type Stored = () => Promise<unknown>;

export interface KeysOptions {
  readonly url: string;
  readonly clock: Clock;
  /** The key set as it was fetched earlier, for a cold start while the address is away. */
  readonly snapshot?: unknown;
  /** Reads the key set as `maintenance` has stored it; asked once, when the address does not answer a cold start. */
  readonly stored?: Stored;
}

/**
 * The public keys of an authorization server (RFC 7517). Keys stay known until a later answer of the server lacks them: its address may be
 * away for a year, and tokens go on being verified. (jose's own remote set drops good keys after ten minutes.)
 * @throws BearerUnverified, from the function that is returned, when the token names no known key
 */
export function createKeys({ url, clock, snapshot, stored }: KeysOptions): JWTVerifyGetKey {
  const fetchSet = keySetFetcher(url);
  let keys = snapshot === undefined ? [] : (toKeys(snapshot) ?? []);
  let fetchedAt = Number.NEGATIVE_INFINITY;
  let triedAt: readonly number[] = [];
  let fetching: Promise<void> | undefined;
  const now = () => clock.now().getTime();

  async function fetchKeys(): Promise<void> {
    const fetched = await fetchSet();
    if (!fetched) return;
    keys = fetched;
    fetchedAt = now();
  }
  /** One fetch for all who ask at the same time. */
  function refresh(): Promise<void> {
    triedAt = triedAt.filter((at) => Math.abs(now() - at) < WITHIN_MS);
    if (!fetching && triedAt.length < MOST_FETCHES) {
      triedAt = [...triedAt, now()];
      fetching = fetchKeys().finally(() => {
        fetching = undefined;
      });
    }
    return fetching ?? Promise.resolve();
  }

  /** Of a cold start: the stored keys stand in where the address does not answer soon. */
  async function begin(): Promise<void> {
    const fetched = refresh();
    const patience = new AbortController();
    await Promise.race([fetched, clock.wait(PATIENCE_MS, patience.signal).catch(() => undefined)]);
    patience.abort();
    if (keys.length > 0) return;
    const known = toKeys(await stored?.().catch(() => undefined)) ?? [];
    if (keys.length === 0) keys = known;
    if (keys.length === 0) await fetched;
  }

  return async (header, token) => {
    const isKnown = () => keys.some(({ kid }) => kid === header.kid);
    if (keys.length === 0) await begin();
    if (!isKnown()) await refresh();
    else if (Math.abs(now() - fetchedAt) > OLD_MS) void refresh();
    if (!isKnown())
      throw new BearerUnverified(keys.length > 0 ? 'signed with an unknown key' : 'no keys could be fetched');
    return await createLocalJWKSet({ keys })(header, token);
  };
}

/** @returns a function that answers with the keys that the address publishes, and nothing where it publishes none */
export function keySetFetcher(url: string): () => Promise<Jwk[] | undefined> {
  const client = createHttpClient({ timeoutMs: TIMEOUT_MS, longestAnswerBytes: LONGEST_ANSWER_BYTES });
  return async () => {
    const headers = { Accept: 'application/json' };
    const request = { method: 'GET', url, headers, signal: AbortSignal.timeout(2 * TIMEOUT_MS) } as const;
    const answer = await sendWithRetry(client, request, true).catch(() => undefined);
    return answer?.status === 200 ? toKeys(parseJson(answer.text)) : undefined;
  };
}

/** The keys that sign, if there are any: an answer without one is a fault of the server. */
function toKeys(body: unknown): Jwk[] | undefined {
  const set = v.safeParse(KeySet, body);
  if (!set.success) return undefined;
  const keys = set.output.keys.flatMap((row) => {
    const key = v.safeParse(Jwk, row);
    // A symmetric key in public would let anybody sign.
    return key.success && key.output.kty !== 'oct' && key.output.use !== 'enc' ? [key.output] : [];
  });
  return keys.length > 0 ? keys : undefined;
}
