/** A link that an Amazon account has made. */
export interface AccountLink {
  readonly linkId: string;
  readonly accountId: string;
  /** ISO 8601: when Amazon says that it was made. */
  readonly linkedAt: string;
}

/** What skill events have said about one Amazon account. */
export interface Enablement {
  /** The opaque id that Amazon gives an account for this one skill; a new one at each enablement. */
  readonly userId: string;
  /** Every link that the account has made and that no SkillDisabled has ended, in order: all but the last are superseded. */
  readonly links: readonly AccountLink[];
  /** ISO 8601: when Amazon says that the skill was last disabled. Events of links from before may still come. */
  readonly disabledAt?: string;
  readonly version: number;
}

/** @throws StoreUnavailable from every method */
export interface EnablementStore {
  get(userId: string): Promise<Enablement | undefined>;
  /** Creates the row; `undefined` when another writer was first. */
  create(enablement: Omit<Enablement, 'version'>): Promise<Enablement | undefined>;
  /** Writes `next` in place of `standing`. `undefined` when another writer was first. */
  replace(standing: Enablement, next: Omit<Enablement, 'userId' | 'version'>): Promise<Enablement | undefined>;
}
