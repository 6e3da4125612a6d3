import type { LinkingClient } from '../ports/secrets.ts';
import { OAuthError } from './errors.ts';
import { PageRefusal, type RefusalKind } from './page-refusal.ts';
import type { LinkingPorts } from './ports.ts';

/** Refusals that a client, secret or redirect URI causes which was added after this function had started. */
const MAY_BE_OUTDATED: ReadonlySet<RefusalKind> = new Set(['unknown-client', 'unknown-redirect', 'retired-client']);

/**
 * Runs `work` with the registered clients. When it refuses one, the registry is fetched again and `work` is run once more.
 * @throws StoreUnavailable when the registry cannot be fetched: then it is not known whether the client is wrong. And whatever `work` throws
 */
export async function withClients<T>(
  { clients, newerClients }: Pick<LinkingPorts, 'clients' | 'newerClients'>,
  work: (clients: readonly LinkingClient[]) => T,
): Promise<T> {
  const registered = await clients();
  try {
    return work(registered);
  } catch (error) {
    if (!newerClients || !isRefused(error, registered)) throw error;
    const newer = await newerClients();
    if (newer === registered) throw error;
    return work(newer);
  }
}

const isRefused = (error: unknown, registered: readonly LinkingClient[]): boolean =>
  registered.length === 0 ||
  (error instanceof OAuthError && error.code === 'invalid_client') ||
  (error instanceof PageRefusal && MAY_BE_OUTDATED.has(error.kind));
