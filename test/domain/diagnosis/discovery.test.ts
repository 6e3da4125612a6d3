import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { convictions, diagnose } from '../../../lambda/domain/diagnosis/diagnose.ts';
import { seedLink } from '../../support/seed.ts';
import { PASSWORD, type TestSetup } from '../../support/setup.ts';
import { openWatched } from './gather-support.ts';

// What Alexa was told of the devices, compared with what the device cloud lists now.

let setup: TestSetup;
beforeEach(async () => {
  setup = await openWatched();
});
afterEach(() => setup.system.close());

/** What is found of the whole account. */
async function found(accountId = setup.account.userId) {
  const evidence = await setup.system.ports.diagnostics.gather({ accountId: String(accountId) });
  return convictions(diagnose(evidence, setup.clock.now())).map(({ hop, darkens, cause }) => ({
    hop,
    darkens,
    ...cause,
  }));
}

test('a plug that Alexa was not told about, until it is discovered', async () => {
  setup.system.myLeviton.addSwitch(setup.residence, { name: 'Hall' });
  expect(await found()).toEqual([
    {
      ...{ hop: 'discovery', darkens: false, code: 'device-held-back', name: 'Hall', reason: 'not-announced' },
      ...{ described: 1, listed: 2 },
    },
  ]);
  await setup.customer.discover();
  expect(await found()).toEqual([]);
});

test('a plug whose name Alexa cannot take', async () => {
  setup.system.myLeviton.addSwitch(setup.residence, { name: '***' });
  await setup.customer.discover();
  expect(await found()).toEqual([
    {
      ...{ hop: 'discovery', darkens: false, code: 'device-held-back', name: '***', reason: 'name' },
      ...{ described: 1, listed: 2 },
    },
  ]);
});

test('a plug whose record nobody can read', async () => {
  const { myLeviton } = setup.system;
  const { id } = myLeviton.addSwitch(setup.residence, { name: 'Hall', without: ['power'] });
  await setup.customer.discover();
  expect(await found()).toEqual([{ hop: 'discovery', darkens: false, code: 'device-unreadable', id: String(id) }]);
});

test('the device cloud did not answer the first Discover', async () => {
  const { system } = setup;
  const other = system.myLeviton.addAccount({ email: 'grace@example.org', password: PASSWORD });
  system.myLeviton.addSwitch(other.residenceIds[0] ?? 0, { name: 'Hall' });
  const { customer } = await seedLink(system, { email: 'grace@example.org', password: PASSWORD });
  await customer.acceptGrant();
  const recover = system.myLeviton.inject({ kind: 'html', status: 503 });
  await customer.discover();
  recover();
  expect(await found(other.userId)).toMatchObject([
    { code: 'device-held-back', name: 'Hall', described: 0, listed: 1 },
  ]);
});
