import { afterEach, expect, test } from '@jest/globals';
import { openSetup, type TestSetup, turnOn, until } from '../support/setup.ts';

let setup: TestSetup;
afterEach(() => setup.system.close());

const changes = async () =>
  (await setup.system.ports.devices.list(String(setup.account.userId)))[0]?.changes?.map(
    ({ power, level, connected, by }) => `${power} ${level}${connected ? '' : ' offline'} ${by}`,
  ) ?? [];
const noted = (last: string) => until(async () => (await changes()).at(-1) === last, last);

test('each change of a lamp is kept with who made it, without a write of its own', async () => {
  setup = await openSetup({ granted: true, watch: true });
  const { system, lamp, customer, endpointId } = setup;
  system.myLeviton.paddle(lamp, 40);
  await noted('ON 40 plug');
  system.myLeviton.paddle(lamp, 'off');
  await noted('OFF 40 plug');
  await customer.send(turnOn(endpointId));
  await noted('ON 40 our-write');
  expect(await changes()).toEqual(['ON 40 plug', 'OFF 40 plug', 'ON 40 our-write']);
});
