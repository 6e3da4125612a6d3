import { accountOf } from '../domain/account-of.ts';
import type { AuthenticatedClient } from './client-auth.ts';
import { clientOf, readClientForm, required, type TokenRequest } from './client-request.ts';
import { exchangeCode } from './code-exchange.ts';
import { ClientMismatch, errorResponse, OAuthError } from './errors.ts';
import { gapHours, storeUse } from './link-use.ts';
import { LinkMissing } from './links.ts';
import type { LinkingPorts } from './ports.ts';
import type { Parameters } from './request.ts';
import { nextGeneration } from './rotation.ts';
import { type Arrival, inRequestTime } from './time-limit.ts';
import { tokenAnswer } from './token-answer.ts';
import { openRefreshToken } from './tokens.ts';

/** The token endpoint (RFC 6749 section 3.2): JSON in every case, and no call to the device cloud. */
export async function answerToken(arrival: Arrival, ports: LinkingPorts): Promise<Response> {
  const asked: TokenRequest = {};
  try {
    return await inRequestTime(arrival, ports, (inTime, signal) => grantToken(arrival, inTime, signal, asked));
  } catch (error) {
    const { noteRefusal } = await import('./refusals.ts');
    await noteRefusal(asked, error, arrival, ports);
    return errorResponse(error, 'token', ports.log);
  }
}

async function grantToken(
  arrival: Arrival,
  ports: LinkingPorts,
  signal: AbortSignal,
  asked: TokenRequest,
): Promise<Response> {
  const form = await readClientForm(arrival.request);
  asked.form = form;
  const by = await clientOf(arrival.request, form, ports);
  asked.by = by;
  switch (required(form, 'grant_type')) {
    case 'authorization_code':
      return await exchangeCode(form, by, arrival, ports, signal);
    case 'refresh_token':
      return await refresh(form, by, arrival, ports);
    default:
      throw new OAuthError('unsupported_grant_type', 'authorization_code and refresh_token are answered here');
  }
}

/**
 * Two reads. Unless refresh tokens rotate, the only write is the day of the last use, which nothing depends on: a refresh cannot be half
 * done.
 */
async function refresh(
  form: Parameters,
  by: AuthenticatedClient,
  arrival: Arrival,
  ports: LinkingPorts,
): Promise<Response> {
  const token = openRefreshToken(required(form, 'refresh_token'), ports.tokenMac);
  if (!token) throw new OAuthError('invalid_grant', 'no refresh token of ours');
  const link = await ports.links.get(token.linkId);
  if (!link) throw new LinkMissing(token.linkId);
  if (link.state === 'ended') throw new OAuthError('invalid_grant', 'the link was ended');
  if (link.clientId !== by.client.id) throw new ClientMismatch(link.id, link.clientId, by.client.id);
  const scope = narrowed(link.scope, form.get('scope'));
  const account = await accountOf(link.accountId, ports);
  const { generation, link: standing } = by.client.rotates
    ? await nextGeneration(link, token.generation, ports)
    : { generation: token.generation, link };
  const answer = await tokenAnswer(link, account, generation, scope, ports);
  const stored = (await storeUse(standing, arrival, ports)) ?? standing;
  ports.log.info('refreshed', {
    link: link.id,
    account: account.id,
    client: link.clientId,
    secret: by.secretIndex,
    key: token.keyId,
    gapHours: gapHours(link, stored),
  });
  return answer;
}

/** The scope of one access token: the link's, or less if the request says so (RFC 6749 section 6). The link keeps its scope. */
function narrowed(granted: string, asked: string | undefined): string {
  if (asked === undefined) return granted;
  const all = granted.split(' ');
  const wanted = asked.split(' ').filter((scope) => scope !== '');
  if (wanted.length === 0 || !wanted.every((scope) => all.includes(scope))) {
    throw new OAuthError('invalid_scope', 'more was asked for than was granted');
  }
  return all.filter((scope) => wanted.includes(scope)).join(' ');
}
