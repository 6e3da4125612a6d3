import * as v from 'valibot';
import { parseJson } from '../../basics/json.ts';
import type { Clock } from '../../ports/clock.ts';
import { ServiceTokenMissing, SessionRejected } from '../../ports/errors.ts';
import { createHttpClient, type HttpClient } from '../http/client.ts';
import { sendWithRetry } from '../http/retry.ts';
import type { Call } from './http.ts';

const text = v.pipe(v.string(), v.minLength(1));

/** `deviceCloudClient` in the secret entry: the skill's own client at the maker's authorization server (RFC 6749 section 4.4). */
export const ServiceClient = v.strictObject({
  tokenUrl: v.pipe(v.string(), v.url(), v.regex(/^(?:https:\/\/|http:\/\/(?:127\.0\.0\.1|localhost)[:/])/)),
  clientId: text,
  clientSecret: text,
  scope: v.exactOptional(text),
});
export type ServiceClient = v.InferOutput<typeof ServiceClient>;

const Tokens = v.object({
  access_token: v.pipe(v.string(), v.regex(/^[\x21-\x7e]{16,8192}$/)),
  expires_in: v.optional(v.pipe(v.number(), v.minValue(1)), 300),
});
const Refusal = v.object({ error: v.pipe(v.string(), v.regex(/^\w{1,40}$/)) });

const TIMEOUT_MS = 5_000;
/** A token is used until so long before its end; a short one for half of its life. */
const EARLY_MS = 60_000;
/** After a refusal the next token is asked for so much later, whatever waits for it. */
const PAUSE_MS = 60_000;

export interface ServiceClientOptions {
  readonly settings: () => Promise<unknown>;
  readonly clock: Clock;
  /** Sends a call. @throws the port's error */
  readonly send: (call: Call) => Promise<unknown>;
}

/**
 * Sends calls with a token of our own client. One token serves all accounts until shortly before its end; one that the device cloud does not
 * take any more is asked for again, once.
 * @returns a function that throws ServiceTokenMissing where there is no token or it is not taken, and what `send` throws
 */
export function createServiceClient({ settings, clock, send }: ServiceClientOptions): (call: Call) => Promise<unknown> {
  const http = createHttpClient({ timeoutMs: TIMEOUT_MS, longestAnswerBytes: 64 * 1024 });
  let token: { readonly text: string; readonly usedUntil: number } | undefined;
  let asking: Promise<string> | undefined;
  let refused: { readonly error: unknown; readonly at: number } | undefined;
  const now = () => clock.now().getTime();

  async function ask(): Promise<string> {
    if (refused && Math.abs(now() - refused.at) < PAUSE_MS) throw refused.error;
    try {
      const { access_token: fresh, expires_in: seconds } = await tokenOf(readSettings(await settings()), http);
      const lifeMs = seconds * 1000;
      token = { text: fresh, usedUntil: now() + Math.max(lifeMs - EARLY_MS, lifeMs / 2) };
      refused = undefined;
      return fresh;
    } catch (error) {
      refused = { error, at: now() };
      throw error;
    }
  }
  /** One request for all who ask at the same time. */
  async function current(): Promise<string> {
    if (token && now() < token.usedUntil) return token.text;
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    return await asking;
  }

  return async (call) => {
    for (let attempt = 1; ; attempt++) {
      const accessToken = await current();
      try {
        return await send({ ...call, accessToken });
      } catch (error) {
        if (!(error instanceof SessionRejected)) throw error;
        if (token?.text === accessToken) token = undefined;
        if (attempt > 1) throw new ServiceTokenMissing('the device cloud does not take the token', { cause: error });
      }
    }
  };
}

/** @throws ServiceTokenMissing that names the fields that are wrong, and no value */
function readSettings(settings: unknown): ServiceClient {
  const read = v.safeParse(ServiceClient, settings);
  if (read.success) return read.output;
  const fields = read.issues.map((issue) => ['deviceCloudClient', v.getDotPath(issue)].filter(Boolean).join('.'));
  throw new ServiceTokenMissing(`the secrets are missing or wrong in: ${fields.join(', ')}`);
}

/** @throws ServiceTokenMissing */
async function tokenOf(client: ServiceClient, http: HttpClient): Promise<v.InferOutput<typeof Tokens>> {
  const basic = [client.clientId, client.clientSecret].map(encodeURIComponent).join(':'); // RFC 6749 section 2.3.1
  const headers = {
    Accept: 'application/json',
    Authorization: `Basic ${Buffer.from(basic).toString('base64')}`,
    'Content-Type': 'application/x-www-form-urlencoded',
  };
  const form = { grant_type: 'client_credentials', ...(client.scope !== undefined && { scope: client.scope }) };
  const body = new URLSearchParams(form).toString();
  const signal = AbortSignal.timeout(2 * TIMEOUT_MS);
  const request = { method: 'POST', url: client.tokenUrl, headers, body, signal } as const;
  const answer = await sendWithRetry(http, request, true).catch((cause: unknown) => {
    throw new ServiceTokenMissing('the token endpoint does not answer', { cause });
  });
  const answered = parseJson(answer.text);
  const tokens = v.safeParse(Tokens, answered);
  if (answer.status === 200 && tokens.success) return tokens.output;
  const code = v.is(Refusal, answered) ? ` ${answered.error}` : '';
  throw new ServiceTokenMissing(`the token endpoint answered ${answer.status}${code}`);
}
