import type { Tokens } from './grant-store.ts';

/** Login with Amazon, as the skill's messaging client uses it. */
export interface TokenClient {
  /** @throws GrantRevoked (the code is spent or too old), MessagingClientRefused, TokenServiceUnreachable */
  exchange(code: string, signal: AbortSignal): Promise<Tokens>;
  /** @throws GrantRevoked, MessagingClientRefused, TokenServiceUnreachable */
  refresh(refreshToken: string, signal: AbortSignal): Promise<Tokens>;
}
