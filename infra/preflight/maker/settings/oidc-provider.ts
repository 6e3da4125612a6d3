import * as v from 'valibot';
import { DAY, HOUR } from '../limits.ts';
import type { Observation } from '../observation.ts';
import { accessLife, idleLife, jwtsKept, refreshIssued, refreshLife, rotation } from './rules.ts';

// oidc-provider 9: its configuration is code, so somebody writes down what it comes to (defaults of helpers/defaults.js).

/** What is absent has the default. Lengths are seconds; what a function decides is written as what it answers for Alexa's client. */
export const OidcProviderSettings = v.object({
  ttl: v.optional(
    v.object({
      AccessToken: v.optional(v.number(), HOUR),
      RefreshToken: v.optional(v.number(), 14 * DAY),
      Grant: v.optional(v.number(), 14 * DAY),
      Session: v.optional(v.number(), 14 * DAY),
    }),
    {},
  ),
  /** By default only with `offline_access`, which takes `prompt=consent`; Alexa sends no prompt. */
  issueRefreshToken: v.optional(v.boolean(), false),
  /** By default a token rotates from 70 % of its life on. */
  rotateRefreshToken: v.optional(v.boolean(), true),
  /** By default tokens without `offline_access` end with the session of the browser. */
  expiresWithSession: v.optional(v.boolean(), true),
  accessTokenFormat: v.optional(v.picklist(['opaque', 'jwt']), 'opaque'),
});
export type OidcProviderSettings = v.InferOutput<typeof OidcProviderSettings>;

const inCode = (what: string, value: string) => ({
  what,
  remedy: { text: `Set ${what} to ${value} in the configuration of oidc-provider.` },
});
const FAR = '10 * 365 * 86400';

export function judgeOidcProvider(settings: OidcProviderSettings): readonly Observation[] {
  const { ttl, issueRefreshToken, rotateRefreshToken, expiresWithSession, accessTokenFormat } = settings;
  const isIssued = issueRefreshToken;
  // A refresh token that does not rotate keeps its first end; one that does is replaced by one with the whole life.
  const refresh = inCode('ttl.RefreshToken', FAR);
  return [
    accessLife(inCode('ttl.AccessToken', '3600'), ttl.AccessToken),
    refreshIssued(
      inCode('issueRefreshToken', 'async () => true'),
      isIssued,
      isIssued ? 'always' : 'with prompt=consent only',
      'always',
    ),
    ...(rotateRefreshToken ? [] : [refreshLife(refresh, ttl.RefreshToken)]),
    refreshLife(inCode('ttl.Grant', FAR), ttl.Grant),
    ...(expiresWithSession
      ? [refreshLife(inCode('expiresWithSession', 'async () => false'), Math.min(ttl.Session, ttl.RefreshToken))]
      : []),
    rotateRefreshToken
      ? idleLife(refresh, ttl.RefreshToken)
      : { question: 'idle', outcome: 'good', what: 'idle end', seen: 'none without rotation', wanted: 'none' },
    // There is no grace period: the second use of a token ends the grant.
    rotation(inCode('rotateRefreshToken', 'false'), rotateRefreshToken ? 0 : undefined),
    ...(accessTokenFormat === 'jwt' ? [jwtsKept] : []),
  ];
}
