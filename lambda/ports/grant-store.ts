/** The three of Alexa's regions, each with its own event gateway. */
export type AlexaRegion = 'NA' | 'EU' | 'FE';

/** Tokens of Login with Amazon, for one person's event gateway. Secret. */
export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** ISO 8601 */
  readonly expiresAt: string;
  /** ISO 8601: when Login with Amazon answered; of two sets the later one stays. */
  readonly issuedAt: string;
}

/** What keeps a grant's reports from Alexa, although the grant itself may be good. */
export type GrantBackoffCause =
  /** No gateway finds an enablement of the skill. */
  | 'never-enabled'
  | 'account-not-found'
  /** The gateway refuses tokens that Login with Amazon has just issued. */
  | 'lwa-token-rejected'
  | 'messaging-client-refused'
  | 'events-not-permitted'
  | 'wrong-stage'
  /** An event was malformed in the gateway's eyes. */
  | 'event-refused';

export interface GrantBackoff {
  readonly cause: GrantBackoffCause;
  /** ISO 8601 */
  readonly since: string;
  /** ISO 8601: until then nothing is sent; not after `since` where sending goes on. */
  readonly until: string;
  /** How often in a row, which sets the next pause. */
  readonly attempts: number;
  /** What the refused event was about, where the trouble may be that one's alone. */
  readonly subject?: string;
}

/** The leave of one Amazon account to report an account's changes to it. Several may share an account. */
export interface Grant {
  readonly accountId: string;
  /** The id of the link whose grantee token came with it: one per Amazon account that linked. */
  readonly id: string;
  readonly tokens: Tokens;
  /** Where AcceptGrant arrived, and so where events go; or the one other region whose gateway accepted them. */
  readonly region: AlexaRegion;
  readonly backoff?: GrantBackoff;
  /** SHA-256 of the grant code: AcceptGrant sent twice is one grant. */
  readonly codeHash: string;
  readonly version: number;
}

/** @throws StoreUnavailable from every method */
export interface GrantStore {
  get(accountId: string, id: string): Promise<Grant | undefined>;
  list(accountId: string): Promise<Grant[]>;
  /** Creates the grant, or replaces it: a new link's tokens supersede the old. */
  put(grant: Omit<Grant, 'version'>): Promise<Grant>;
  /** Writes new tokens in place of `standing`. Whoever comes second gets `undefined` and reads again. */
  replace(standing: Grant, tokens: Tokens): Promise<Grant | undefined>;
  /** Writes `next` in place of `standing`, tokens apart. Whoever comes second gets `undefined` and reads again. */
  amend(standing: Grant, next: Pick<Grant, 'region' | 'backoff'>): Promise<Grant | undefined>;
  /** Removes the grant if it still is the one given; only after Amazon proved it gone. */
  remove(grant: Grant): Promise<void>;
  /** Removes the grant whatever became of it meanwhile, also one that cannot be read: its link has ended, or another supersedes it. */
  drop(accountId: string, id: string): Promise<void>;
}
