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

/** The leave of one Amazon account to report a home's changes to it. Several may share a home. */
export interface Grant {
  readonly homeId: string;
  /** The id of the link whose grantee token came with it: one per Amazon account that linked. */
  readonly id: string;
  readonly tokens: Tokens;
  /** Where AcceptGrant arrived, and so where events go. */
  readonly region: AlexaRegion;
  /** SHA-256 of the grant code: AcceptGrant sent twice is one grant. */
  readonly codeHash: string;
  readonly version: number;
}

/** @throws StoreUnavailable from every method */
export interface GrantStore {
  get(homeId: string, id: string): Promise<Grant | undefined>;
  list(homeId: string): Promise<Grant[]>;
  /** Creates the grant, or replaces it: a new link's tokens supersede the old. */
  put(grant: Omit<Grant, 'version'>): Promise<Grant>;
  /** Writes new tokens in place of `standing`. Whoever comes second gets `undefined` and reads again. */
  replace(standing: Grant, tokens: Tokens): Promise<Grant | undefined>;
  /** Removes the grant if it still is the one given; only after Amazon proved it gone. */
  remove(grant: Grant): Promise<void>;
}
