/** How the latest refresh of the canary link went. `refused`: our own server says that the token or its link is not good. */
export type CanaryState = 'refreshed' | 'refused' | 'no-answer';

/**
 * A link of our own, which no Alexa uses. It is made once and refreshed every hour as Alexa would, so that whatever breaks the links of people
 * breaks it first.
 */
export interface Canary {
  readonly linkId: string;
  /** As it was issued once: it is never replaced by one that a newer key or program would issue. Sealed at rest. */
  readonly refreshToken: string;
  /** ISO 8601 */
  readonly madeAt: string;
  /** The latest refresh (ISO 8601). */
  readonly seen?: { readonly at: string; readonly state: CanaryState };
  readonly version: number;
}

/** The account that the canary link belongs to. It is in no list of accounts, and has no session. */
export const CANARY_ACCOUNT = 'canary';

/** @throws StoreUnavailable from every method */
export interface CanaryStore {
  get(): Promise<Canary | undefined>;
  /** Only where there is none. @returns whether it was written */
  create(canary: Omit<Canary, 'version'>): Promise<boolean>;
  /** Notes a refresh, unless another run was first. */
  note(standing: Canary, seen: NonNullable<Canary['seen']>): Promise<void>;
}
