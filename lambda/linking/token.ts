import { withDeadline } from '../domain/deadline.ts';
import { endLink } from '../domain/links.ts';
import type { Account } from '../ports/account-store.ts';
import { AccountMissing } from '../ports/errors.ts';
import type { Link } from '../ports/link-store.ts';
import { type AuthenticatedClient, authenticateClient } from './client-auth.ts';
import { ClientMismatch, errorResponse, jsonResponse, OAuthError } from './errors.ts';
import { sameSecret } from './hash.ts';
import { LinkMissing } from './links.ts';
import { checkVerifier } from './pkce.ts';
import type { LinkingPorts } from './ports.ts';
import { type Parameters, parseParameters, readForm } from './request.ts';
import { nextGeneration } from './rotation.ts';
import { ACCESS_TOKEN_SECONDS, codeHash, linkIdOfCode, openRefreshToken, refreshToken } from './tokens.ts';

/** Alexa waits 4.5 s for the answer (Amazon: configure an authorization code grant); half a second is the network's. */
const DEADLINE_MS = 4_000;

/** What never belongs into a URL, where it would be logged on the way. */
const SECRET_PARAMETERS = ['client_id', 'client_secret', 'code', 'code_verifier', 'refresh_token', 'grant_type'];

/** The token endpoint (RFC 6749 section 3.2): JSON in every case, and no call to the device cloud. */
export async function answerToken(request: Request, ports: LinkingPorts): Promise<Response> {
  try {
    return await withDeadline(DEADLINE_MS, ports, (_, observed) => grantToken(request, observed));
  } catch (error) {
    return errorResponse(error, 'token', ports.log);
  }
}

/**
 * What the token and the revocation endpoint take: a posted form of an authenticated client.
 * @throws OAuthError
 */
export async function readClientRequest(
  request: Request,
  ports: LinkingPorts,
): Promise<{ form: Parameters; by: AuthenticatedClient }> {
  if (request.method !== 'POST') throw new OAuthError('invalid_request', 'only POST is answered here', 405);
  const query = parseParameters(new URL(request.url).search.slice(1));
  if ([...SECRET_PARAMETERS, 'token'].some((name) => query.bytes(name))) {
    throw new OAuthError('invalid_request', 'parameters belong into the body, not into the URL');
  }
  const form = await readForm(request);
  const clients = await ports.clients();
  if (clients.length === 0) throw new Error('no client is registered'); // a mistake of ours, of which no client must hear
  return { form, by: authenticateClient(request, form, clients) };
}

async function grantToken(request: Request, ports: LinkingPorts): Promise<Response> {
  const { form, by } = await readClientRequest(request, ports);
  switch (required(form, 'grant_type')) {
    case 'authorization_code':
      return await exchangeCode(form, by, ports);
    case 'refresh_token':
      return await refresh(form, by, ports);
    default:
      throw new OAuthError('unsupported_grant_type', 'authorization_code and refresh_token are answered here');
  }
}

function required(form: Parameters, name: string): string {
  const value = form.get(name);
  if (value === undefined) throw new OAuthError('invalid_request', `${name} is missing`);
  return value;
}

