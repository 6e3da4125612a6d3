import type { Account } from '../ports/account-store.ts';
import type { Link } from '../ports/link-store.ts';
import { jsonResponse } from './errors.ts';
import type { LinkingPorts } from './ports.ts';
import { ACCESS_TOKEN_SECONDS, refreshToken } from './tokens.ts';

/** The answer of the token endpoint (RFC 6749 section 5.1), with a new access token. */
export async function tokenAnswer(
  link: Link,
  account: Account,
  generation: number,
  scope: string,
  ports: LinkingPorts,
): Promise<Response> {
  const bearer = { accountId: account.id, linkId: link.id, session: account.session };
  // Alexa once stopped refreshing after an answer without expires_in, so every answer has all fields.
  return jsonResponse(200, {
    access_token: await ports.bearers.issue(bearer, ACCESS_TOKEN_SECONDS, ports.clock.now()),
    token_type: 'Bearer',
    expires_in: ACCESS_TOKEN_SECONDS,
    refresh_token: refreshToken(link.id, generation, ports.tokenMac),
    scope,
  });
}
