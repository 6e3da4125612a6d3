import { expect, test } from '@jest/globals';
import { createTokenMac } from '../../../lambda/adapters/hmac/token-mac.ts';
import { SealingKeyMissing } from '../../../lambda/ports/errors.ts';

const key = (id: string, byte: number) => ({ id, key: Buffer.alloc(32, byte).toString('base64') });

test('192 bits, by the newest key', () => {
  const { keyId, mac } = createTokenMac([key('new', 2), key('old', 1)]).sign('text');
  expect(keyId).toBe('new');
  expect(mac).toMatch(/^[\w-]{32}$/);
});

test('the same text has the same MAC, which is not that of the bare key', () => {
  const sign = () => createTokenMac([key('k', 1)]).sign('text').mac;
  expect(sign()).toBe(sign());
  // HMAC-SHA-256 of `text` under 32 bytes of 01, cut to 24
  expect(sign()).not.toBe('jmqJTpPYuw2JE0UgrnTnDXZO5xuAecf_');
});

test('older keys verify, a changed text, MAC or key does not', () => {
  const { mac } = createTokenMac([key('old', 1)]).sign('text');
  const ring = createTokenMac([key('new', 2), key('old', 1)]);
  expect(ring.verify('text', 'old', mac)).toBe(true);
  expect(ring.verify('texts', 'old', mac)).toBe(false);
  expect(ring.verify('text', 'new', mac)).toBe(false);
  expect(ring.verify('text', 'old', mac.slice(0, -1))).toBe(false);
  expect(ring.verify('text', 'old', '')).toBe(false);
});

test('a key that is not in the ring proves nothing', () => {
  expect(() => createTokenMac([key('new', 2)]).verify('text', 'old', 'x')).toThrow(SealingKeyMissing);
  expect(() => createTokenMac([])).toThrow(SealingKeyMissing);
});
