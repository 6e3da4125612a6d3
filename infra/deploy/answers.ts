import * as v from 'valibot';
import { parseJson } from '../../lambda/basics/json.ts';

const TIMEOUT_MS = 10_000;

/** Our metadata (RFC 8414), or our refusal of it at an origin that the function does not know yet. */
const Ours = v.union([v.looseObject({ issuer: v.string() }), v.object({ error: v.literal('not_found') })]);

/**
 * Whether account linking answers at an origin: name, certificate, API and function work together.
 * @param instead where to ask instead of the origin itself, with it as the query parameter `origin`; emulators have no DNS
 */
export async function answersAt(origin: string, instead?: string): Promise<boolean> {
  const address = instead
    ? `${instead}?origin=${encodeURIComponent(origin)}`
    : `${origin}/.well-known/oauth-authorization-server`;
  try {
    const answer = await fetch(address, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
    return v.is(Ours, parseJson(await answer.text()));
  } catch {
    return false; // no such name yet, no certificate, no answer
  }
}
