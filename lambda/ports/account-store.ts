import type { CloudSession, Credentials } from './device-cloud.ts';

/** Why only a person can bring an account's session back. */
export type ReauthReason =
  /** The device cloud does not take the password that we keep. */
  | 'password-changed'
  /** It asks for a two-step code since the password was kept. */
  | 'code-needed'
  /** It has locked the account for a while. */
  | 'locked'
  /** The session has ended, and we have no password. */
  | 'credentials-not-kept'
  /** The session has ended, and as signing in takes a two-step code, we keep no password. */
  | 'two-step-account';

/** How an account stands at the device cloud. `account-state.ts` has one function for each way from one state to another. */
export type AccountStatus =
  /** As far as we know, the session works. */
  | { readonly state: 'healthy' }
  /** The session works, and its renewal ahead of time gets no answer: so many times in a row. */
  | { readonly state: 'renewal-failing'; readonly failures: number }
  /** We have signed in, and no call has used the new session yet. */
  | {
      readonly state: 'renewed';
      /** ISO 8601: when the session before was found dead, or else when we signed in. */
      readonly since: string;
      /** Sign-ins in a row that were not refused and brought no session that works. */
      readonly inconclusiveSignIns: number;
    }
  /** The session is dead, and the next sign-in of ours has to wait. */
  | {
      readonly state: 'waiting-to-retry';
      /** ISO 8601: since when the account has had no session that works. */
      readonly since: string;
      /** ISO 8601: no sign-in of ours before. */
      readonly retryAt: string;
      readonly inconclusiveSignIns: number;
      /** The last sign-in got no answer: the device cloud itself seems to be down. */
      readonly noAnswer?: true;
    }
  /** Only a person can sign in. Where that was found ahead of time, the session works until its end. */
  | {
      readonly state: 'needs-reauth';
      readonly reason: ReauthReason;
      /** ISO 8601 */
      readonly since: string;
    };

interface AccountFields {
  readonly id: string;
  /** `m…y@example.org`: how logs and notices name the account. */
  readonly maskedEmail: string;
  readonly session: CloudSession;
  /** The session before, where it was good when it was replaced: access tokens of Alexa's carry it for about an hour. */
  readonly supersededSession?: CloudSession;
  /** Kept only if the person allowed it, and never where signing in takes a code. */
  readonly credentials?: Credentials;
  /** Whether signing in took a two-step code when a person last did. */
  readonly asksForCode?: boolean;
  /** ISO 8601: our own sign-ins of the last hour. */
  readonly signIns: readonly string[];
  /** One function signs in for all; another may after that moment (ISO 8601). */
  readonly signInLock?: { readonly until: string };
  /** ISO 8601: when `maintenance` checks this account next. Absent: at once, as its session or state is new. */
  readonly nextCheckAt?: string;
  /** Counts the writes of this row; a write names the version that it replaces. */
  readonly version: number;
}

/** An account is one account at the device cloud. Everything in it is sealed at rest. */
export type Account = AccountFields & AccountStatus;
export type NewAccount = Omit<AccountFields, 'version'> & AccountStatus;
/** What a write may change. */
export type AccountChange = Omit<AccountFields, 'id' | 'version'> & AccountStatus;

/** @throws StoreUnavailable from every method */
export interface AccountStore {
  get(accountId: string): Promise<Account | undefined>;
  /** Creates the account, or replaces it whatever its version: a person has just signed in. */
  put(account: NewAccount): Promise<Account>;
  /** Writes `next` in place of `standing`. `undefined` when another writer was first. */
  replace(standing: Account, next: AccountChange): Promise<Account | undefined>;
  /** The ids of all accounts, or of those in one of `of` shares (a power of two): the share follows from the account's id alone. */
  list(share?: { readonly index: number; readonly of: number }): Promise<string[]>;
  /** The ids of the accounts that are to be checked by then; for a moment after a write it may name one too many or too few. */
  due(before: Date): Promise<string[]>;
}
