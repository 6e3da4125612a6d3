import { randomBytes } from 'node:crypto';
import type { Clock } from '../../lambda/ports/clock.ts';

/**
 * Login with Amazon's token endpoint, as far as the grants of event gateways go.
 * @see https://developer.amazon.com/docs/login-with-amazon/access-token.html and refresh-token.html
 * @see https://developer.amazon.com/docs/smarthome/authenticate-a-customer-permissions.html
 */
export interface LoginWithAmazon {
  readonly messaging: { readonly clientId: string; readonly clientSecret: string };
  /** A fresh grant code for one customer: good once, for five minutes. */
  issueCode(owner: string): string;
  /** Whether somebody has exchanged the code. */
  wasExchanged(code: string): boolean;
  answer(request: TokenRequest): TokenAnswer;
  /** Whose access token it is; undefined when it has ended (unless those count as well) or never was one. */
  ownerOf(accessToken: string, options?: { readonly ended: boolean }): string | undefined;
  /** Whose code or refresh token a form shows; undefined where it is nobody's. */
  ownerOfForm(form: URLSearchParams): string | undefined;
  endAccessTokens(): void;
  /** Takes every grant of a customer back, as disabling the skill does. */
  revoke(owner: string): void;
}

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
  readonly goodUntil: number;
  state: 'fresh' | 'spent' | 'exchanged';
}

const CODE_LIFETIME_MS = 5 * 60_000;
const ACCESS_TOKEN_LIFETIME_S = 3600;

const random = (bytes: number) => randomBytes(bytes).toString('base64url');

export function createLoginWithAmazon(clock: Clock): LoginWithAmazon {
  const messaging = {
    clientId: `amzn1.application-oa2-client.${randomBytes(16).toString('hex')}`,
    clientSecret: `amzn1.oa2-cs.v1.${randomBytes(32).toString('hex')}`,
  };
  const codes = new Map<string, Code>();
  const accessTokens = new Map<string, { owner: string; goodUntil: number }>();
  const refreshTokens = new Map<string, string>();
  const now = () => clock.now().getTime();

  function issueTokens(owner: string): TokenAnswer {
    // 360 characters and the prefix: Amazon's are at least 350 long.
    const accessToken = `Atza|${random(270)}`;
    const refreshToken = `Atzr|${random(270)}`;
    accessTokens.set(accessToken, { owner, goodUntil: now() + ACCESS_TOKEN_LIFETIME_S * 1000 });
    refreshTokens.set(refreshToken, owner);
    return {
      status: 200,
      body: {
        access_token: accessToken,
        refresh_token: refreshToken,
        token_type: 'bearer',
        expires_in: ACCESS_TOKEN_LIFETIME_S,
      },
      problems: [],
    };
  }

  function exchange(form: URLSearchParams): TokenAnswer {
    const code = codes.get(form.get('code') ?? '');
    if (code?.state !== 'fresh' || now() >= code.goodUntil) return invalidGrant('authorization code');
    // Any try spends it, a failed one as well.
    code.state = 'spent';
    if (form.has('redirect_uri')) {
      return { ...invalidGrant('authorization code'), problems: ['a grant code is exchanged without redirect_uri'] };
    }
    code.state = 'exchanged';
    return issueTokens(code.owner);
  }

  function refresh(form: URLSearchParams): TokenAnswer {
    const owner = refreshTokens.get(form.get('refresh_token') ?? '');
    return owner === undefined ? invalidGrant('refresh token') : issueTokens(owner);
  }

  function answerForm(form: URLSearchParams): TokenAnswer {
    const grantType = form.get('grant_type');
    const needed = ['grant_type', 'client_id', 'client_secret', ...(neededBy[grantType ?? ''] ?? [])];
    const missing = needed.find((name) => !form.get(name));
    if (missing) return invalidRequest(missing, `the form has no ${missing}`);
    if (form.get('client_id') !== messaging.clientId || form.get('client_secret') !== messaging.clientSecret) {
      return refusal(401, 'invalid_client', 'Client authentication failed');
    }
    if (grantType === 'authorization_code') return exchange(form);
    if (grantType === 'refresh_token') return refresh(form);
    return {
      ...refusal(400, 'unsupported_grant_type', 'The authorization grant type is not supported'),
      problems: ['grant_type must be authorization_code or refresh_token'],
    };
  }

  return {
    messaging,
    issueCode: (owner) => {
      const code = random(15);
      codes.set(code, { owner, goodUntil: now() + CODE_LIFETIME_MS, state: 'fresh' });
      return code;
    },
    wasExchanged: (code) => codes.get(code)?.state === 'exchanged',
    answer: ({ contentType, query, body }) => {
      const inUrl = query === '' ? [] : ['the form belongs into the body, nothing of it into the URL'];
      const isForm = contentType?.split(';')[0]?.trim().toLowerCase() === 'application/x-www-form-urlencoded';
      // Amazon looks for the parameters in a form, finds none, and says so, whatever the body holds.
      const answer = isForm
        ? answerForm(new URLSearchParams(body))
        : invalidRequest('grant_type', 'the body must be application/x-www-form-urlencoded');
      return { ...answer, problems: [...inUrl, ...answer.problems] };
    },
    ownerOf: (accessToken, { ended } = { ended: false }) => {
      const token = accessTokens.get(accessToken);
      return token && (ended || now() < token.goodUntil) ? token.owner : undefined;
    },
    ownerOfForm: (form) =>
      refreshTokens.get(form.get('refresh_token') ?? '') ?? codes.get(form.get('code') ?? '')?.owner,
    endAccessTokens: () => {
      for (const token of accessTokens.values()) token.goodUntil = 0;
    },
    revoke: (owner) => {
      for (const [token, held] of accessTokens) if (held.owner === owner) accessTokens.delete(token);
      for (const [token, holder] of refreshTokens) if (holder === owner) refreshTokens.delete(token);
      for (const [token, held] of codes) if (held.owner === owner) codes.delete(token);
    },
  };
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
