import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Customer } from '../../desk/alexa/contract.ts';
import { createAlexaGateway } from '../../lambda/adapters/event-gateway/gateway.ts';
import type { ReportMessage, StateMessage } from '../../lambda/ports/report-queue.ts';
import { noteDevices } from '../../lambda/reports/device-list.ts';
import type { ReportDevicesPorts } from '../../lambda/reports/report-devices.ts';
import { processGroup, type Received } from '../../lambda/reports/work.ts';
import { withFastClock } from '../support/clock.ts';
import { seedLink } from '../support/seed.ts';
import { EMAIL, PASSWORD, type TestSetup } from '../support/setup.ts';
import { accountIdOf, openReportedSetup, sampleOf, tileOf, unconfirmedWriteOf } from './support.ts';

// Kills the worker at its first call of the world outside, then at its second, and so on: before the call took effect, and after.

let setup: TestSetup;
let other: Customer;
beforeEach(async () => {
  setup = await openReportedSetup();
  ({ customer: other } = await seedLink(
    setup.system,
    { email: EMAIL, password: PASSWORD, keep: true },
    { region: 'FE' },
  ));
  await other.acceptGrant();
  await other.discover();
  await setup.system.queue.idle();
});
afterEach(() => setup.system.close());

const OUTSIDE = ['devices', 'grants', 'tokens', 'gateway', 'queue', 'notices'] as const;

const worldOf = ({ system }: TestSetup): ReportDevicesPorts => ({
  ...system.ports,
  queue: system.queue,
  gateway: createAlexaGateway({ urls: system.alexa.gatewayUrls }),
  debounceMs: 0,
});

/** Whether the worker got as far as its call number `last`, and so died of it. */
async function workUntilKilled(message: ReportMessage, last: number, effect: 'before' | 'after'): Promise<boolean> {
  let calls = 0;
  let killed = false;
  const failingAfter = <T extends object>(port: T): T =>
    new Proxy(port, {
      get:
        (target, name) =>
        async (...args: unknown[]) => {
          // Whoever is dead does not call anybody.
          if (killed) throw new Error('killed');
          calls += 1;
          const mine = calls === last;
          if (mine && effect === 'before') killed = true;
          if (killed) throw new Error('killed');
          const result: unknown = await (Reflect.get(target, name) as (...all: unknown[]) => unknown)(...args);
          if (mine) killed = true;
          if (killed) throw new Error('killed');
          return result;
        },
    });
  const world = worldOf(setup);
  const ports = { ...world, ...Object.fromEntries(OUTSIDE.map((name) => [name, failingAfter(world[name])])) };
  const received: Received = { id: 'one', receipt: '', receives: 1, read: () => message };
  await withFastClock(setup.clock, () => processGroup([received], ports));
  return killed;
}

const oldGrant = async (): Promise<void> => {
  setup.clock.advance(2 * 60 * 60_000);
};

test.each([
  { when: 'both gateways accept', begin: async () => undefined },
  { when: 'the access tokens are old', begin: oldGrant },
  { when: 'the access tokens are refused', begin: async () => setup.system.alexa.endAccessTokens() },
  {
    when: 'one gateway fails',
    begin: async () => setup.system.alexa.inject({ at: 'FE', kind: 'status', status: 503, times: 1 }),
  },
  {
    when: 'one grant is in the wrong region',
    begin: async () => {
      const grants = await setup.system.ports.grants.list(accountIdOf(setup));
      for (const grant of grants)
        if (grant.region === 'FE') await setup.system.ports.grants.amend(grant, { region: 'EU' });
    },
  },
])('a report, killed at any call: $when', async ({ begin }) => {
  let level = 1;
  let deaths = 0;
  for (const effect of ['before', 'after'] as const) {
    for (let last = 1; ; last++) {
      await begin();
      level += 1;
      const sample: StateMessage = sampleOf(setup, { level });
      const killed = await workUntilKilled(sample, last, effect);
      // The queue brings what was not done, and does not know whether it was.
      await setup.system.queue.send([sample]);
      await withFastClock(setup.clock, () => setup.system.queue.idle());
      for (const customer of [setup.customer, other]) {
        expect({ effect, last, ...tileOf(customer) }).toMatchObject({ effect, last, power: 'ON', brightness: level });
      }
      if (!killed) break;
      deaths += 1;
    }
  }
  expect(deaths).toBeGreaterThanOrEqual(8);
  expect(setup.system.alexa.problems).toEqual([]);
});

test('an unconfirmed write, killed at any call: the state after it is reported although it is equal', async () => {
  for (const effect of ['before', 'after'] as const) {
    for (let last = 1; ; last++) {
      const killed = await workUntilKilled(unconfirmedWriteOf(setup), last, effect);
      await setup.system.queue.send([unconfirmedWriteOf(setup)]);
      await setup.system.queue.idle();
      setup.reports.length = 0;
      await setup.system.queue.send([sampleOf(setup, { at: new Date(setup.clock.now().getTime() + 1).toISOString() })]);
      await setup.system.queue.idle();
      expect(setup.reports).toHaveLength(2);
      if (!killed) break;
    }
  }
});

test.each(['before', 'after'] as const)(
  'news of devices, killed at any call, %s it took effect: names and tiles are right in the end',
  async (effect) => {
    const { system, residence, lamp } = setup;
    let added = system.myLeviton.addSwitch(residence, { name: 'New 0' }).id;
    for (let last = 1; ; last++) {
      system.myLeviton.renameSwitch(lamp, `Lamp ${last}`);
      system.myLeviton.removeSwitch(added);
      added = system.myLeviton.addSwitch(residence, { name: `New ${last}` }).id;
      // Its message waits in the queue while the worker that has it dies.
      system.queue.pause();
      await noteDevices(accountIdOf(setup), await list(), { ...system.ports, queue: system.queue });
      const news = { kind: 'devices', accountId: accountIdOf(setup), at: setup.clock.now().toISOString() } as const;
      const killed = await workUntilKilled(news, last, effect);
      system.queue.resume();
      await withFastClock(setup.clock, () => system.queue.idle());
      for (const customer of [setup.customer, other]) {
        expect(customer.endpoints.map(({ name }) => name).sort()).toEqual([`Lamp ${last}`, `New ${last}`]);
        expect(tileOf(customer, String(added))).toEqual({ power: 'OFF', brightness: 0, connectivity: { value: 'OK' } });
      }
      if (!killed) break;
    }
    expect(system.alexa.problems).toEqual([]);
  },
);

async function list() {
  const stored = await setup.system.ports.accounts.get(accountIdOf(setup));
  if (!stored) throw new Error('no account');
  return await setup.system.ports.cloud.devices(stored.session, AbortSignal.timeout(110_000));
}
