/** The three of Alexa's regions, each with its own event gateway. */
export type AlexaRegion = 'NA' | 'EU' | 'FE';

/** Tokens of Login with Amazon, for one person's event gateway. Secret. */
export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** ISO 8601 */
  readonly expiresAt: string;
  /** ISO 8601: when Login with Amazon answered. The later of two sets is kept. */
  readonly issuedAt: string;
}

/** Why nothing is sent to a grant for a while, although the grant itself may be valid. */
export type GrantBackoffCause =
  /** No gateway finds an enablement of the skill. */
  | 'never-enabled'
  | 'account-not-found'
  /** The gateway refuses tokens that Login with Amazon has just issued. */
  | 'lwa-token-rejected'
  | 'messaging-client-refused'
  | 'events-not-permitted'
  | 'wrong-stage'
  /** The gateway called an event malformed. */
  | 'event-refused';

/** The state after events of a grant were refused. */
export interface GrantBackoff {
  readonly cause: GrantBackoffCause;
  /** ISO 8601 */
  readonly since: string;
  /** ISO 8601: until then nothing is sent. It equals `since` if sending goes on. */
  readonly until: string;
  /** Failures in a row; they set the length of the next back-off. */
  readonly attempts: number;
  /** What the refused event was about, if the cause may concern only that. */
  readonly subject?: string;
}

/**
 * One Amazon account's permission to receive change reports for an account: the LWA tokens from AcceptGrant. Several Amazon accounts may
 * share an account.
 */
export interface Grant {
  readonly accountId: string;
  /** The id of the link whose grantee token came with it: one per Amazon account that linked. */
  readonly id: string;
  readonly tokens: Tokens;
  /** Events go to the region where AcceptGrant arrived, or to the other region whose gateway accepted them. */
  readonly region: AlexaRegion;
  readonly backoff?: GrantBackoff;
  /** ISO 8601: since then Amazon has answered no report of this grant. */
  readonly unreachableSince?: string;
  /** SHA-256 of the grant code, so that AcceptGrant sent twice is one grant. */
  readonly codeHash: string;
  readonly version: number;
}

/** @throws StoreUnavailable from every method */
export interface GrantStore {
  get(accountId: string, id: string): Promise<Grant | undefined>;
  list(accountId: string): Promise<Grant[]>;
  /** Creates the grant, or replaces it: the tokens of a new link supersede the old ones. */
  put(grant: Omit<Grant, 'version'>): Promise<Grant>;
  /** Writes new tokens in place of `standing`; `undefined` when another writer was first. */
  replace(standing: Grant, tokens: Tokens): Promise<Grant | undefined>;
  /** Writes `next` in place of `standing` and keeps the tokens; `undefined` when another writer was first. */
  amend(standing: Grant, next: Pick<Grant, 'region' | 'backoff'>): Promise<Grant | undefined>;
  /** Notes since when Amazon has answered no report, or that it does; `undefined` when another writer was first. */
  noteUnreachable(standing: Grant, next: Pick<Grant, 'unreachableSince'>): Promise<Grant | undefined>;
  /** Removes the grant if it is still the one given. Only after Amazon has proved that it ended. */
  remove(grant: Grant): Promise<void>;
  /** Removes the grant in any state, also an unreadable one: its link has ended, or another link supersedes it. */
  drop(accountId: string, id: string): Promise<void>;
}
