import { alexaEvidence } from '../lambda/domain/alexa-evidence.ts';
import type { Account } from '../lambda/ports/account-store.ts';
import type { Link } from '../lambda/ports/link-store.ts';
import type { DeskParts } from './desk-parts.ts';
import type { Lamps } from './lamps.ts';
import type { LocalSystem } from './local-system.ts';
import type { LinkState } from './page/protocol.ts';
import type { Place } from './places.ts';

/** What the table has of a link. */
export type StoredLink = Pick<LinkState, 'session' | 'evidence'>;

/** The link of the first account, as the table has it; the table may be away. */
export function watchLink(system: LocalSystem, lamps: Lamps, firstAccount: string | undefined, changed: () => void) {
  const { ports, clock } = system;
  let stored: StoredLink = {};
  return {
    current: () => stored,
    async refresh(): Promise<void> {
      try {
        await lamps.refresh();
        const id = firstAccount ?? (await ports.accounts.list())[0];
        const account = id === undefined ? undefined : await ports.accounts.get(id);
        const links = id === undefined ? [] : await ports.links.ofAccount(id);
        const session = account?.session.renewable === false ? undefined : account && toSession(account);
        // Where the maker's server makes the links, nothing is known of Alexa's half.
        const evidence = system.signInServer ? undefined : toEvidence(links, clock.now());
        stored = { ...(session && { session }), ...(evidence && { evidence }) };
      } catch {
        // The table is away; what was known stays on the page.
      }
      changed();
    },
  };
}

const toSession = (account: Account): NonNullable<LinkState['session']> => ({
  state: account.state,
  ...(account.state === 'needs-reauth' && { reason: account.reason }),
  endsAt: account.session.expiresAt,
  renewable: account.credentials !== undefined,
});

function toEvidence(links: readonly Link[], now: Date): NonNullable<LinkState['evidence']> {
  const evidence = alexaEvidence(links, now);
  const lastUsedAt = links
    .flatMap((link) => link.lastUsedAt ?? [])
    .sort()
    .at(-1);
  const asked = links.filter(({ state }) => state === 'live').findLast((link) => link.alexaStatus)?.alexaStatus;
  return {
    ...evidence,
    ...(lastUsedAt !== undefined && { lastUsedAt }),
    ...(asked && { amazonSays: { linked: asked.status === 'LINKED', at: asked.checkedAt } }),
  };
}

/** One sentence for each Alexa without tokens. No message shows it, because Alexa then sends none. */
export const letGo = (places: readonly Place[]): string[] =>
  places
    .filter(({ amazonCustomer: { account, customer } }) => !account.linked || !customer.linked)
    .map(({ name }) => `${name === undefined ? '' : `${name}: `}Alexa has no tokens of the link, so it sends nothing.`);

/** The page that shows how the lamps are, at the newest address of the linking server. */
export const lampsUrlOf = ({ environment }: Pick<LocalSystem, 'environment'>): string =>
  `${environment.PUBLIC_URLS?.split(',')[0]}/lamps`;

/** The link of the first place, as Alexa, Login with Amazon and our table have it. */
export function linkState({ places, real, owner, system }: DeskParts, stored: StoredLink): LinkState {
  const first = places[0]?.amazonCustomer;
  if (!first) throw new Error('the desk has no account');
  const { account, customer } = first;
  return {
    linked: account.linked && customer.linked,
    startUrl: account.startUrl,
    lampsUrl: lampsUrlOf(system),
    ...(account.linkedAt && { since: account.linkedAt.toISOString() }),
    refreshes: account.refreshes,
    refused: account.refused,
    mayReport: customer.granted,
    ...stored,
    ...(!real && { hint: { ...owner.credentials, ...(owner.code !== undefined && { code: owner.code }) } }),
  };
}
