import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openSetup, type TestSetup } from '../support/setup.ts';

let setup: TestSetup;
beforeEach(async () => {
  setup = await openSetup({ granted: true });
});
afterEach(() => setup.system.close());

const USER = 'amzn1.ask.account.ADA';
/** Minutes after the local system was opened. */
const minute = (n: number) => new Date(Date.parse('2026-03-01T12:00:00.000Z') + n * 60_000).toISOString();

const requestOf = (type: string, fields: object = {}) => ({
  version: '1.0',
  context: { System: { application: { applicationId: 'amzn1.ask.skill.test' }, user: { userId: USER } } },
  request: { type, requestId: 'amzn1.echo-api.request.1', timestamp: minute(0), ...fields },
});
const send = (type: string, fields?: object) => setup.system.skill('NA')(requestOf(type, fields));

async function linkedAt(n: number) {
  const body = { accessToken: await setup.amazonAccount.accessToken() };
  await send('AlexaSkillEvent.SkillAccountLinked', { body, eventCreationTime: minute(n) });
}
const disabledAt = (n: number) => send('AlexaSkillEvent.SkillDisabled', { eventCreationTime: minute(n) });

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
