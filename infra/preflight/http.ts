import { BOGUS_REFRESH_TOKEN } from '../../lambda/adapters/own-address/own-address.ts';
import { parseJson } from '../../lambda/basics/json.ts';
import type { Clock } from '../../lambda/ports/clock.ts';
import type { Target } from './target.ts';

// Requests to a sign-in server as Alexa makes them.

/** The longest wait, whatever the target's clock says. */
const TIMEOUT_MS = 15_000;

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly headers: Headers;
  readonly text: string;
  /** The body, if it is JSON. */
  readonly json: Readonly<Record<string, unknown>> | undefined;
  /** By the target's clock. */
  readonly ms: number;
}

/** @throws an Error with one sentence when there is no answer */
export async function ask(target: { readonly clock: Clock }, url: string, init: RequestInit = {}): Promise<Answer> {
  const began = target.clock.now().getTime();
  try {
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS), ...init });
    const text = await response.text();
    const ms = target.clock.now().getTime() - began;
    const type = (response.headers.get('content-type') ?? 'none').split(';')[0]?.trim().toLowerCase() ?? '';
    return { status: response.status, type, headers: response.headers, text, json: toObject(text), ms };
  } catch (error) {
    const reason = error instanceof Error && error.cause instanceof Error ? error.cause.message : 'no answer';
    throw new Error(`${new URL(url).origin} does not answer (${reason})`);
  }
}

/** A request to the token endpoint as Alexa makes it, with HTTP Basic. */
export async function askForToken(
  target: Target,
  form: Readonly<Record<string, string>>,
  options: { readonly path?: string; readonly clientSecret?: string } = {},
): Promise<Answer> {
  const { tokenUrl, clientId, clientSecret } = await target.accountLinking();
  const basic = Buffer.from(`${clientId}:${options.clientSecret ?? clientSecret}`).toString('base64');
  return await ask(target, options.path ? new URL(options.path, tokenUrl).href : tokenUrl, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/x-www-form-urlencoded;charset=UTF-8',
      Authorization: `Basic ${basic}`,
    },
    body: new URLSearchParams(form).toString(),
  });
}

/** A token that no server has issued. */
export const BOGUS_REFRESH = { grant_type: 'refresh_token', refresh_token: BOGUS_REFRESH_TOKEN };

function toObject(text: string): Answer['json'] {
  const value = parseJson(text);
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
}
