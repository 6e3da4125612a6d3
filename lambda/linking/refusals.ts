/** Notes on its link that a request for tokens was refused. A request that anybody could have sent leaves no note. */
import { asError } from '../basics/as-error.ts';
import { endOfId } from '../basics/end-of-id.ts';
import { withDeadline } from '../domain/deadline.ts';
import { DeadlineExceeded, isSkillError, SealingKeyMissing } from '../ports/errors.ts';
import type { Link, LinkRefusal } from '../ports/link-store.ts';
import { type AuthenticatedClient, presentedId } from './client-auth.ts';
import type { TokenRequest } from './client-request.ts';
import { OAuthError } from './errors.ts';
import { sameSecret } from './hash.ts';
import type { LinkingPorts } from './ports.ts';
import type { Parameters } from './request.ts';
import type { Arrival } from './time-limit.ts';
import { codeHash, linkIdOfCode, linkIdOfRefreshToken, openRefreshToken } from './tokens.ts';

/** Longest time that the answer waits for the note: with the 4 s of a request it comes within the 4.5 s that Alexa waits. */
const NOTE_MS = 300;
const HOUR_MS = 3_600_000;

/** Never throws: the answer is more important. One write per link and hour at most. */
export async function noteRefusal(
  asked: TokenRequest,
  error: unknown,
  arrival: Arrival,
  ports: LinkingPorts,
): Promise<void> {
  const { form, by } = asked;
  const named = form && linkNamed(form, by, ports);
  // Where our own failure keeps a refresh from its answer, Alexa keeps the link and tries again.
  if (!form || !named || (named.request === 'refresh' && !(error instanceof OAuthError))) return;
  try {
    await withDeadline(NOTE_MS, ports, async (signal, { links, clock }) => {
      const link = await links.get(named.linkId);
      if (!link || !isOfLink(link, named, by)) return;
      const refusal = refusalOf(link, named.request, error, { arrival, form, now: clock.now() });
      if (!isNoted(link, refusal)) await links.replace(link, { ...link, refusal }, signal);
    });
  } catch (failure) {
    const fields = { link: named.linkId, error: asError(failure) };
    if (isSkillError(failure)) ports.log.warn('refusal-not-noted', fields);
    else ports.log.error('refusal-not-noted', fields);
  }
}

interface Named {
  readonly request: LinkRefusal['request'];
  readonly linkId: string;
  /** Of an exchange. */
  readonly code?: string;
  /** The token is surely ours. */
  readonly isGenuine?: boolean;
}

/** @param by without it only a genuine token counts, and of a code whether it is the link's is seen later */
function linkNamed(
  form: Parameters,
  by: AuthenticatedClient | undefined,
  { tokenMac }: LinkingPorts,
): Named | undefined {
  const token = form.get('refresh_token');
  const code = form.get('code');
  if (token === undefined) {
    const linkId = code === undefined ? undefined : linkIdOfCode(code);
    return code !== undefined && linkId !== undefined ? { request: 'exchange', linkId, code } : undefined;
  }
  const isGenuine = isOurs(token, tokenMac);
  const linkId = isGenuine || by ? linkIdOfRefreshToken(token) : undefined;
  return linkId === undefined ? undefined : { request: 'refresh', linkId, isGenuine };
}

function isOurs(token: string, tokenMac: LinkingPorts['tokenMac']): boolean {
  try {
    return openRefreshToken(token, tokenMac) !== undefined;
  } catch (error) {
    if (error instanceof SealingKeyMissing) return false;
    throw error;
  }
}

/** Whether the request is of the link's own client, and may still bring tokens. */
function isOfLink(link: Link, { request, code, isGenuine }: Named, by: AuthenticatedClient | undefined): boolean {
  if (request === 'refresh') return link.state === 'live' && (isGenuine || by?.client.id === link.clientId);
  const isUnanswered = link.state === 'pending' || (link.state === 'live' && link.exchange !== undefined);
  return isUnanswered && code !== undefined && sameSecret(codeHash(code), link.code.hash);
}

interface Circumstances {
  readonly arrival: Arrival;
  readonly form: Parameters;
  readonly now: Date;
}

function refusalOf(
  { clientId }: Link,
  request: LinkRefusal['request'],
  error: unknown,
  { arrival, form, now }: Circumstances,
): LinkRefusal {
  const at = now.toISOString();
  if (error instanceof OAuthError) {
    const { code, message: reason } = error;
    const presented = code === 'invalid_client' ? presentedId(arrival.request, form) : undefined;
    const isOther = presented !== undefined && presented !== clientId;
    return { at, request, error: code, reason, ...(isOther && { clientId: endOfId(presented) }) };
  }
  if (error instanceof DeadlineExceeded)
    return { at, request, error: 'late', ms: now.getTime() - arrival.at.getTime() };
  return { at, request, error: isSkillError(error) ? 'temporarily_unavailable' : 'server_error' };
}

const isNoted = ({ refusal }: Link, { request, error, at }: LinkRefusal): boolean =>
  refusal?.request === request &&
  refusal.error === error &&
  Math.abs(Date.parse(at) - Date.parse(refusal.at)) < HOUR_MS;
