import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { hourOf } from '../../lambda/watch/daily-reconcile.ts';
import { openSetup, type TestSetup, until } from '../support/setup.ts';

let setup: TestSetup;
beforeEach(async () => {
  setup = await openSetup({ granted: true });
  await setup.system.queue.idle();
});
afterEach(() => setup.system.close());

const HOUR_MS = 3_600_000;
const reconciled = () => setup.lines.map((line) => JSON.parse(line)).filter(({ event }) => event === 'reconciled');

test('what was missed is found, repaired and counted', async () => {
  const { myLeviton } = setup.system;
  // Nobody watches here: the button and the new name go unseen.
  myLeviton.paddle(setup.lamp, 'on');
  myLeviton.renameSwitch(setup.lamp, 'Night light');
  const wait = (hourOf(String(setup.account.userId)) - setup.clock.now().getUTCHours() + 24) % 24;
  setup.clock.advance(wait * HOUR_MS);
  await setup.system.maintainAccounts();
  await until(async () => setup.customer.endpoints[0]?.name === 'Night light');
  await until(() => setup.reports.some(({ changed }) => changed.powerState === 'ON'));
  expect(reconciled()).toMatchObject([{ states: 1, changed: 1, gone: 0 }]);
  // The next day nothing has changed, so nothing is sent.
  await setup.system.queue.idle();
  const { events } = setup.system.alexa.counts;
  setup.clock.advance(24 * HOUR_MS);
  await setup.system.maintainAccounts();
  await setup.system.queue.idle();
  expect(reconciled().slice(1)).toMatchObject([{ states: 0, added: 0, changed: 0, gone: 0 }]);
  expect(setup.system.alexa.counts.events).toBe(events);
});