/** The code is spent by the last step, one conditional write, so whatever is wrong or fails before leaves it good. */
async function exchangeCode(form: Parameters, by: AuthenticatedClient, ports: LinkingPorts): Promise<Response> {
  const code = required(form, 'code');
  const redirectUri = required(form, 'redirect_uri');
  if (!by.mayLink) throw new OAuthError('unauthorized_client', 'this client or secret makes no new links');
  const linkId = linkIdOfCode(code);
  if (!linkId) throw new OAuthError('invalid_grant', 'no code of ours');
  for (;;) {
    const link = await ports.links.get(linkId);
    if (!link) throw new LinkMissing(linkId);
    if (!sameSecret(codeHash(code), link.code.hash)) throw new OAuthError('invalid_grant', 'no code of ours');
    if (link.clientId !== by.client.id) throw new OAuthError('invalid_grant', 'the code is for another client');
    if (link.code.redirectUri !== redirectUri)
      throw new OAuthError('invalid_grant', 'the code is for another redirect_uri');
    checkVerifier(link.code.challenge, form.get('code_verifier'));
    if (link.state !== 'pending') return await refuseReplay(link, ports);
    if (Date.parse(link.code.expiresAt) <= ports.clock.now().getTime()) {
      throw new OAuthError('invalid_grant', 'the code is too old');
    }
    const account = await accountOf(link, ports);
    const answer = await tokenAnswer(link, account, 0, link.scope, ports);
    const live = await ports.links.replace(link, { ...link, state: 'live' });
    if (!live) continue; // somebody was first: what they made of the row decides
    ports.log.info('linked', { link: link.id, account: account.id, client: link.clientId, secret: by.secretIndex });
    return answer;
  }
}

/** A code that comes twice has been stolen or sent by mistake; what the first use issued ends (RFC 6749 section 4.1.2). */
async function refuseReplay(link: Link, ports: LinkingPorts): Promise<never> {
  if (link.state === 'live') {
    ports.log.error('code-replayed', { link: link.id, account: link.accountId, client: link.clientId });
  }
  await endLink(link, 'code-replayed', ports);
  throw new OAuthError('invalid_grant', 'the code was used before');
}

/** Two reads and, unless refresh tokens rotate, no write: nothing here can come half done. */
async function refresh(form: Parameters, by: AuthenticatedClient, ports: LinkingPorts): Promise<Response> {
  const token = openRefreshToken(required(form, 'refresh_token'), ports.tokenMac);
  if (!token) throw new OAuthError('invalid_grant', 'no refresh token of ours');
  const link = await ports.links.get(token.linkId);
  if (!link) throw new LinkMissing(token.linkId);
  if (link.state === 'ended') throw new OAuthError('invalid_grant', 'the link was ended');
  if (link.clientId !== by.client.id) throw new ClientMismatch(link.id, link.clientId, by.client.id);
  const scope = narrowed(link.scope, form.get('scope'));
  const account = await accountOf(link, ports);
  const generation = by.client.rotates ? await nextGeneration(link, token.generation, ports) : token.generation;
  const answer = await tokenAnswer(link, account, generation, scope, ports);
  ports.log.info('refreshed', {
    link: link.id,
    account: account.id,
    client: link.clientId,
    secret: by.secretIndex,
    key: token.keyId,
  });
  return answer;
}

/** The scope of one access token: the link's, or less if asked for (RFC 6749 section 6). The link keeps its own. */
function narrowed(granted: string, asked: string | undefined): string {
  if (asked === undefined) return granted;
  const all = granted.split(' ');
  const wanted = asked.split(' ').filter((scope) => scope !== '');
  if (wanted.length === 0 || !wanted.every((scope) => all.includes(scope))) {
    throw new OAuthError('invalid_scope', 'more was asked for than was granted');
  }
  return all.filter((scope) => wanted.includes(scope)).join(' ');
}

async function accountOf(link: Link, ports: LinkingPorts): Promise<Account> {
  const account = await ports.accounts.get(link.accountId);
  if (!account) throw new AccountMissing(`no row for account ${link.accountId} of link ${link.id}`);
  return account;
}

async function tokenAnswer(
  link: Link,
  account: Account,
  generation: number,
  scope: string,
  ports: LinkingPorts,
): Promise<Response> {
  const bearer = { accountId: account.id, linkId: link.id, session: account.session };
  // Alexa once stopped refreshing for good over an answer without expires_in, so both answers carry everything.
  return jsonResponse(200, {
    access_token: await ports.bearers.issue(bearer, ACCESS_TOKEN_SECONDS, ports.clock.now()),
    token_type: 'Bearer',
    expires_in: ACCESS_TOKEN_SECONDS,
    refresh_token: refreshToken(link.id, generation, ports.tokenMac),
    scope,
  });
}
