import { type AuthenticatedClient, authenticateClient } from './client-auth.ts';
import { withClients } from './clients.ts';
import { OAuthError } from './errors.ts';
import type { LinkingPorts } from './ports.ts';
import { type Parameters, parseParameters, readForm } from './request.ts';

/** What is known of a request once it was read, and of its client once that was authenticated. */
export interface TokenRequest {
  form?: Parameters;
  by?: AuthenticatedClient;
}

/** Parameters that must not be in a URL, where proxies would log them. */
const SECRET_PARAMETERS = ['client_id', 'client_secret', 'code', 'code_verifier', 'refresh_token', 'grant_type'];

/**
 * Reads a request to the token or revocation endpoint: a posted form.
 * @throws OAuthError
 */
export async function readClientForm(request: Request): Promise<Parameters> {
  if (request.method !== 'POST') throw new OAuthError('invalid_request', 'only POST is answered here', 405);
  const query = parseParameters(new URL(request.url).search.slice(1));
  if ([...SECRET_PARAMETERS, 'token'].some((name) => query.bytes(name))) {
    throw new OAuthError('invalid_request', 'parameters belong into the body, not into the URL');
  }
  return await readForm(request);
}

/** Who has sent it. @throws OAuthError */
export const clientOf = (request: Request, form: Parameters, ports: LinkingPorts): Promise<AuthenticatedClient> =>
  withClients(ports, (clients) => {
    if (clients.length === 0) throw new Error('no client is registered'); // our own mistake: never `invalid_client`
    return authenticateClient(request, form, clients);
  });

/** @throws OAuthError `invalid_request` */
export function required(form: Parameters, name: string): string {
  const value = form.get(name);
  if (value === undefined) throw new OAuthError('invalid_request', `${name} is missing`);
  return value;
}
