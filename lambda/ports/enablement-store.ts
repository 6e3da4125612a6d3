/** What skill events told of one Amazon account. */
export interface Enablement {
  /** The opaque id that Amazon gives an account for this one skill; a new one at each enablement. */
  readonly userId: string;
  /** The link that this account made last. */
  readonly linkId: string;
  readonly homeId: string;
  /** ISO 8601: when Amazon says that it was made. */
  readonly linkedAt: string;
  /** ISO 8601: when Amazon says that the skill was last disabled. */
  readonly disabledAt?: string;
  readonly version: number;
}

/** @throws StoreUnavailable from every method */
export interface EnablementStore {
  get(userId: string): Promise<Enablement | undefined>;
  /** Creates the row; whoever comes second gets `undefined` and reads again. */
  create(enablement: Omit<Enablement, 'version'>): Promise<Enablement | undefined>;
  /** Writes `next` in place of `standing`. Whoever comes second gets `undefined` and reads again. */
  replace(standing: Enablement, next: Omit<Enablement, 'userId' | 'version'>): Promise<Enablement | undefined>;
}
