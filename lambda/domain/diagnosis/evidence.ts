import type { AccountStatus } from '../../ports/account-store.ts';
import type { SkillError } from '../../ports/errors.ts';
import type { TokenRefusal } from '../../ports/evidence-store.ts';
import type { AlexaRegion, GrantBackoffCause } from '../../ports/grant-store.ts';

/** What was seen at a moment (ISO 8601). Of a row the moment is when it was read; of an event, when it happened. */
export type Seen<T extends object = object> = T & { readonly at: string };

/** Why an address of ours does not answer as it should. */
export type AddressFault = 'name-unknown' | 'certificate-ended' | 'certificate-refused' | 'no-answer' | 'wrong-answer';

/** How the links of an account stand; of several, the best. */
export type LinkEvidence =
  /** `since` (ISO 8601): when the latest live link was made. */
  | { readonly state: 'live'; readonly since?: string }
  | { readonly state: 'none' | 'not-completed' }
  | {
      /** `grant-revoked`, `not-linked`: a certain sign says that Alexa's half is gone (`alexa-evidence.ts`). */
      readonly state: 'ended-by-person' | 'ended-for-safety' | 'skill-disabled' | 'not-linked' | 'grant-revoked';
      readonly since: string;
    };

/** One of the links of an account. Moments are ISO 8601. */
export type EachLink = { readonly linkedAt: string } /** Nothing says that it has ended. */ & (
  | { readonly state: 'live' }
  | {
      /** `refused`: Alexa's refresh, with `invalid_grant`. The others as in `LinkEvidence`. */
      readonly state: Extract<LinkEvidence, { since: string }>['state'] | 'refused';
      readonly since: string;
    }
);

export interface PlugEvidence {
  readonly id: string;
  readonly name: string;
  readonly connected: boolean;
  /** ISO 8601: since when it is offline, where that is known. */
  readonly since?: string;
  /** Signal strength of its Wi-Fi in dBm. */
  readonly rssi?: number;
  readonly firmware?: string;
  /** Newer firmware, seen on another plug of its model. Which is the newest of all, nobody here knows. */
  readonly newerFirmware?: string;
}

export interface GrantEvidence {
  readonly id: string;
  readonly region: AlexaRegion;
  readonly state: 'ok' | GrantBackoffCause;
  /** ISO 8601 */
  readonly since?: string;
}

/**
 * Why Alexa does not know a device. `name`: Alexa cannot take its name. `unreadable`: nobody here can read its record. `not-announced`: it was not
 * described yet.
 */
export type HeldBackReason = 'name' | 'unreadable' | 'not-announced';

/**
 * All that is known of one account, and of one lamp if a person asks about one. An absent field is not known; nothing is ever concluded from
 * its absence.
 */
export interface Evidence {
  /** The lamp that a person asks about. Absent: any lamp of the account. */
  readonly lampId?: string;

  // From the person at the lamp.
  /** What reached a function while the person tapped the tile, and spoke. */
  readonly trial?: Seen<{ readonly tap: boolean; readonly speech?: boolean }>;
  /** What the skill's page in the Alexa app says. */
  readonly skillPage?: Seen<{ readonly says: 'enabled' | 'enable' | 'link-expired' }>;
  /** A dim test: whether the plug has confirmed the level, and whether the person has seen the lamp react. */
  readonly blink?: Seen<{ readonly confirmed: boolean; readonly level: number; readonly seen?: boolean }>;
  /** The light on the plug. */
  readonly plugLight?: Seen<{ readonly shows: 'nothing' | 'blinking' | 'steady' }>;
  /** Whether other things at home reach the internet. */
  readonly internet?: Seen<{ readonly works: boolean }>;
  /** The plug's button was pressed: whether the device cloud has shown it within 5 s. */
  readonly button?: Seen<{ readonly noticed: boolean }>;
  /** The tile in the Alexa app shows something else than the lamp. `acceptedAt`: when the gateway last accepted the lamp's present state. */
  readonly tile?: Seen<{ readonly wrong: boolean; readonly acceptedAt?: string }>;

