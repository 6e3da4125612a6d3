import * as v from 'valibot';
import { type AdminApi, SettingsUnreadable } from './admin-api.ts';

/** What reads the settings: a token, or a client of the server with which one is fetched (RFC 6749 section 4.4). */
export type AdminCredential =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'client'; readonly clientId: string; readonly clientSecret: string };

const TokenAnswer = v.object({ access_token: v.pipe(v.string(), v.minLength(1)) });

export interface TokenRequest {
  readonly tokenUrl: string;
  /** What the server wants beside the client: Auth0 `audience`, Entra `scope`. */
  readonly more?: Readonly<Record<string, string>>;
  /** What the client has to be, as a sentence about permissions names it. */
  readonly permission: string;
}

/** @returns a bearer token for the settings API. @throws SettingsUnreadable */
export async function adminToken(api: AdminApi, credential: AdminCredential, request: TokenRequest): Promise<string> {
  if (credential.kind === 'token') return credential.token;
  const { tokenUrl, more = {}, permission } = request;
  const { clientId, clientSecret } = credential;
  const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret, ...more };
  const { body } = await api
    .read(
      {
        url: tokenUrl,
        method: 'POST',
        headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams(form).toString(),
        what: 'a token for the settings',
        permission,
      },
      TokenAnswer,
    )
    .catch((error: unknown) => {
      // OAuth says 400 where the client is unknown to some servers; the sentence must not sound like a fault of the server.
      throw error instanceof SettingsUnreadable && / answers 400 /.test(error.message)
        ? new SettingsUnreadable(
            `${new URL(tokenUrl).origin} refuses the client ${clientId}: look at its id, its secret, and ${permission}`,
          )
        : error;
    });
  return body.access_token;
}
