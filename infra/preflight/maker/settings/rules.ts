import {
  ACCESS_FLOOR,
  ACCESS_LIFE,
  ACCESS_ROUNDING,
  dayOf,
  FAR_END,
  GRACE,
  IDLE_LIFE,
  REFRESH_LIFE,
  SECRET_LIFE,
  span,
} from '../limits.ts';
import type { Observation, Remedy } from '../observation.ts';

// The rules that are the same for every server. Each takes what a setting comes to, in seconds.

/** What a setting is called, and what changes it. */
export interface Setting {
  readonly what: string;
  readonly remedy: Remedy;
}

/** @param seconds how long an access token lives */
export function accessLife(setting: Setting, seconds: number): Observation {
  const base = {
    question: 'access-life',
    what: setting.what,
    seen: span(seconds),
    wanted: `${ACCESS_LIFE} s or more`,
  } as const;
  if (seconds >= ACCESS_LIFE - ACCESS_ROUNDING) return { ...base, outcome: 'good' };
  const why =
    seconds < ACCESS_FLOOR
      ? `access tokens live for ${span(seconds)}, and Alexa needs ${ACCESS_FLOOR} s at least`
      : `access tokens live for ${span(seconds)}, and Amazon advises an hour`;
  return { ...base, outcome: 'bad', why, remedy: setting.remedy };
}

/** @param seconds after how long a link ends although it is used; `Infinity`: never */
export function refreshLife(setting: Setting, seconds: number): Observation {
  const base = {
    question: 'refresh-life',
    what: setting.what,
    seen: span(seconds),
    wanted: 'no end, or the longest that can be set',
  } as const;
  const why = `every link ends ${span(seconds)} after it was made, although it is used daily`;
  if (seconds < REFRESH_LIFE) return { ...base, outcome: 'bad', why, remedy: setting.remedy };
  if (seconds < FAR_END) return { ...base, outcome: 'advice', why, remedy: setting.remedy };
  return { ...base, outcome: 'good' };
}

/** @param seconds after how long without a refresh a link ends; `Infinity`: never */
export function idleLife(setting: Setting, seconds: number): Observation {
  const base = { question: 'idle', what: setting.what, seen: span(seconds), wanted: '365 days or more' } as const;
  if (seconds >= IDLE_LIFE) return { ...base, outcome: 'good' };
  const why = `a link ends when nobody has used it for ${span(seconds)}`;
  return { ...base, outcome: 'bad', why, remedy: setting.remedy };
}

/** @param graceSeconds how long a replaced refresh token still works; `undefined`: tokens are not replaced */
export function rotation(setting: Setting, graceSeconds: number | undefined): Observation {
  const wanted = `no rotation, or a grace period of ${GRACE} s at least`;
  const base = { question: 'repeat', what: setting.what, wanted } as const;
  if (graceSeconds === undefined) return { ...base, outcome: 'good', seen: 'no rotation' };
  const seen = `rotation with a grace period of ${graceSeconds} s`;
  if (graceSeconds >= GRACE) return { ...base, outcome: 'good', seen };
  const why = 'each refresh token works once, so a lost answer or two refreshes at once end the link';
  return { ...base, outcome: 'bad', seen, why, remedy: setting.remedy };
}

/** @param isIssued whether the settings let the server issue refresh tokens to this client */
export function refreshIssued(setting: Setting, isIssued: boolean, seen: string, wanted: string): Observation {
  const base = { question: 'refresh-issued', what: setting.what, seen, wanted } as const;
  if (isIssued) return { ...base, outcome: 'good' };
  const why = 'Alexa gets no refresh token, so every link ends with its first access token';
  return { ...base, outcome: 'bad', why, remedy: setting.remedy };
}

/** @param end when a secret ends; absent: never */
export function secretEnd(setting: Setting, end: Date | undefined, now: Date): Observation {
  const base = { question: 'secrets', what: setting.what, wanted: 'no end' } as const;
  if (end === undefined) return { ...base, outcome: 'good', seen: 'no end' };
  const seen = `ends on ${dayOf(end)}`;
  if (end.getTime() - now.getTime() >= SECRET_LIFE * 1000) return { ...base, outcome: 'good', seen };
  const why =
    end <= now
      ? `the client secret ended on ${dayOf(end)}, and with it every link that was made with it`
      : `every link that was made with this client secret ends on ${dayOf(end)}`;
  return { ...base, outcome: 'bad', seen, why, remedy: setting.remedy };
}

/** OpenID Connect Core section 11; Auth0, Keycloak and Okta issue lasting refresh tokens for this scope. */
export const offlineScope = (scopes: readonly string[]): Observation =>
  refreshIssued(
    { what: 'scopes of account linking at Amazon', remedy: OFFLINE_AT_AMAZON },
    scopes.includes('offline_access'),
    scopes.join(' ') || 'none',
    'with offline_access',
  );

export const OFFLINE_AT_AMAZON: Remedy = {
  console: 'Alexa developer console > Build > Account Linking > Scope',
  text: 'Add offline_access to the scopes of account linking. It counts for new links only.',
};

/** For servers whose access tokens are verified by their signature: no later token can end an earlier one. */
export const jwtsKept: Observation = {
  question: 'access-kept',
  outcome: 'good',
  what: 'access tokens',
  seen: 'JWTs, valid until their own end',
  wanted: 'valid until their own end',
};
