import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { endLink } from '../../lambda/domain/links.ts';
import { seedLink } from '../support/seed.ts';
import { EMAIL, openSetup, PASSWORD, type TestSetup } from '../support/setup.ts';

let setup: TestSetup;
beforeEach(async () => {
  setup = await openSetup({ granted: true });
  await setup.system.queue.idle();
});
afterEach(() => setup.system.close());

const HOUR_MS = 3_600_000;
const reconciled = () => setup.lines.map((line) => JSON.parse(line)).filter(({ event }) => event === 'reconciled');

test('each account has its turn once a day', async () => {
  for (let hour = 0; hour < 48; hour++) {
    await setup.system.maintainAccounts();
    setup.clock.advance(HOUR_MS);
  }
  expect(reconciled()).toHaveLength(2);
});

test('an account that cannot be read affects no other, and is logged', async () => {
  setup.system.myLeviton.inject({ kind: 'html', status: 502 });
  for (let hour = 0; hour < 24; hour++) {
    await setup.system.maintainAccounts();
    setup.clock.advance(HOUR_MS);
  }
  expect(reconciled()).toEqual([]);
  expect(setup.lines.filter((line) => line.includes('not-reconciled'))).toHaveLength(1);
});

test('an account that nobody is linked with is left alone until somebody links again', async () => {
  const links = await setup.system.ports.links.ofAccount(String(setup.account.userId));
  for (const link of links) await endLink(link, 'skill-disabled', setup.system.ports);
  const day = async () => {
    for (let hour = 0; hour < 24; hour++) {
      await setup.system.maintainAccounts();
      setup.clock.advance(HOUR_MS);
    }
  };
  await day();
  expect(reconciled()).toEqual([]);
  await seedLink(setup.system, { email: EMAIL, password: PASSWORD, keep: true });
  await day();
  expect(reconciled()).toHaveLength(1);
});
