/** The link of our own: made once, refreshed every hour over our public address as Alexa would, and never made again by itself. */
import type { AccountStore } from '../ports/account-store.ts';
import { CANARY_ACCOUNT, type Canary, type CanaryStore } from '../ports/canary-store.ts';
import type { Clock } from '../ports/clock.ts';
import type { LinkStore } from '../ports/link-store.ts';
import type { Log } from '../ports/log.ts';
import type { OwnAddress } from '../ports/own-address.ts';
import type { LinkingClient } from '../ports/secrets.ts';
import type { TokenMac } from '../ports/token-mac.ts';
import { isOpen } from './client-auth.ts';
import { newCode, newLinkId, refreshToken } from './tokens.ts';

export interface CanaryPorts {
  readonly canary: CanaryStore;
  readonly accounts: Pick<AccountStore, 'put'>;
  readonly links: Pick<LinkStore, 'create'>;
  readonly clients: () => Promise<readonly LinkingClient[]>;
  readonly tokenMac: TokenMac;
  readonly ownAddress: OwnAddress;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Refreshes it, and says in the log what came of that. Where there is none, it is made: that is the first run of a deployment, and its line
 * says so.
 * @throws StoreUnavailable
 */
export async function checkCanary(ports: CanaryPorts, signal: AbortSignal): Promise<void> {
  const { canary, ownAddress, clock, log } = ports;
  const standing = (await canary.get()) ?? (await make(ports));
  if (!standing) return;
  const state = await ownAddress.refresh(standing.refreshToken, signal);
  await canary.note(standing, { at: clock.now().toISOString(), state });
  const fields = { link: standing.linkId, madeAt: standing.madeAt };
  if (state === 'refreshed') log.info('canary-refreshed', fields);
  else if (state === 'refused') log.error('canary-refused', fields);
  else log.error('canary-not-answered', fields);
}

/** @returns nothing where another run was first */
async function make({
  canary,
  accounts,
  links,
  clients,
  tokenMac,
  clock,
  log,
}: CanaryPorts): Promise<Canary | undefined> {
  const client = (await clients()).find(isOpen);
  if (!client) return undefined;
  const linkId = newLinkId();
  const madeAt = clock.now().toISOString();
  const made = { linkId, madeAt, refreshToken: refreshToken(linkId, 0, tokenMac) };
  // The row of the canary comes first: of two runs only one makes the rest.
  if (!(await canary.create(made))) return undefined;
  // Nobody signs in: nothing but the token endpoint ever reads this account.
  const session = { accountId: CANARY_ACCOUNT, expiresAt: madeAt, credential: 'none' };
  const account = { id: CANARY_ACCOUNT, maskedEmail: 'canary', session, signIns: [], state: 'healthy' } as const;
  await accounts.put({ ...account, nextCheckAt: '9999-12-31T00:00:00.000Z' });
  const [redirectUri = ''] = client.redirectUris;
  const code = { hash: newCode(linkId).hash, redirectUri, expiresAt: madeAt };
  const link = { id: linkId, accountId: CANARY_ACCOUNT, clientId: client.id, scope: 'lamps', code, createdAt: madeAt };
  await links.create({ ...link, state: 'live' });
  log.warn('canary-made', { link: linkId });
  return { ...made, version: 1 };
}