  // From rows and logs.
  /** The account's row at the device cloud. */
  readonly account?: Seen<AccountStatus | { readonly state: 'missing' | 'unreadable' }>;
  readonly link?: Seen<LinkEvidence>;
  /** Each of them: several people may have linked one account. */
  readonly links?: Seen<{ readonly list: readonly EachLink[] }>;
  /** The latest directive of the account that was answered well. Noted at most once an hour. */
  readonly goodDirective?: Seen;
  /** The latest that was answered with an error. */
  readonly failedDirective?: Seen<{
    readonly error: SkillError['name'];
    readonly waitingFor?: string;
    /** Of SealingKeyMissing. */
    readonly keyId?: string;
  }>;
  /** Of a whole deployment: directives that were refused for their tokens. `count`: at least so many since then. */
  readonly refusedTokens?: Seen<{
    readonly error: TokenRefusal;
    readonly count: number;
    readonly since: string;
    readonly keyId?: string;
  }>;
  /** The latest refresh of Alexa's access token. Noted at most once a day. */
  readonly refresh?: Seen;
  /** The latest refresh that was refused. `code`: RFC 6749, section 5.2; `reason`: in our words. */
  readonly refusedRefresh?: Seen<{ readonly code: string; readonly reason?: string }>;
  /**
   * The exchange of the latest code, where it brought no link. `late`: we gave up after `ms`, as Alexa waits no longer. `client-refused`: client ids
   * are given where they differ; else the secret is not ours.
   */
  readonly exchange?: Seen<
    | { readonly state: 'missing' | 'not-taken' }
    | { readonly state: 'client-refused'; readonly theirs?: string; readonly ours?: string }
    | { readonly state: 'late'; readonly ms: number }
    | { readonly state: 'refused'; readonly error: string; readonly reason?: string }
  >;
  /** The AcceptGrant after the latest link. */
  readonly acceptGrant?: Seen<{ readonly state: 'stored' | 'missing' | 'client-refused' | 'no-answer' | 'refused' }>;
  /** Devices that Alexa does not know although the device cloud lists them. `described`: how many it knows. */
  readonly discovery?: Seen<{
    readonly described?: number;
    readonly heldBack: readonly { readonly id: string; readonly name: string; readonly reason: HeldBackReason }[];
  }>;
  /** The last answer to a directive that was too late for Alexa, or that its schema refuses. */
  readonly badAnswer?: Seen<
    { readonly verdict: 'late'; readonly ms: number; readonly cloudMs?: number } | { readonly verdict: 'malformed' }
  >;
  readonly grants?: Seen<{ readonly list: readonly GrantEvidence[] }>;
  /** Whether the account is watched, and when the device cloud last told the watcher anything. */
  readonly watch?: Seen<{ readonly state: 'watched' | 'silent'; readonly since?: string }>;
  /**
   * What Alexa was told of the lamps, compared with how they are. `changes`: those noted in seven days. `equal`, `waiting`: lamps of which Alexa
   * knows the present state, and those of which it does not; `since`: when the first of these changed.
   */
  readonly reports?: Seen<{
    readonly changes: number;
    readonly equal: number;
    readonly waiting: number;
    readonly since?: string;
  }>;
  /** Reports that wait or have failed for good: of all accounts. */
  readonly queue?: Seen<{ readonly oldestSeconds: number; readonly dead: number }>;
  /** Of a whole deployment and its last day: sign-in pages after which nothing came, and codes that were issued. */
  readonly signIns?: Seen<{ readonly unanswered: number; readonly codes: number }>;
  /** How many directives came in the last hour to the function of a region and to all, and how many that region usually gets. */
  readonly traffic?: Seen<{
    readonly region: string;
    readonly inRegion: number;
    readonly usual: number;
    readonly inAll: number;
  }>;

  // From probes.
  /** Our own address: name, connection, certificate. */
  readonly address?: Seen<
    | { readonly state: 'ok'; readonly certificateEndsAt?: string; readonly issuer?: string }
    | { readonly state: AddressFault; readonly status?: number; readonly certificateEndsAt?: string }
  >;
  readonly signInPage?: Seen<{ readonly state: 'ok' } | { readonly state: 'failing'; readonly status?: number }>;
  /** The answer to a refresh token that is not ours: 400 `invalid_grant` within 4.5 s is right. */
  readonly tokenEndpoint?: Seen<
    | { readonly state: 'ok' }
    | {
        readonly state: 'no-answer' | 'late' | 'server-error' | 'not-json' | 'client-refused';
        readonly status?: number;
      }
  >;
  /** A link of our own, made once and refreshed hourly. */
  readonly canary?: Seen<{ readonly state: 'refreshed' | 'refused' | 'no-answer' }>;
  /** What Alexa needs to call the function of the account's region. */
  readonly delivery?: Seen<{
    readonly state: 'ok' | 'permission-missing' | 'function-missing' | 'endpoint-missing';
    readonly region: string;
  }>;
  /** `unread`: it answers, and some rows of the account could not be read, so that what they would say is not known. */
  readonly table?: Seen<{ readonly state: 'ok' | 'no-answer'; readonly unread?: boolean }>;
  /** The device cloud was not asked, because the account was looked at too often. */
  readonly limited?: Seen;
  /** What the device cloud answered to a read with the stored session. `too-slow`: nothing within our time, so it may be slow or down. */
  readonly cloud?: Seen<
    | { readonly state: 'ok' | 'session-rejected' | 'rate-limited' | 'too-slow' }
    | { readonly state: 'no-answer' | 'server-error' | 'unknown-shape'; readonly status?: number }
  >;
  /** Every plug of the account as the device cloud lists it. `missing`: the lamp asked about is not listed. */
  readonly plugs?: Seen<{ readonly list: readonly PlugEvidence[]; readonly missingSince?: string }>;
  /** Login with Amazon's answer to a renewal of the grant. */
  readonly eventToken?: Seen<{ readonly state: 'ok' | 'revoked' | 'client-refused' | 'no-answer' }>;
  /** The gateway's answer to the latest event, or to an unchanged state. `since`: since then no report of a grant was answered. */
  readonly gateway?: Seen<
    { readonly state: 'accepted' } | { readonly state: 'no-answer'; readonly status?: number; readonly since?: string }
  >;
}
