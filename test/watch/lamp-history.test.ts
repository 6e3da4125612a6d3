import { afterEach, expect, test } from '@jest/globals';
import { recentChanges } from '../../lambda/domain/lamp-history.ts';
import { openSetup, turnOn, until } from '../support/setup.ts';

let close: () => Promise<void>;
afterEach(() => close());

test('each change of a lamp is kept with who made it, without a write of its own', async () => {
  const setup = await openSetup({ granted: true, watch: true });
  close = () => setup.system.close();
  const { system, account, lamp, customer, endpointId } = setup;
  const changes = async () =>
    (await system.ports.devices.list(String(account.userId)))
      .flatMap((record) => recentChanges(record, system.clock.now()))
      .map(({ power, level, connected, by }) => `${power} ${level}${connected ? '' : ' offline'} ${by}`);
  const noted = (last: string) => until(async () => (await changes()).at(-1) === last, last);
  system.myLeviton.paddle(lamp, 40);
  await noted('ON 40 plug');
  system.myLeviton.paddle(lamp, 'off');
  await noted('OFF 40 plug');
  await customer.send(turnOn(endpointId));
  await noted('ON 40 our-write');
  expect(await changes()).toEqual(['ON 40 plug', 'OFF 40 plug', 'ON 40 our-write']);
});
