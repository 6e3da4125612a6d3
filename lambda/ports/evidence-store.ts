import type { Dependency, SkillError } from './errors.ts';

/** The latest directive of an account that was answered with an error. */
export interface FailedDirective {
  /** ISO 8601 */
  readonly at: string;
  readonly error: SkillError['name'];
  /** What had not answered when the time was up. */
  readonly waitingFor?: Dependency;
}

/** The latest answer to a directive that was ready only when Alexa had given up, or nearly so. */
export interface LateAnswer {
  /** ISO 8601 */
  readonly at: string;
  /** From the directive to the answer. */
  readonly ms: number;
  /** How much of it the device cloud took; an open call counts up to the answer. */
  readonly cloudMs: number;
}

/** What is noted of an account for whoever asks what is wrong. Notes can get lost, so nothing follows from a note that is missing. */
export interface AccountEvidence {
  /** ISO 8601: a directive was answered well. Noted with the next failure, and once an hour by a function that stays warm for longer. */
  readonly goodDirectiveAt?: string;
  readonly failedDirective?: FailedDirective;
  readonly lateAnswer?: LateAnswer;
  /** The latest answer that Alexa's schema would have refused. */
  readonly malformedAnswer?: { /** ISO 8601 */ readonly at: string };
  /** ISO 8601: the device cloud answered `device-watch`, or pushed. Noted once an hour. */
  readonly heardAt?: string;
}

/** Why a token was refused before anybody knew whose it is. */
export type TokenRefusal = 'BearerInvalid' | 'BearerUnverified' | 'SealingKeyMissing';

/** Directives that were refused for their tokens. */
export interface RefusedToken {
  readonly error: TokenRefusal;
  /** The device that they were for: it tells whose they were. Absent: that is not kept. */
  readonly endpointId?: string;
  /** The id of the key that is missing. */
  readonly keyId?: string;
  /** ISO 8601: the first and the latest that were noted. */
  readonly since: string;
  readonly at: string;
  /** At least so many. */
  readonly count: number;
}

/** @throws StoreUnavailable from every method */
export interface EvidenceStore {
  get(accountId: string): Promise<AccountEvidence | undefined>;
  /** Notes these and leaves the others. The table forgets them eight days after the last note. */
  note(accountId: string, evidence: AccountEvidence, now: Date): Promise<void>;
  /** Those of all accounts, of the latest day in which there were any. */
  refusedTokens(): Promise<readonly RefusedToken[]>;
  /** Notes these in place of the others. If two functions do so at once, one of them wins. */
  noteRefusedTokens(refused: readonly RefusedToken[], now: Date): Promise<void>;
}
