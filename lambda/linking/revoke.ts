import { endLink } from '../domain/links.ts';
import { BearerExpired, BearerInvalid } from '../ports/errors.ts';
import { clientOf, readClientForm } from './client-request.ts';
import { errorResponse, jsonResponse, OAuthError } from './errors.ts';
import { LinkMissing } from './links.ts';
import type { LinkingPorts } from './ports.ts';
import { type Arrival, inRequestTime } from './time-limit.ts';
import { openRefreshToken } from './tokens.ts';

/**
 * The revocation endpoint (RFC 7009). Either token ends the whole link. An unknown token is answered with 200: it does not work either
 * way.
 */
export async function answerRevoke(arrival: Arrival, ports: LinkingPorts): Promise<Response> {
  try {
    return await inRequestTime(arrival, ports, (inTime) => revoke(arrival.request, inTime));
  } catch (error) {
    return errorResponse(error, 'revocation', ports.log);
  }
}

async function revoke(request: Request, ports: LinkingPorts): Promise<Response> {
  const form = await readClientForm(request);
  const by = await clientOf(request, form, ports);
  const token = form.get('token');
  if (token === undefined) throw new OAuthError('invalid_request', 'token is missing');
  const linkId = openRefreshToken(token, ports.tokenMac)?.linkId ?? (await linkOfAccessToken(token, ports));
  if (linkId === undefined) return jsonResponse(200, {});
  const link = await ports.links.get(linkId);
  if (!link) throw new LinkMissing(linkId);
  if (link.clientId !== by.client.id) throw new OAuthError('invalid_grant', 'the token is for another client');
  await endLink(link, 'revoked', ports);
  ports.log.info('link-revoked', { link: link.id, account: link.accountId, client: link.clientId });
  return jsonResponse(200, {});
}

async function linkOfAccessToken(token: string, { bearers, clock }: LinkingPorts): Promise<string | undefined> {
  try {
    return (await bearers.open(token, clock.now())).linkId;
  } catch (error) {
    if (error instanceof BearerInvalid || error instanceof BearerExpired) return undefined;
    throw error;
  }
}
