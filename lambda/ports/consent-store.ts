/**
 * A person's consent that this skill may ask Amazon once a day whether their Alexa still has its half of a link. Kept only where they ticked the
 * box for it: the token could also disable the skill.
 */
export interface Consent {
  readonly accountId: string;
  readonly linkId: string;
  /** Of Login with Amazon. Secret. */
  readonly refreshToken: string;
  /** Amazon's host that serves this person. */
  readonly endpoint: string;
  /** ISO 8601: when Amazon last answered. Its answer is on the row of the link. */
  readonly checkedAt?: string;
  readonly version: number;
}

/** @throws StoreUnavailable from every method */
export interface ConsentStore {
  list(accountId: string): Promise<Consent[]>;
  /** Creates the consent of a link, or replaces it: the person has just given it. */
  put(consent: Omit<Consent, 'version'>): Promise<void>;
  /** Writes `next` in place of `standing`; `undefined` when another writer was first. */
  replace(standing: Consent, next: Pick<Consent, 'refreshToken' | 'checkedAt'>): Promise<Consent | undefined>;
  /** Forgets the consent in any state: its link has ended, or the person has withdrawn it. */
  drop(accountId: string, linkId: string): Promise<void>;
}
