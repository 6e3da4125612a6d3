import type { CanaryState } from './canary-store.ts';

/** How an address of ours looks from outside. */
export type AddressState =
  | {
      readonly state: 'ok';
      /** ISO 8601; absent without HTTPS. */
      readonly certificateEndsAt?: string;
      readonly issuer?: string;
    }
  | {
      readonly state: 'name-unknown' | 'certificate-ended' | 'certificate-refused' | 'no-answer';
      readonly certificateEndsAt?: string;
    };

/** The sign-in page as a browser would get it. */
export type PageState = { readonly state: 'ok' } | { readonly state: 'failing'; readonly status?: number };

/** The answer of the token endpoint to a refresh token that nobody has issued. `ok`: 400 `invalid_grant` in JSON, in time for Alexa. */
export type TokenEndpointState =
  | { readonly state: 'ok' }
  | {
      readonly state: 'no-answer' | 'late' | 'server-error' | 'not-json' | 'client-refused';
      readonly status?: number;
    };

/** Looks at the linking server as Alexa does: over its public address. Nothing is linked or changed. None of these throws. */
export interface OwnAddress {
  address(signal: AbortSignal): Promise<AddressState>;
  signInPage(signal: AbortSignal): Promise<PageState>;
  tokenEndpoint(signal: AbortSignal): Promise<TokenEndpointState>;
  /** Refreshes with a token of ours, as Alexa does. */
  refresh(refreshToken: string, signal: AbortSignal): Promise<CanaryState>;
}
