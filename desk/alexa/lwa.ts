import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../../lambda/ports/clock.ts';

/**
 * Login with Amazon's token endpoint: the grants of event gateways, and the consent that the Skill Enablement API asks for.
 * @see https://developer.amazon.com/docs/login-with-amazon/access-token.html and refresh-token.html
 * @see https://developer.amazon.com/docs/smarthome/authenticate-a-customer-permissions.html
 * @see https://developer.amazon.com/docs/alexaplus/account-linking/your-app-to-alexa-step5.html
 */
export interface LoginWithAmazon {
  readonly messaging: { readonly clientId: string; readonly clientSecret: string };
  /** A fresh grant code for one customer: good once, for five minutes. */
  issueCode(owner: string): string;
  /** A fresh code of the consent page, as good and as long. */
  issueConsentCode(owner: string, asked: ConsentAsked): string;
  /** Whether somebody has exchanged the code. */
  wasExchanged(code: string): boolean;
  answer(request: TokenRequest): TokenAnswer;
  /** Whose access token of a grant it is; undefined when it has ended (unless those count as well) or never was one. */
  ownerOf(accessToken: string, options?: { readonly ended: boolean }): string | undefined;
  /** What an access token is good for at the Skill Enablement API. */
  consentOf(accessToken: string): Consent;
  /** Whose code or refresh token a form shows, and for what, good or not; undefined where it is nobody's. */
  holderOfForm(form: URLSearchParams): { readonly owner: string; readonly scope: LwaScope } | undefined;
  endAccessTokens(): void;
  /** Whether a customer has a grant with tokens. */
  hasGrant(owner: string): boolean;
  /** Takes every grant of a customer back, as disabling the skill does. Consents stay. */
  revoke(owner: string): void;
  /** Takes every consent of a customer back. */
  revokeConsent(owner: string): void;
}

/** What an authorization request of the consent page fixes for the exchange of its code. */
export interface ConsentAsked {
  readonly redirectUri: string;
  /** S256 (RFC 7636 section 4.2). */
  readonly challenge?: string;
}

/** `wrong-scope`: a token of Login with Amazon that was issued for something else. */
export type Consent = { readonly owner: string } | 'ended' | 'wrong-scope';

/** What tokens are good for: `events` at the event gateways, `linking` (alexa::skills:account_linking) at the Skill Enablement API. */
export type LwaScope = 'events' | 'linking';

export interface TokenRequest {
  readonly contentType: string | undefined;
  readonly query: string;
  readonly body: string;
}

export interface TokenAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  /** What no client may ever send, whatever the state of its grant. */
  readonly problems: readonly string[];
}

interface Code {
  readonly owner: string;
  /** Of a code from the consent page. */
  readonly consent?: ConsentAsked;
  readonly goodUntil: number;
  state: 'fresh' | 'spent' | 'exchanged';
}

interface RefreshToken {
  readonly owner: string;
  readonly scope: LwaScope;
  revoked: boolean;
}

const CODE_LIFETIME_MS = 5 * 60_000;
const ACCESS_TOKEN_LIFETIME_S = 3600;

const random = (bytes: number) => randomBytes(bytes).toString('base64url');

export function createLoginWithAmazon(clock: Clock): LoginWithAmazon {
  const messaging = {
    clientId: `amzn1.application-oa2-client.${randomBytes(16).toString('hex')}`,
    clientSecret: `amzn1.oa2-cs.v1.${randomBytes(32).toString('hex')}`,
  };
  const tokens = createTokens(clock);

  function answerForm(form: URLSearchParams): TokenAnswer {
    const grantType = form.get('grant_type');
    const needed = ['grant_type', 'client_id', 'client_secret', ...(neededBy[grantType ?? ''] ?? [])];
    const missing = needed.find((name) => !form.get(name));
    if (missing) return invalidRequest(missing, `the form has no ${missing}`);
    if (form.get('client_id') !== messaging.clientId || form.get('client_secret') !== messaging.clientSecret) {
      return refusal(401, 'invalid_client', 'Client authentication failed');
    }
    if (grantType === 'authorization_code') return tokens.exchange(form);
    if (grantType === 'refresh_token') return tokens.refresh(form);
    return {
      ...refusal(400, 'unsupported_grant_type', 'The authorization grant type is not supported'),
      problems: ['grant_type must be authorization_code or refresh_token'],
    };
  }

  return {
    ...tokens,
    messaging,
    answer: ({ contentType, query, body }) => {
      const inUrl = query === '' ? [] : ['the form belongs into the body, nothing of it into the URL'];
      const isForm = contentType?.split(';')[0]?.trim().toLowerCase() === 'application/x-www-form-urlencoded';
      // Amazon looks for the parameters in a form, finds none, and says so, whatever the body holds.
      const answer = isForm
        ? answerForm(new URLSearchParams(body))
        : invalidRequest('grant_type', 'the body must be application/x-www-form-urlencoded');
      return { ...answer, problems: [...inUrl, ...answer.problems] };
    },
  };
}

