import type { CloudSession } from './device-cloud.ts';

/** Whose token Alexa presented. */
export interface Bearer {
  readonly accountId: string;
  readonly linkId: string;
  /** How the device cloud names the account; only where its own authorization server issued the token. */
  readonly cloudAccount?: string;
  /** The device-cloud session at the time the token was issued. It may have been renewed since. */
  readonly session: CloudSession;
}

/** Opens the access token that Alexa presents. Each link mode has its own opener. */
export interface BearerOpener {
  /** @throws BearerInvalid, BearerExpired, SealingKeyMissing, and StoreUnavailable where opening needs a store */
  open(token: string, now: Date): Promise<Bearer>;
}

/** Issues access tokens that a `BearerOpener` opens. */
export interface BearerIssuer {
  /** @returns the token, below 2 KB, valid for `expiresInSeconds` from `now` */
  issue(bearer: Bearer, expiresInSeconds: number, now: Date): Promise<string>;
}
