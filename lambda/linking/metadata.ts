import { jsonResponse } from './errors.ts';
import type { LinkingPorts } from './ports.ts';

/** Authorization server metadata (RFC 8414) for the requested origin, if it is one of ours. */
export function answerMetadata(request: Request, { publicUrls }: LinkingPorts): Response {
  const { origin } = new URL(request.url);
  if (!publicUrls.some((url) => new URL(url).origin === origin)) return jsonResponse(404, { error: 'not_found' });
  const clientAuthentication = ['client_secret_basic', 'client_secret_post'];
  return jsonResponse(200, {
    issuer: origin,
    authorization_endpoint: `${origin}/authorize`,
    token_endpoint: `${origin}/token`,
    revocation_endpoint: `${origin}/revoke`,
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_methods_supported: clientAuthentication,
    revocation_endpoint_auth_methods_supported: clientAuthentication,
    code_challenge_methods_supported: ['S256'],
  });
}
