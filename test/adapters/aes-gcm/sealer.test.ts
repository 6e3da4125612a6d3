import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createSealer } from '../../../lambda/adapters/aes-gcm/sealer.ts';
import { BearerInvalid, SealingKeyMissing } from '../../../lambda/ports/errors.ts';

const keyBytes = (id: string) => createHash('sha256').update(id).digest();
const key = (id: string) => ({ id, key: keyBytes(id).toString('base64') });

const sealer = createSealer([key('k1')]);
const anyText = fc.string({ unit: 'binary', maxLength: 300 });

/** The bytes after the last dot. */
const bytesOf = (sealed: string) => Buffer.from(sealed.slice(sealed.lastIndexOf('.') + 1), 'base64url');

test('any text comes back in its context', () => {
  fc.assert(
    fc.property(anyText, anyText, (text, context) => {
      const sealed = sealer.seal(text, context);
      expect(sealed).toMatch(/^dps\.k1\.[A-Za-z0-9_-]+$/);
      expect(sealer.open(sealed, context)).toBe(text);
    }),
  );
});

test('any flipped bit is noticed', () => {
  fc.assert(
    fc.property(anyText, fc.nat(), fc.integer({ min: 0, max: 7 }), (text, at, bit) => {
      const bytes = bytesOf(sealer.seal(text, 'here'));
      const index = at % bytes.length;
      bytes[index] = (bytes[index] ?? 0) ^ (1 << bit);
      expect(() => sealer.open(`dps.k1.${bytes.toString('base64url')}`, 'here')).toThrow(BearerInvalid);
    }),
  );
});

test('any other character is noticed, even where it spells the same bytes', () => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  fc.assert(
    fc.property(anyText, fc.nat(), fc.constantFrom(...alphabet), (text, at, character) => {
      const sealed = sealer.seal(text, 'here');
      const index = 'dps.k1.'.length + (at % (sealed.length - 'dps.k1.'.length));
      fc.pre(sealed[index] !== character);
      const changed = sealed.slice(0, index) + character + sealed.slice(index + 1);
      expect(() => sealer.open(changed, 'here')).toThrow(BearerInvalid);
    }),
  );
});

test('a truncated or lengthened text is noticed', () => {
  fc.assert(
    fc.property(anyText, fc.nat(), (text, at) => {
      const sealed = sealer.seal(text, 'here');
      expect(() => sealer.open(sealed.slice(0, at % sealed.length), 'here')).toThrow(BearerInvalid);
      expect(() => sealer.open(`${sealed}A`, 'here')).toThrow(BearerInvalid);
    }),
  );
});

test('in any other context it does not open', () => {
  fc.assert(
    fc.property(anyText, anyText, anyText, (text, context, other) => {
      fc.pre(context !== other);
      expect(() => sealer.open(sealer.seal(text, context), other)).toThrow(BearerInvalid);
    }),
  );
});

test('the same text is never sealed alike', () => {
  const sealed = Array.from({ length: 100 }, () => sealer.seal('text', 'here'));
  expect(new Set(sealed.map((text) => bytesOf(text).subarray(0, 12).toString('hex'))).size).toBe(100);
});

test('what was sealed before opens still (AES-256-GCM, 12 bytes of nonce, 16 of tag)', () => {
  // Made by Python's cryptography: AESGCM(key).encrypt(nonce, b'secret \xc2\xb7 text', b'home#1/session/session')
  const sealed = 'dps.k1.AAECAwQFBgcICQoLDDwJwdvGb8xokl4tcjtBmCaTkftesuE05KTaiS5Q';
  expect(sealer.open(sealed, 'home#1/session/session')).toBe('secret · text');
});

describe('the ring', () => {
  test('the first key seals, all of them open', () => {
    const old = sealer.seal('text', 'here');
    const rotated = createSealer([key('k2'), key('k1')]);
    expect(rotated.open(old, 'here')).toBe('text');
    const renewed = rotated.seal('text', 'here');
    expect(renewed).toMatch(/^dps\.k2\./);
    expect(createSealer([key('k2')]).open(renewed, 'here')).toBe('text');
  });

  test('a key that is not in the ring is our fault', () => {
    const sealed = createSealer([key('lost')]).seal('text', 'here');
    expect(() => sealer.open(sealed, 'here')).toThrow(SealingKeyMissing);
  });

  test('another key under the same id does not open', () => {
    const other = createSealer([{ ...key('k2'), id: 'k1' }]);
    expect(() => sealer.open(other.seal('text', 'here'), 'here')).toThrow(BearerInvalid);
  });

  test.each([
    { when: 'empty', ring: [], says: 'the ring of sealing keys is empty' },
    {
      when: 'a key of 16 bytes',
      ring: [{ id: 'a', key: keyBytes('canary').subarray(0, 16).toString('base64') }],
      says: 'sealing key a has 16 bytes in base64, not 32',
    },
    {
      when: 'a key in hex',
      ring: [{ id: 'a', key: keyBytes('canary').toString('hex') }],
      says: 'sealing key a has 48 bytes in base64, not 32',
    },
    { when: 'no key', ring: [{ id: 'a', key: '' }], says: 'sealing key a has 0 bytes in base64, not 32' },
    {
      when: 'the second is wrong',
      ring: [key('a'), { id: 'b', key: 'canary' }],
      says: 'sealing key b has 4 bytes in base64, not 32',
    },
    {
      when: 'an id with a dot',
      ring: [key('a.b')],
      says: 'sealing key 0 has an id that is not of A-Z, a-z, 0-9 and -, up to 40 of them',
    },
    {
      when: 'an empty id',
      ring: [key('')],
      says: 'sealing key 0 has an id that is not of A-Z, a-z, 0-9 and -, up to 40 of them',
    },
    { when: 'one id twice', ring: [key('a'), { ...key('b'), id: 'a' }], says: 'two sealing keys have the id a' },
  ])('$when: $says', ({ ring, says }) => {
    expect(() => createSealer(ring)).toThrow(new Error(says));
  });
});

test.each([
  { when: 'empty', sealed: '' },
  { when: 'another kind of token', sealed: 'Atza|IwEBIA' },
  { when: 'another prefix', sealed: sealer.seal('text', 'here').replace('dps.', 'dpx.') },
  { when: 'something before it', sealed: ` ${sealer.seal('text', 'here')}` },
  { when: 'something after it', sealed: `${sealer.seal('text', 'here')}\n` },
  { when: 'no content', sealed: 'dps.k1.' },
  { when: 'too short to have nonce and tag', sealed: `dps.k1.${Buffer.alloc(27).toString('base64url')}` },
  { when: 'as long as they are and empty', sealed: `dps.k1.${Buffer.alloc(28).toString('base64url')}` },
  { when: 'an id that no key can have', sealed: `dps.k_1.${Buffer.alloc(40).toString('base64url')}` },
  { when: 'an id too long to be ours', sealed: `dps.${'k'.repeat(41)}.${Buffer.alloc(40).toString('base64url')}` },
  { when: 'a lost key, but too short for any', sealed: 'dps.lost.AAAA' },
])('never sealed by us: $when', ({ sealed }) => {
  expect(() => sealer.open(sealed, 'here')).toThrow(BearerInvalid);
});
