import { randomBytes } from 'node:crypto';
import type { TokenMac } from '../ports/token-mac.ts';
import { sha256 } from './hash.ts';

/** Amazon's advice. Alexa accepts 360 s or more. */
export const ACCESS_TOKEN_SECONDS = 3600;
/** RFC 6749 section 4.1.2 allows 600. */
export const CODE_SECONDS = 300;

/** 128 random bits. */
export const newLinkId = (): string => randomBytes(16).toString('base64url');

const CODE = /^dpsc\.([\w-]{22})\.[\w-]{32}$/;

/** An authorization code; only its hash is stored. It contains the link's id, which tells a wrong code from a missing row. */
export function newCode(linkId: string): { readonly code: string; readonly hash: string } {
  const code = `dpsc.${linkId}.${randomBytes(24).toString('base64url')}`;
  return { code, hash: codeHash(code) };
}

export const codeHash = (code: string): string => sha256(code).toString('hex');

/** @returns the id of the code's link; undefined for a text that does not look like a code */
export const linkIdOfCode = (code: string): string | undefined => CODE.exec(code)?.[1];

export interface RefreshToken {
  readonly linkId: string;
  /** Counts up where refresh tokens rotate. */
  readonly generation: number;
  readonly keyId: string;
}

const REFRESH_TOKEN = /^dpsr\.([A-Za-z0-9-]+)\.([\w-]{22})\.(0|[1-9]\d{0,8})\.([\w-]{32})$/;

const macText = (linkId: string, generation: number): string => `dpsr.${linkId}.${generation}`;

/**
 * A refresh token: the link's id, a generation and our MAC. It does not expire and does not depend on an address. The same link and
 * generation always give the same token (until the key ring has a newer key), so a lost answer can be repeated.
 */
export function refreshToken(linkId: string, generation: number, tokenMac: TokenMac): string {
  const { keyId, mac } = tokenMac.sign(macText(linkId, generation));
  return `dpsr.${keyId}.${linkId}.${generation}.${mac}`;
}

/** @returns the id that stands in a refresh token, whether or not that is genuine */
export const linkIdOfRefreshToken = (token: string): string | undefined => REFRESH_TOKEN.exec(token)?.[2];

/**
 * @returns undefined for a text that surely is not our refresh token
 * @throws SealingKeyMissing when its key is not in the ring
 */
export function openRefreshToken(token: string, tokenMac: TokenMac): RefreshToken | undefined {
  const [, keyId, linkId, number, mac] = REFRESH_TOKEN.exec(token) ?? [];
  if (!keyId || !linkId || !number || !mac) return undefined;
  const generation = Number(number);
  return tokenMac.verify(macText(linkId, generation), keyId, mac) ? { linkId, generation, keyId } : undefined;
}
