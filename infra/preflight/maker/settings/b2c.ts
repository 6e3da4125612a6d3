import * as v from 'valibot';
import { DAY } from '../limits.ts';
import type { Observation } from '../observation.ts';
import { accessLife, idleLife, jwtsKept, offlineScope, refreshLife } from './rules.ts';

// Azure AD B2C: token settings of a user flow or of a custom policy (learn.microsoft.com, azure/active-directory-b2c/configure-tokens).
// No API shows those of a user flow, so somebody writes them down.

/** By the names of a custom policy's metadata. What is absent has the default. */
export const B2cSettings = v.object({
  token_lifetime_secs: v.optional(v.number(), 3600),
  refresh_token_lifetime_secs: v.optional(v.number(), 14 * DAY),
  rolling_refresh_token_lifetime_secs: v.optional(v.number(), 90 * DAY),
  allow_infinite_rolling_refresh_token: v.optional(v.boolean(), false),
});
export type B2cSettings = v.InferOutput<typeof B2cSettings>;

const CONSOLE = 'Azure AD B2C > User flows > the flow > Properties > Token lifetime';

export function judgeB2c(settings: B2cSettings, scopes: readonly string[]): readonly Observation[] {
  const rolling = settings.allow_infinite_rolling_refresh_token
    ? Number.POSITIVE_INFINITY
    : settings.rolling_refresh_token_lifetime_secs;
  return [
    accessLife(
      { what: 'token_lifetime_secs', remedy: { console: `${CONSOLE} > Access & ID token lifetimes` } },
      settings.token_lifetime_secs,
    ),
    refreshLife(
      {
        what: 'rolling_refresh_token_lifetime_secs',
        remedy: { console: `${CONSOLE} > Refresh token sliding window lifetime > No expiry` },
      },
      rolling,
    ),
    // 90 days at most, so never a year (`fixed.ts`).
    idleLife(
      {
        what: 'refresh_token_lifetime_secs',
        remedy: { console: `${CONSOLE} > Refresh token lifetime (90 days until the bridge is there)` },
      },
      settings.refresh_token_lifetime_secs,
    ),
    jwtsKept,
    offlineScope(scopes),
  ];
}
