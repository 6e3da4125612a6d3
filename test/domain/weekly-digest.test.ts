import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openSetup, type TestSetup } from '../support/setup.ts';

const DAY = 24 * 3_600_000;
let setup: TestSetup;
beforeEach(async () => {
  setup = await openSetup();
});
afterEach(() => setup.system.close());

const said = () => setup.system.notices.map(({ cause }) => cause);
const afterDays = async (days: number) => {
  setup.clock.advance(days * DAY);
  await setup.system.maintainAccounts();
};
const counts = async () => (await setup.system.ports.developerMail.get())?.counts;

test('a link that gave no permission to report: counted once a week, and one message to the developer names how many', async () => {
  await afterDays(0);
  expect(await counts()).toEqual({ accounts: 1, withoutAddress: 1, withoutGrant: 0 }); // AcceptGrant may be on its way
  await afterDays(7);
  expect(await counts()).toEqual({ accounts: 1, withoutAddress: 1, withoutGrant: 1 });
  expect(said()).toEqual(['grants-missing']);
  expect(setup.system.notices[0]?.text).toContain('given no permission to report changes: 1.');
  await afterDays(7);
  expect(said()).toEqual(['grants-missing']);
  await setup.customer.acceptGrant();
  await afterDays(7);
  expect(await counts()).toMatchObject({ withoutGrant: 0 });
  expect(said()).toEqual(['grants-missing']);
});
