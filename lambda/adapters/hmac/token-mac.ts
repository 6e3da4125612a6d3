import { createHash, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { SealingKeyMissing } from '../../ports/errors.ts';
import type { SealingKey } from '../../ports/secrets.ts';
import type { TokenMac } from '../../ports/token-mac.ts';

/** 192 of the 256 bits stay: nobody guesses those, and a refresh token stays short. */
const KEPT_BYTES = 24;

/**
 * HMAC-SHA-256 with keys derived (HKDF, RFC 5869) from the ring that seals, so that the two never share a key.
 * @param keys the first one signs, all of them verify
 */
export function createTokenMac(keys: readonly SealingKey[]): TokenMac {
  const ring = new Map(keys.map(({ id, key }) => [id, derive(key)]));
  const newest = keys[0];
  if (!newest) throw new SealingKeyMissing('the ring has no key');
  return {
    sign: (text) => ({ keyId: newest.id, mac: compute(ring, newest.id, text) }),
    verify: (text, keyId, mac) => timingSafeEqual(digest(mac), digest(compute(ring, keyId, text))),
  };
}

const derive = (key: string): Buffer =>
  Buffer.from(hkdfSync('sha256', Buffer.from(key, 'base64'), '', 'refresh-token-mac', 32));

function compute(ring: ReadonlyMap<string, Buffer>, keyId: string, text: string): string {
  const key = ring.get(keyId);
  if (!key) throw new SealingKeyMissing('the ring has no key of this id');
  return createHmac('sha256', key).update(text).digest().subarray(0, KEPT_BYTES).toString('base64url');
}

/** Texts of any length become comparable in constant time. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
