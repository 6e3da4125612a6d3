import * as v from 'valibot';
import { accountIdOf, Issuer } from '../adapters/authorization-server/issuer.ts';
import { keySetFetcher } from '../adapters/authorization-server/keys.ts';
import { createOpener } from '../adapters/authorization-server/opener.ts';
import type { TokenNotices } from '../alexa/skill.ts';
import { asError } from '../basics/as-error.ts';
import { maskEmail } from '../linking/mask-email.ts';
import type { AccountStore } from '../ports/account-store.ts';
import type { Bearer, BearerIssuer, BearerOpener } from '../ports/bearer.ts';
import type { Clock } from '../ports/clock.ts';
import type { SessionsByToken } from '../ports/device-cloud.ts';
import type { Grant, GrantStore } from '../ports/grant-store.ts';
import type { KeySetStore } from '../ports/key-set-store.ts';
import type { Link, LinkStore } from '../ports/link-store.ts';
import type { Log } from '../ports/log.ts';
import type { Notices } from '../ports/notices.ts';
import type { Secrets } from '../ports/secrets.ts';
import { lazily, once } from './lazy.ts';

interface Stores {
  readonly accounts: AccountStore;
  readonly grants: GrantStore;
  readonly keySets: KeySetStore;
}

export interface PassthroughPorts {
  readonly byToken: SessionsByToken | undefined;
  readonly secrets: () => Promise<Secrets>;
  readonly stores: () => Promise<Stores>;
  readonly notices: () => Pick<Notices, 'tokenRefused' | 'clear'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** What is different where Alexa presents access tokens of the maker's own authorization server. */
export interface Passthrough extends BearerOpener, BearerIssuer, TokenNotices {
  /**
   * The accounts here that a device cloud's event may be of: it names an account by the value of the account claim, and not by its server.
   */
  accountIds(account: string): Promise<readonly string[]>;
  /**
   * Keeps an account whose token Alexa has just presented, so that it can be read without Alexa. Without a client of our own there is
   * nothing to read it with, and nothing is kept.
   * @throws StoreUnavailable
   */
  noteAccount(bearer: Bearer): Promise<void>;
  links(): Promise<LinkStore>;
  /** Stores the public keys of each authorization server, for functions that start while its address is away. Never throws. */
  renewKeySets(): Promise<void>;
}

/**
 * LINK_MODE=passthrough: Alexa presents access tokens of the maker's own authorization server, and the device cloud takes them as they are.
 * @throws an Error that names the variable or the fields of the secret entry that are wrong, and no value; from each method
 */
export function createPassthrough(ports: PassthroughPorts): Passthrough {
  const { secrets, stores, clock, byToken } = ports;
  const issuers = once(async () => readIssuers(await secrets()));
  const opener = once(async () => {
    if (!byToken) throw new Error('no device cloud takes the tokens');
    const storedKeys = async (url: string) => (await stores()).keySets.get(url);
    return createOpener({ issuers: await issuers(), clock, storedKeys, toSession: byToken.sessionOfToken });
  });
  /** Accounts of which this function has met a refused token. */
  const refused = new Set<string>();
  return {
    async tokenRefused(accountId) {
      refused.add(accountId);
      await ports.notices().tokenRefused(accountId);
    },
    async tokenTaken(accountId, usesTable) {
      // The function that met the refusals may be gone; the row of the notice is not.
      if (refused.delete(accountId) || usesTable) await ports.notices().clear(accountId, ['tokens-refused']);
    },
    open: async (token, now) => (await opener()).open(token, now),
    issue: async () => {
      throw new Error("the maker's authorization server issues the access tokens");
    },
    accountIds: async (account) => [...new Set((await issuers()).map((issuer) => accountIdOf(issuer, account)))],
    async noteAccount({ accountId: id, cloudAccount }) {
      if (cloudAccount === undefined) return;
      const session = await byToken?.serviceSession(cloudAccount, id);
      if (!session) return;
      const { accounts } = await stores();
      if (await accounts.get(id)) return;
      const maskedEmail = cloudAccount.includes('@') ? maskEmail(cloudAccount) : cloudAccount;
      await accounts.put({ id, maskedEmail, session, state: 'healthy', signIns: [] });
    },
    links: async () => linksOfGrants(lazily(async () => (await stores()).grants)),
    async renewKeySets() {
      try {
        for (const issuer of await issuers()) if (issuer.kind === 'jwt') await renewKeySet(issuer, ports);
      } catch (error) {
        ports.log.error('server-keys-not-stored', { error: asError(error) });
      }
    },
  };
}

/**
 * The links of an account where its maker's server makes them: its grants show them. They have no rows, so nothing is noted of them, and
 * nothing is known of their tokens.
 */
const linksOfGrants = (grants: Pick<GrantStore, 'list'>): LinkStore => ({
  get: async () => undefined,
  create: async () => {
    throw new Error("the maker's authorization server makes the links");
  },
  ofAccount: async (accountId) => (await grants.list(accountId)).map(toLink),
  replace: async () => undefined,
});

const toLink = ({ id, accountId, tokens, codeHash, version }: Grant): Link => ({
  ...{ id, accountId, version, clientId: '', scope: '', state: 'live', createdAt: tokens.issuedAt },
  code: { hash: codeHash, redirectUri: '', expiresAt: tokens.issuedAt },
});

/** From then on whoever runs the skill is to look: directives go on with the stored keys, and nobody notices. */
const LONG_AWAY_MS = 24 * 3_600_000;

async function renewKeySet(
  { jwksUrl, alias: server }: Pick<Extract<Issuer, { kind: 'jwt' }>, 'jwksUrl' | 'alias'>,
  { stores, clock, log }: PassthroughPorts,
): Promise<void> {
  const { keySets } = await stores();
  const now = clock.now();
  const keys = await keySetFetcher(jwksUrl)();
  if (keys) return await keySets.put(jwksUrl, { keys, fetchedAt: now.toISOString() });
  const standing = await keySets.get(jwksUrl);
  const isLong = !standing || now.getTime() - Date.parse(standing.fetchedAt) > LONG_AWAY_MS;
  log[isLong ? 'error' : 'warn']('server-keys-not-renewed', { server, storedAt: standing?.fetchedAt });
}

function readIssuers({ authorizationServers = [] }: Secrets): readonly Issuer[] {
  const issuers = v.safeParse(v.pipe(v.array(Issuer), v.minLength(1)), authorizationServers);
  if (issuers.success) return issuers.output;
  const fields = issuers.issues.map((issue) => ['authorizationServers', v.getDotPath(issue)].filter(Boolean).join('.'));
  throw new Error(`the secrets are missing or wrong in: ${fields.join(', ')}`);
}
