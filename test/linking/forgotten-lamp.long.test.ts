import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openSetup, type TestSetup, turnOn, until } from '../support/setup.ts';

let setup: TestSetup;
beforeEach(async () => {
  setup = await openSetup({ granted: true, onPage: true });
});
afterEach(() => setup.system.close());

const DAY_MS = 24 * 3_600_000;

/** Days as they pass on Lambda: `maintenance` comes once a day here, which is less often than it will. */
async function pass(days: number, meanwhile: () => Promise<unknown> = async () => undefined): Promise<void> {
  for (let day = 0; day < days; day++) {
    setup.clock.advance(DAY_MS);
    await setup.system.maintainAccounts();
    await meanwhile();
  }
}

test('400 days of daily use, with the secret rotated and the address moved: nobody signs in again', async () => {
  const { system, amazonAccount, lamp } = setup;
  const signIns = () => setup.lines.filter((line) => line.includes('"event":"signed-in"')).length;
  const statuses: number[] = [];
  amazonAccount.onExchange(({ status }) => statuses.push(status));
  await pass(150, () => setup.customer.send(turnOn(setup.endpointId)));
  await system.rotateClientSecret();
  await pass(100, () => setup.customer.send(turnOn(setup.endpointId)));
  await system.moveLinkingServer();
  await pass(150, () => setup.customer.send(turnOn(setup.endpointId)));

  expect(await setup.customer.say('dim the bedroom lamp to 30 percent')).toMatchObject({ answer: 'OK.', ok: true });
  await until(() => system.myLeviton.device(lamp).brightness === 30);
  expect(signIns()).toBe(1);
  expect(statuses.length).toBeGreaterThan(390);
  expect(statuses.filter((status) => status !== 200)).toEqual([]);
  expect(system.notices).toEqual([]);
  expect(system.alexa.problems).toEqual([]);
});