/** The codes and tokens that were issued, and whose they are. */
function createTokens(clock: Clock) {
  const codes = new Map<string, Code>();
  const accessTokens = new Map<string, { owner: string; scope: LwaScope; goodUntil: number }>();
  const refreshTokens = new Map<string, RefreshToken>();
  const now = () => clock.now().getTime();

  function issueTokens({ owner, scope }: { owner: string; scope: LwaScope }): TokenAnswer {
    // 360 characters and the prefix: Amazon's are at least 350 long.
    const accessToken = `Atza|${random(270)}`;
    const refreshToken = `Atzr|${random(270)}`;
    accessTokens.set(accessToken, { owner, scope, goodUntil: now() + ACCESS_TOKEN_LIFETIME_S * 1000 });
    refreshTokens.set(refreshToken, { owner, scope, revoked: false });
    return {
      status: 200,
      body: {
        access_token: accessToken,
        refresh_token: refreshToken,
        token_type: 'bearer',
        // Amazon's page on the consent shows it as text, the one on grants as a number.
        expires_in: scope === 'linking' ? String(ACCESS_TOKEN_LIFETIME_S) : ACCESS_TOKEN_LIFETIME_S,
      },
      problems: [],
    };
  }

  function exchange(form: URLSearchParams): TokenAnswer {
    const code = codes.get(form.get('code') ?? '');
    if (code?.state !== 'fresh' || now() >= code.goodUntil) return invalidGrant('authorization code');
    // Any try spends it, a failed one as well.
    code.state = 'spent';
    const problem = code.consent ? consentProblem(code.consent, form) : grantProblem(form);
    if (problem) return { ...invalidGrant('authorization code'), problems: [problem] };
    code.state = 'exchanged';
    return issueTokens({ owner: code.owner, scope: scopeOf(code) });
  }

  function refresh(form: URLSearchParams): TokenAnswer {
    const held = refreshTokens.get(form.get('refresh_token') ?? '');
    return held && !held.revoked ? issueTokens(held) : invalidGrant('refresh token');
  }

  function revoke(owner: string, scope: LwaScope): void {
    const isOf = (held: { owner: string; scope: LwaScope }) => held.owner === owner && held.scope === scope;
    for (const [token, held] of accessTokens) if (isOf(held)) accessTokens.delete(token);
    for (const held of refreshTokens.values()) if (isOf(held)) held.revoked = true; // it is still known whose it was
    for (const [code, held] of codes) if (isOf({ owner: held.owner, scope: scopeOf(held) })) codes.delete(code);
  }

  function issue(owner: string, consent?: ConsentAsked): string {
    const code = random(15);
    codes.set(code, { owner, goodUntil: now() + CODE_LIFETIME_MS, state: 'fresh', ...(consent && { consent }) });
    return code;
  }

  return {
    exchange,
    refresh,
    issueCode: (owner) => issue(owner),
    issueConsentCode: issue,
    wasExchanged: (code) => codes.get(code)?.state === 'exchanged',
    ownerOf: (accessToken, { ended } = { ended: false }) => {
      const token = accessTokens.get(accessToken);
      return token?.scope === 'events' && (ended || now() < token.goodUntil) ? token.owner : undefined;
    },
    consentOf: (accessToken) => {
      const token = accessTokens.get(accessToken);
      if (!token || now() >= token.goodUntil) return 'ended';
      return token.scope === 'linking' ? { owner: token.owner } : 'wrong-scope';
    },
    holderOfForm: (form) => {
      const code = codes.get(form.get('code') ?? '');
      if (code) return { owner: code.owner, scope: scopeOf(code) };
      return refreshTokens.get(form.get('refresh_token') ?? '');
    },
    endAccessTokens: () => {
      for (const token of accessTokens.values()) token.goodUntil = 0;
    },
    hasGrant: (owner) =>
      [...refreshTokens.values()].some((held) => held.owner === owner && held.scope === 'events' && !held.revoked),
    revoke: (owner) => revoke(owner, 'events'),
    revokeConsent: (owner) => revoke(owner, 'linking'),
  } satisfies Omit<LoginWithAmazon, 'messaging' | 'answer'> &
    Record<'exchange' | 'refresh', (form: URLSearchParams) => TokenAnswer>;
}

const scopeOf = ({ consent }: Code): LwaScope => (consent ? 'linking' : 'events');

const grantProblem = (form: URLSearchParams): string | undefined =>
  form.has('redirect_uri') ? 'a grant code is exchanged without redirect_uri' : undefined;

/** What is wrong with the exchange of a code from the consent page (RFC 6749 section 4.1.3, RFC 7636 section 4.6). */
function consentProblem({ redirectUri, challenge }: ConsentAsked, form: URLSearchParams): string | undefined {
  if (form.get('redirect_uri') !== redirectUri) return 'redirect_uri must be that of the consent page';
  const verifier = form.get('code_verifier');
  if (challenge === undefined) return verifier === null ? undefined : 'code_verifier for a code without a challenge';
  const made = createHash('sha256')
    .update(verifier ?? '')
    .digest('base64url');
  return made === challenge ? undefined : 'code_verifier does not fit the challenge';
}

const neededBy: Readonly<Record<string, readonly string[]>> = {
  authorization_code: ['code'],
  refresh_token: ['refresh_token'],
};

/** An error of RFC 6749, section 5.2, in Amazon's wrapping. */
export const refusal = (status: number, error: string, description: string): TokenAnswer => ({
  status,
  body: { error, error_description: description, request_id: random(12) },
  problems: [],
});

export const invalidGrant = (what: string) =>
  refusal(400, 'invalid_grant', `The request has an invalid grant parameter : ${what}`);

const invalidRequest = (parameter: string, problem: string): TokenAnswer => ({
  ...refusal(400, 'invalid_request', `The request is missing a required parameter : ${parameter}`),
  problems: [problem],
});
