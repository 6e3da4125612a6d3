import { accountOf } from '../domain/account-of.ts';
import { withDeadline } from '../domain/deadline.ts';
import { endLink } from '../domain/links.ts';
import { isSkillError } from '../ports/errors.ts';
import type { Link } from '../ports/link-store.ts';
import type { AuthenticatedClient } from './client-auth.ts';
import { required } from './client-request.ts';
import { OAuthError } from './errors.ts';
import { sameSecret } from './hash.ts';
import { LinkMissing } from './links.ts';
import { checkVerifier } from './pkce.ts';
import type { LinkingPorts } from './ports.ts';
import type { Parameters } from './request.ts';
import { type Arrival, timeLeftMs } from './time-limit.ts';
import { tokenAnswer } from './token-answer.ts';
import { codeHash, linkIdOfCode } from './tokens.ts';

/** An exchange that is younger may still be answered by another request. */
const IN_PROGRESS_MS = 4_500;
/** How long a repeated exchange waits for the first one to say that it was answered. */
const WAIT_FOR_FIRST_MS = 2_500;
const LOOK_AGAIN_MS = 100;
/** Kept of the request's time for the answer itself. */
const ANSWER_MS = 300;

/**
 * Exchanges an authorization code (RFC 6749 section 4.1.3). One conditional write spends the code, after everything that can be wrong was
 * checked. A second write notes that the answer was given. Where it is missing (the table lost the first write's answer, or our time was
 * over), the same client may repeat the exchange until the code expires, and gets the tokens of the same link.
 * @throws OAuthError, StoreUnavailable, AccountMissing
 */
export async function exchangeCode(
  form: Parameters,
  by: AuthenticatedClient,
  arrival: Arrival,
  ports: LinkingPorts,
  signal: AbortSignal,
): Promise<Response> {
  for (;;) {
    const link = await linkOfCode(form, by, ports);
    if (link.state !== 'pending' && !mayRepeat(link)) return await refuseReplay(link, ports);
    if (mayBeInProgress(link, arrival, ports)) {
      await ports.clock.wait(LOOK_AGAIN_MS, signal);
      continue;
    }
    const now = ports.clock.now();
    if (Date.parse(link.code.expiresAt) <= now.getTime()) throw new OAuthError('invalid_grant', 'the code is too old');
    const account = await accountOf(link.accountId, ports);
    const answer = await tokenAnswer(link, account, 0, link.scope, ports);
    const spent = link.state === 'pending' ? await spendCode(link, now, ports, signal) : link;
    if (!spent) continue; // another request was first: what it wrote decides
    const noted = await storeAnswered(spent, arrival, ports);
    if (!noted && link.state !== 'pending') continue;
    const repeated = link.state !== 'pending';
    const { id, clientId: client } = link;
    ports.log.info('linked', {
      link: id,
      account: account.id,
      client,
      secret: by.secretIndex,
      ...(repeated && { repeated }),
    });
    return answer;
  }
}

/** The link of the code in this form. @throws OAuthError for whatever is wrong with it; LinkMissing */
async function linkOfCode(form: Parameters, by: AuthenticatedClient, { links }: LinkingPorts): Promise<Link> {
  const code = required(form, 'code');
  const redirectUri = required(form, 'redirect_uri');
  if (!by.mayLink) throw new OAuthError('unauthorized_client', 'this client or secret makes no new links');
  const linkId = linkIdOfCode(code);
  if (!linkId) throw new OAuthError('invalid_grant', 'no code of ours');
  const link = await links.get(linkId);
  if (!link) throw new LinkMissing(linkId);
  if (!sameSecret(codeHash(code), link.code.hash)) throw new OAuthError('invalid_grant', 'no code of ours');
  if (link.clientId !== by.client.id) throw new OAuthError('invalid_grant', 'the code is for another client');
  if (link.code.redirectUri !== redirectUri)
    throw new OAuthError('invalid_grant', 'the code is for another redirect_uri');
  // Alexa may send a verifier with a code of ours, whose challenge it has never seen (the console's PKCE switch is on). Such a code has gone
  // from us to Amazon's server alone, so nobody can have taken a challenge away.
  if (!link.minted) checkVerifier(link.code.challenge, form.get('code_verifier'));
  return link;
}

/** Whether the code was spent by an exchange whose tokens nobody has received, as far as we know. */
const mayRepeat = ({ state, exchange, rotation }: Link): boolean =>
  state === 'live' && exchange !== undefined && rotation === undefined;

function mayBeInProgress({ exchange }: Link, { at }: Arrival, { clock }: LinkingPorts): boolean {
  if (!exchange) return false;
  const now = clock.now().getTime();
  return now - Date.parse(exchange.at) < IN_PROGRESS_MS && now - at.getTime() < WAIT_FOR_FIRST_MS;
}

const spendCode = (link: Link, now: Date, { links }: LinkingPorts, signal: AbortSignal): Promise<Link | undefined> =>
  links.replace(link, { ...link, state: 'live', exchange: { state: 'unanswered', at: now.toISOString() } }, signal);

/**
 * Notes that the exchange is being answered. Where that cannot be written, the answer is given anyway, and the exchange may be
 * repeated.
 * @returns false when another request has written to the link meanwhile
 */
async function storeAnswered(link: Link, arrival: Arrival, ports: LinkingPorts): Promise<boolean> {
  const { exchange: _, refusal: __, ...answered } = link;
  const limitMs = timeLeftMs(arrival, ports) - ANSWER_MS;
  if (limitMs <= 0) return true;
  try {
    const written = await withDeadline(limitMs, ports, (signal, { links }) => links.replace(link, answered, signal));
    return written !== undefined;
  } catch (error) {
    if (!isSkillError(error)) throw error;
    ports.log.warn('exchange-not-noted-as-answered', { link: link.id, error });
    return true;
  }
}

/** A code that comes again was stolen or sent by mistake: the tokens of its first use end (RFC 6749 section 4.1.2). */
async function refuseReplay(link: Link, ports: LinkingPorts): Promise<never> {
  if (link.state === 'live') {
    ports.log.error('code-replayed', { link: link.id, account: link.accountId, client: link.clientId });
  }
  await endLink(link, 'code-replayed', ports);
  throw new OAuthError('invalid_grant', 'the code was used before');
}
