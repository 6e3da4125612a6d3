import type { LinkingClient } from '../ports/secrets.ts';
import { OAuthError } from './errors.ts';
import { sameSecret } from './hash.ts';
import type { Parameters } from './request.ts';

export interface AuthenticatedClient {
  readonly client: LinkingClient;
  /** false: the client or the secret is retired. Its links keep working; no new links are made. */
  readonly mayLink: boolean;
  /** Index of the secret that was used: the log shows when an old one is no longer in use. */
  readonly secretIndex: number;
}

/** Whether new links may be made for the client. */
export const isOpen = (client: LinkingClient): boolean =>
  !client.retired && client.secrets.some(({ retired }) => !retired);

interface Presented {
  readonly id: string;
  readonly secret: string;
}

/**
 * Authenticates the client (RFC 6749 section 2.3.1), by HTTP Basic or in the body, never both. Compares every secret of every client,
 * so that the time does not depend on which one matches.
 * @throws OAuthError `invalid_client`, `invalid_request`
 */
export function authenticateClient(
  request: Request,
  form: Parameters,
  clients: readonly LinkingClient[],
): AuthenticatedClient {
  const presented = presentedBy(request, form);
  const found = clients.flatMap((client) =>
    client.secrets.flatMap(({ secret, retired }, secretIndex) => {
      const right = presented.filter((pair) => sameSecret(pair.secret, secret) && pair.id === client.id).length > 0;
      return right ? [{ client, secretIndex, mayLink: !retired && !client.retired }] : [];
    }),
  );
  const best = found.find(({ mayLink }) => mayLink) ?? found[0];
  if (!best) throw new OAuthError('invalid_client', 'unknown client, or wrong secret');
  return best;
}

/** The client id that a request presents, whoever it is. */
export const presentedId = (request: Request, form: Parameters): string | undefined => {
  const header = request.headers.get('authorization');
  return form.get('client_id') ?? (header === null ? undefined : basicPairs(header)[0]?.id);
};

/** The pairs that a request may mean. Some clients form-encode the two parts of Basic and some do not, so both readings are tried. */
function presentedBy(request: Request, form: Parameters): Presented[] {
  const header = request.headers.get('authorization');
  const id = form.get('client_id');
  const secret = form.get('client_secret');
  if (header === null) return id !== undefined && secret !== undefined ? [{ id, secret }] : [];
  if (secret !== undefined) throw new OAuthError('invalid_request', 'the client authenticates in two ways at once');
  const pairs = basicPairs(header);
  if (id !== undefined && pairs.length > 0 && !pairs.some((pair) => pair.id === id)) {
    throw new OAuthError('invalid_request', 'client_id is not that of the Authorization header');
  }
  return pairs;
}

function basicPairs(header: string): Presented[] {
  const [, encoded] = /^basic +([A-Za-z0-9+/=_-]+) *$/i.exec(header) ?? [];
  if (!encoded) return [];
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const at = text.indexOf(':');
  if (at < 0) return [];
  const asSent = { id: text.slice(0, at), secret: text.slice(at + 1) };
  return [asSent, { id: formDecoded(asSent.id), secret: formDecoded(asSent.secret) }];
}

function formDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
