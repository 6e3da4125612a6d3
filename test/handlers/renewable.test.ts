import { expect, test } from '@jest/globals';
import { createSealer } from '../../lambda/adapters/aes-gcm/sealer.ts';
import { renewable } from '../../lambda/handlers/renewable.ts';
import { BearerInvalid, SealingKeyMissing } from '../../lambda/ports/errors.ts';
import { sealingKey } from '../adapters/dynamodb/support.ts';

let now = Date.parse('2026-03-01T12:00:00.000Z');
const clock = { now: () => new Date(now), wait: async () => undefined };
const turn = () => new Promise((resolve) => setImmediate(resolve));
const [before, added] = [sealingKey('k1'), sealingKey('k2')];
const sealed = createSealer([added, before]).seal('a session', 'here');

test('a key that was added since is fetched when it is first missed', async () => {
  const sealer = renewable(createSealer([before]), async () => createSealer([added, before]), clock);
  const old = sealer.seal('a token', 'here');
  expect(() => sealer.open(sealed, 'here')).toThrow(SealingKeyMissing);
  await turn();
  expect(sealer.open(sealed, 'here')).toBe('a session');
  expect(sealer.open(old, 'here')).toBe('a token');
  expect(sealer.seal('more', 'here')).toMatch(/^dps\.k2\./);
});

test('a key that is nowhere is looked for once a minute, and a fetch that fails is tried again', async () => {
  let fetches = 0;
  const repeated = async () => {
    fetches++;
    if (fetches === 1) throw new Error('the secret entry does not answer');
    return createSealer([added, before]);
  };
  const sealer = renewable(createSealer([before]), repeated, clock);
  for (let missed = 0; missed < 3; missed++) expect(() => sealer.open(sealed, 'here')).toThrow(SealingKeyMissing);
  await turn();
  expect(() => sealer.open(sealed, 'here')).toThrow(SealingKeyMissing);
  expect(fetches).toBe(1);
  now += 60_000;
  expect(() => sealer.open(sealed, 'here')).toThrow(SealingKeyMissing);
  await turn();
  expect(sealer.open(sealed, 'here')).toBe('a session');
});

test('what was changed on the way fetches nothing', async () => {
  let fetches = 0;
  const repeated = async () => {
    fetches++;
    return createSealer([before]);
  };
  const sealer = renewable(createSealer([before]), repeated, clock);
  expect(() => sealer.open(`${sealer.seal('a token', 'here')}A`, 'here')).toThrow(BearerInvalid);
  expect(fetches).toBe(0);
});
