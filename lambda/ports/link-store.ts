/**
 * Why a link has ended: a person's decision, or proof of theft. An outage never ends a link. `never-linked`: Amazon refused to link with the code
 * that we made for it, so no Alexa has its tokens.
 */
export type LinkEnd = 'code-replayed' | 'token-replayed' | 'revoked' | 'skill-disabled' | 'erased' | 'never-linked';

export type AlexaLinkStatus = 'LINKED' | 'NOT_LINKED';

/** A time without a refresh, as far as refreshes are noted: once a day. */
export interface UseGap {
  /** ISO 8601 */
  readonly endedAt: string;
  readonly hours: number;
}

/**
 * A request for the tokens of a link that was not answered with tokens, although it came from its client: the request had a code or token of this
 * link, or the right secret. For whoever asks what is wrong.
 */
export interface LinkRefusal {
  /** ISO 8601 */
  readonly at: string;
  readonly request: 'exchange' | 'refresh';
  /** As it was answered (RFC 6749, section 5.2, or `temporarily_unavailable`, `server_error`). `late`: it was not answered in time. */
  readonly error: string;
  /** A fixed text of ours. */
  readonly reason?: string;
  /** Of a late one: after how long we gave up. */
  readonly ms?: number;
  /** The end of the client id that was presented, where it is not the link's. */
  readonly clientId?: string;
}

/**
 * An account linked with one Amazon account: the authorization behind Alexa's tokens. A live link is never deleted, only marked as ended:
 * so a missing row is our own failure and proves nothing.
 */
export interface Link {
  /** 128 random bits; the authorization code and both tokens carry it, so that the row is findable from each of them alone. */
  readonly id: string;
  readonly accountId: string;
  /** The OAuth client that it was made for. */
  readonly clientId: string;
  readonly scope: string;
  /** `pending`: the code has not been exchanged yet. */
  readonly state: 'pending' | 'live' | 'ended';
  readonly endedBecause?: LinkEnd;
  /** ISO 8601 */
  readonly endedAt?: string;
  /** The authorization code. It is spent by the one write that makes the link live. */
  readonly code: {
    /** SHA-256 of the code. */
    readonly hash: string;
    readonly redirectUri: string;
    /** PKCE, S256; absent when the request came without one. */
    readonly challenge?: string;
    /** ISO 8601 */
    readonly expiresAt: string;
  };
  /**
   * The exchange of the code. `unanswered`: the code is spent, and it is not known that the client got its tokens; the same client may
   * repeat the exchange. Absent: the client got them.
   */
  readonly exchange?: { readonly state: 'unanswered' /** ISO 8601 */; readonly at: string };
  /** The code was made by us, for the Skill Enablement API, and not for an authorization request of Alexa's. */
  readonly minted?: {
    /** Names the person's visit to the page: a second attempt finds what the first one made. */
    readonly consent: string;
    /** The id of the ready link that the person came by. */
    readonly readyLink?: string;
    /** ISO 8601: when Amazon said that the account is linked. */
    readonly linkedAt?: string;
  };
  /** Only where refresh tokens rotate: the highest generation that the client has shown, and when (ISO 8601). */
  readonly rotation?: { readonly confirmed: number; readonly confirmedAt: string };
  /**
   * ISO 8601: when the client refreshed its access token with this link, noted once a day (UTC) and best effort. A recent value proves that
   * Alexa has its tokens; an old or absent one proves nothing.
   */
  readonly lastUsedAt?: string;
  /** The longest gaps between refreshes of the last 60 days, the longer ones first. Absent: none was longer than 42 hours. */
  readonly useGaps?: readonly UseGap[];
  /**
   * What Amazon's Skill Enablement API last said of this link; only where a person has consented to that. `NOT_LINKED`: it answered 404, or
   * an `accountLink.status` other than LINKED.
   */
  readonly alexaStatus?: { readonly status: AlexaLinkStatus /** ISO 8601 */; readonly checkedAt: string };
  /** ISO 8601: when a skill event said that the same Amazon account has made a newer link. Alexa may still use this one for a while. */
  readonly supersededAt?: string;
  /** ISO 8601: when Login with Amazon answered `invalid_grant` for the grant of this link. A refresh after it proves that the link lives. */
  readonly grantRevokedAt?: string;
  /** The latest refusal, noted once an hour at most. The next request that is answered with tokens removes it. */
  readonly refusal?: LinkRefusal;
  /** ISO 8601 */
  readonly createdAt: string;
  readonly version: number;
}

/** Every read is consistent. @throws StoreUnavailable from every method */
export interface LinkStore {
  get(id: string): Promise<Link | undefined>;
  /** Creates a pending link. The table may forget it some time after its code's end, unless it became live. */
  create(link: Omit<Link, 'version'>): Promise<Link>;
  /** Every link that was ever made for an account and has not been forgotten. */
  ofAccount(accountId: string): Promise<Link[]>;
  /**
   * Writes `next` in place of `standing`.
   * @param signal nothing is sent to the table once it has aborted, also not a second attempt
   * @returns undefined when another writer was first: read again
   */
  replace(standing: Link, next: Omit<Link, 'id' | 'version'>, signal?: AbortSignal): Promise<Link | undefined>;
}
