import { expect, test } from '@jest/globals';
import { createSealer } from '../../../lambda/adapters/aes-gcm/sealer.ts';
import { parseSecrets } from '../../../lambda/adapters/environment/secrets.ts';
import { createTokenMac } from '../../../lambda/adapters/hmac/token-mac.ts';
import { SealingKeyMissing } from '../../../lambda/ports/errors.ts';

const messaging = { clientId: 'amzn1.application-oa2-client.1', clientSecret: 'canary-messaging-secret' };
const key = Buffer.alloc(32, 7).toString('base64');
const sealingText = 'canary0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVW';
const parse = (secrets: object) => parseSecrets(JSON.stringify({ messaging, ...secrets }));

test('a generated text is a key of the ring, the same wherever it is read', () => {
  expect(parse({ sealingText }).sealingKeys).toEqual([
    { id: 'g-648907a1', key: 'ad5D3IsopFtQRriB01DOX+lyVIJ9QKD0vhIs5k2Lv1k=' },
  ]);
  expect(parse({ sealingText })).not.toHaveProperty('sealingText');
});

test('a key that is added later seals, and the generated one still opens', () => {
  const before = createSealer(parse({ sealingText }).sealingKeys);
  const after = createSealer(parse({ sealingText, sealingKeys: [{ id: 'k2', key }] }).sealingKeys);
  expect(after.open(before.seal('text', 'here'), 'here')).toBe('text');
  expect(after.seal('text', 'here')).toMatch(/^dps\.k2\./);
});

test('a text that was generated anew is another key: what the old one made is no forgery', () => {
  const before = parse({ sealingText }).sealingKeys;
  const after = parse({ sealingText: sealingText.toUpperCase() }).sealingKeys;
  const sealed = createSealer(before).seal('text', 'here');
  expect(() => createSealer(after).open(sealed, 'here')).toThrow(SealingKeyMissing);
  const { keyId, mac } = createTokenMac(before).sign('text');
  expect(() => createTokenMac(after).verify('text', keyId, mac)).toThrow(SealingKeyMissing);
});

test('keys alone are as they were', () => {
  expect(parse({ sealingKeys: [{ id: 'k1', key }] })).toEqual({
    messaging,
    sealingKeys: [{ id: 'k1', key }],
    linkingClients: [],
  });
});

test.each([
  { name: ' Ada Lovelace ', read: 'Ada Lovelace' },
  { name: 'Ada\nLovelace', read: undefined },
  { name: '<b>Ada</b>', read: undefined },
  { name: 7, read: undefined },
])('who runs the skill is $name: a name that cannot stand in a mail keeps nobody from its work', ({ name, read }) => {
  expect(parse({ sealingText, operator: name }).operator).toBe(read);
});

test.each([
  { what: 'no key at all', secrets: {}, named: 'sealingKeys' },
  { what: 'an empty ring', secrets: { sealingKeys: [] }, named: 'sealingKeys' },
  { what: 'a text that can be guessed', secrets: { sealingText: 'canary' }, named: 'sealingText' },
  { what: 'a text that is none', secrets: { sealingText: 1 }, named: 'sealingText' },
  { what: 'a key without id', secrets: { sealingText, sealingKeys: [{ key }] }, named: 'sealingKeys.0.id' },
  { what: 'no messaging credentials', secrets: { sealingText, messaging: undefined }, named: 'messaging' },
])('$what: the field is named, and no value is shown', ({ secrets, named }) => {
  expect(() => parse(secrets)).toThrow(`the secrets are missing or wrong in: ${named}`);
  expect(() => parse(secrets)).not.toThrow('canary');
});

test('what is no JSON', () => {
  expect(() => parseSecrets('canary{')).toThrow('the secrets are missing or wrong in: the whole');
});
