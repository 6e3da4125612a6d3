import type { Observation, Question, Remedy } from '../observation.ts';
import type { MakerServer } from '../server.ts';

// What no setting changes, and needs no reading.

/** The text where a bridge is the only way. */
export const USE_BRIDGE: Remedy = {
  text: 'Use this skill’s own server in front of it (LINK_MODE=bridge): Alexa then has tokens that do not end.',
};

const bridge = (
  question: Question,
  what: string,
  seen: string,
  why: string,
  remedy: Remedy = USE_BRIDGE,
): Observation => ({
  question,
  outcome: 'bridge',
  what,
  seen,
  wanted: question === 'idle' ? '365 days or more' : 'no end, or the longest that can be set',
  why,
  remedy,
});

/** Microsoft Graph, tokenLifetimePolicy: none for refresh tokens; entra/identity-platform/refresh-tokens. */
const ENTRA = [
  bridge(
    'idle',
    'refresh tokens',
    '90 days without use, fixed (24 hours where people sign in with a code by e-mail)',
    'Entra ends a refresh token that nobody has used for 90 days, and after 24 hours with one-time codes by e-mail',
  ),
];

/** azure/active-directory-b2c/configure-tokens. */
const B2C = [
  bridge(
    'idle',
    'refresh_token_lifetime_secs',
    '90 days at most',
    'a link ends when nobody has used it for 90 days, or earlier as it is set',
  ),
];

const ORG =
  'the org authorization server ends refresh tokens after 90 days, and its access tokens are not for your own API';
const CUSTOM: Remedy = {
  text: 'Use a custom authorization server of Okta, or this skill’s own server in front of it (LINK_MODE=bridge).',
};
/** It has no access policies (support.okta.com, refresh-token-expiration-behavior). */
const OKTA_ORG = (['refresh-life', 'idle'] as const).map((question) =>
  bridge(question, 'refresh tokens of the org authorization server', '90 days, fixed', ORG, CUSTOM),
);

/** The custom authorization server of Okta by its issuer: `https://ORG/oauth2/ID`. */
export const oktaServerId = (issuer: string): string | undefined =>
  /^\/oauth2\/([^/]+)\/?$/.exec(new URL(issuer).pathname)?.[1];

export function observeFixed({ kind, issuer }: Pick<MakerServer, 'kind' | 'issuer'>): readonly Observation[] {
  if (kind === 'entra') return ENTRA;
  if (kind === 'b2c') return B2C;
  return kind === 'okta' && oktaServerId(issuer) === undefined ? OKTA_ORG : [];
}
