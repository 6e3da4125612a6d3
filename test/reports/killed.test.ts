import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Customer } from '../../desk/alexa/contract.ts';
import { createAlexaGateway } from '../../lambda/adapters/event-gateway/gateway.ts';
import type { ReportMessage, Sample } from '../../lambda/ports/report-queue.ts';
import { noteDevices } from '../../lambda/reports/discovery.ts';
import type { TellDevicesPorts } from '../../lambda/reports/tell-devices.ts';
import { type Received, work } from '../../lambda/reports/work.ts';
import { EMAIL, PASSWORD, type TestHome } from '../support/home.ts';
import { homeIdOf, openReportedHome, sampleOf, tileOf, winding } from './support.ts';

// Kills the worker at its first call of the world outside, then at its second, and so on: before the call took effect, and after.

let home: TestHome;
let other: Customer;
beforeEach(async () => {
  home = await openReportedHome();
  ({ customer: other } = await home.house.link({ email: EMAIL, password: PASSWORD, keep: true }, { region: 'FE' }));
  await other.acceptGrant();
  await other.discover();
  await home.house.queue.idle();
});
afterEach(() => home.house.close());

const OUTSIDE = ['devices', 'grants', 'tokens', 'gateway', 'queue', 'notices'] as const;

const worldOf = ({ house }: TestHome): TellDevicesPorts => ({
  ...house.ports,
  queue: house.queue,
  gateway: createAlexaGateway({ urls: house.alexa.gatewayUrls }),
  settleMs: 0,
});

/** Whether the worker got as far as its call number `last`, and so died of it. */
async function workUntilKilled(message: ReportMessage, last: number, effect: 'before' | 'after'): Promise<boolean> {
  let calls = 0;
  let killed = false;
  const mortal = <T extends object>(port: T): T =>
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
  const world = worldOf(home);
  const ports = { ...world, ...Object.fromEntries(OUTSIDE.map((name) => [name, mortal(world[name])])) };
  const received: Received = { id: 'one', receipt: '', receives: 1, read: () => message };
  await winding(home.clock, () => work([received], ports));
  return killed;
}

const oldGrant = async (): Promise<void> => {
  home.clock.advance(2 * 60 * 60_000);
};

test.each([
  { when: 'both gateways accept', begin: async () => undefined },
  { when: 'the access tokens are old', begin: oldGrant },
  { when: 'the access tokens are refused', begin: async () => home.house.alexa.endAccessTokens() },
  {
    when: 'one gateway is in trouble',
    begin: async () => home.house.alexa.inject({ at: 'FE', kind: 'status', status: 503, times: 1 }),
  },
  {
    when: 'one grant is in the wrong region',
    begin: async () => {
      const grants = await home.house.ports.grants.list(homeIdOf(home));
      for (const grant of grants)
        if (grant.region === 'FE') await home.house.ports.grants.amend(grant, { region: 'EU' });
    },
  },
])('a report, killed at any call: $when', async ({ begin }) => {
  let level = 1;
  let deaths = 0;
  for (const effect of ['before', 'after'] as const) {
    for (let last = 1; ; last++) {
      await begin();
      level += 1;
      const sample: Sample = sampleOf(home, { level });
      const killed = await workUntilKilled(sample, last, effect);
      // The queue brings what was not done, and does not know whether it was.
      await home.house.queue.send([sample]);
      await winding(home.clock, () => home.house.queue.idle());
      for (const customer of [home.customer, other]) {
        expect({ effect, last, ...tileOf(customer) }).toMatchObject({ effect, last, power: 'ON', brightness: level });
      }
      if (!killed) break;
      deaths += 1;
    }
  }
  expect(deaths).toBeGreaterThanOrEqual(8);
  expect(home.house.alexa.problems).toEqual([]);
});

test('an echo, killed at any call: the state after it is told although it is equal', async () => {
  for (const effect of ['before', 'after'] as const) {
    for (let last = 1; ; last++) {
      const killed = await workUntilKilled(sampleOf(home, { settled: false, level: last }), last, effect);
      await home.house.queue.send([
        sampleOf(home, { settled: false, level: last, at: home.clock.now().toISOString() }),
      ]);
      await home.house.queue.idle();
      home.reports.length = 0;
      await home.house.queue.send([sampleOf(home, { at: new Date(home.clock.now().getTime() + 1).toISOString() })]);
      await home.house.queue.idle();
      expect(home.reports).toHaveLength(2);
      if (!killed) break;
    }
  }
});

test.each(['before', 'after'] as const)(
  'news of devices, killed at any call, %s it took effect: names and tiles are right in the end',
  async (effect) => {
    const { house, residence, lamp } = home;
    let added = house.myLeviton.addSwitch(residence, { name: 'New 0' }).id;
    for (let last = 1; ; last++) {
      house.myLeviton.renameSwitch(lamp, `Lamp ${last}`);
      house.myLeviton.removeSwitch(added);
      added = house.myLeviton.addSwitch(residence, { name: `New ${last}` }).id;
      // Its message waits in the queue while the worker that has it dies.
      house.queue.pause();
      await noteDevices(homeIdOf(home), await list(), { ...house.ports, queue: house.queue });
      const news = { kind: 'devices', homeId: homeIdOf(home), at: home.clock.now().toISOString() } as const;
      const killed = await workUntilKilled(news, last, effect);
      house.queue.resume();
      await winding(home.clock, () => house.queue.idle());
      for (const customer of [home.customer, other]) {
        expect(customer.endpoints.map(({ name }) => name).sort()).toEqual([`Lamp ${last}`, `New ${last}`]);
        expect(tileOf(customer, String(added))).toEqual({ power: 'OFF', brightness: 0, connectivity: { value: 'OK' } });
      }
      if (!killed) break;
    }
    expect(house.alexa.problems).toEqual([]);
  },
  20_000,
);

async function list() {
  const stored = await home.house.ports.homes.get(homeIdOf(home));
  if (!stored) throw new Error('no home');
  return await home.house.ports.cloud.devices(stored.session, AbortSignal.timeout(5_000));
}
