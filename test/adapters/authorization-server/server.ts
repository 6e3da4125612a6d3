import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose';

/** A key of an authorization server. */
export interface ServerKey {
  readonly kid: string;
  readonly jwk: object;
  readonly privateKey: CryptoKey;
}

export async function makeKey(kid: string, alg = 'ES256'): Promise<ServerKey> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  return { kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
}

export const ISSUER = 'https://login.acme.example/';

export interface TokenSetup {
  readonly key: ServerKey;
  readonly now: Date;
  /** Seconds from now on; 3600 by default. */
  readonly lives?: number;
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Record<string, unknown>>;
}

/** An access token as a server makes it; claims of `undefined` are left out. */
export function makeToken({ key, now, lives = 3_600, claims = {}, header = {} }: TokenSetup): Promise<string> {
  const seconds = Math.floor(now.getTime() / 1000);
  const all = { iss: ISSUER, sub: 'user-1', client_id: 'alexa', iat: seconds, exp: seconds + lives, ...claims };
  const payload = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  return new SignJWT(payload).setProtectedHeader({ alg: 'ES256', kid: key.kid, ...header }).sign(key.privateKey);
}
