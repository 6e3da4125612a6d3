import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openSetup, type TestSetup } from '../support/setup.ts';
import { skillEvents } from './skill-events-support.ts';

let setup: TestSetup;
beforeEach(async () => {
  setup = await openSetup({ granted: true });
});
afterEach(() => setup.system.close());

const { linkedAt, disabledAt } = skillEvents(() => setup);

test('disabled by the last account: nobody is reminded of a sign-in that nobody needs', async () => {
  await linkedAt(1);
  await disabledAt(2);
  const step = async (hours: number) => {
    setup.clock.advance(hours * 3_600_000);
    await setup.system.maintainAccounts();
  };
  for (let day = 0; day < 58; day++) await step(24);
  // Past the session's end, and through the hour of the day in which the account is read.
  for (let hour = 0; hour < 96; hour++) await step(1);
  expect(setup.system.notices).toEqual([]);
});
