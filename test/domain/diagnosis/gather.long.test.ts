import { afterEach, describe, expect, test } from '@jest/globals';
import { diagnose } from '../../../lambda/domain/diagnosis/diagnose.ts';
import { withFastClock } from '../../support/clock.ts';
import { openSetup, type TestSetup } from '../../support/setup.ts';
import { look, openWatched } from './gather-support.ts';

let setup: TestSetup;
afterEach(() => setup.system.close());

const opened = async (): Promise<TestSetup> => {
  setup = await openWatched();
  return setup;
};

describe('a fault is found where it is', () => {
  test.each<{ fault: string; inject: (setup: TestSetup) => unknown; broken: string[] }>([
    {
      fault: 'the device cloud answers 502',
      inject: ({ system }) => system.myLeviton.inject({ kind: 'html', status: 502 }),
      broken: ['device-cloud: cloud-not-answering'],
    },
    {
      fault: 'the device cloud refuses connections',
      inject: ({ system }) => system.myLeviton.inject({ kind: 'refused' }),
      broken: ['device-cloud: cloud-not-answering'],
    },
    {
      fault: 'the device cloud does not answer in time',
      inject: ({ system }) => system.myLeviton.inject({ kind: 'hang' }),
      broken: ['device-cloud: cloud-slow'],
    },
    {
      fault: 'the device cloud answers in a new shape',
      inject: ({ system }) => system.myLeviton.inject({ kind: 'garbage', body: '{"things":[]}' }),
      broken: ['device-cloud: cloud-changed'],
    },
    {
      fault: 'the device cloud asks for fewer requests',
      inject: ({ system }) => system.myLeviton.inject({ kind: 'status', status: 429 }),
      broken: ['device-cloud: cloud-rate-limited'],
    },
    {
      fault: 'the plug is unplugged',
      inject: ({ system, lamp }) => system.myLeviton.unplug(lamp),
      broken: ['plug: plug-offline'],
    },
    {
      fault: 'the plug was removed in the app of its maker',
      inject: ({ system, lamp, residence }) => {
        system.myLeviton.addSwitch(residence, { name: 'Other' });
        system.myLeviton.removeSwitch(lamp);
      },
      broken: ['device-cloud: lamp-not-listed'],
    },
    {
      fault: 'Login with Amazon is down',
      inject: ({ system }) => system.alexa.inject({ at: 'lwa', kind: 'status', status: 503 }),
      broken: ['event-token: lwa-not-answering'],
    },
    {
      fault: 'the grant is withdrawn',
      inject: ({ customer }) => customer.revokeGrant(),
      broken: ['event-token: event-grant-revoked'],
    },
    {
      fault: 'the skill is disabled',
      inject: async ({ system }) => {
        const [link] = await system.ports.links.ofAccount(String(setup.account.userId));
        if (!link) throw new Error('no link');
        const endedAt = setup.clock.now().toISOString();
        await system.ports.links.replace(link, { ...link, state: 'ended', endedBecause: 'skill-disabled', endedAt });
      },
      broken: ['alexa-link: skill-disabled'],
    },
    {
      fault: 'a command met the password that was changed',
      inject: async ({ system, customer, account, endpointId }) => {
        system.myLeviton.changePassword(account.email, 'another');
        await customer.reportState(endpointId);
      },
      broken: ['device-cloud: needs-sign-in'],
    },
  ])('$fault', async ({ inject, broken }) => {
    await inject(await opened());
    expect((await withFastClock(setup.clock, () => look(setup))).broken).toEqual(broken);
  });

  test('nobody watches the account', async () => {
    setup = await openSetup({ granted: true });
    expect((await look(setup)).broken).toEqual(['watch: watch-silent']);
  });
});

describe('how long it takes', () => {
  test.each<{ when: string; inject: (setup: TestSetup) => unknown; seconds: number; hop: string }>([
    {
      when: 'the device cloud 100 ms away',
      inject: ({ system }) => system.myLeviton.inject({ kind: 'latency', ms: 100 }),
      seconds: 5,
      hop: 'healthy',
    },
    {
      when: 'the device cloud so slow that a list takes longer than anybody waits',
      inject: ({ system }) => system.myLeviton.inject({ kind: 'latency', ms: 2_500 }),
      seconds: 8,
      hop: 'healthy',
    },
    {
      when: 'the device cloud silent',
      inject: ({ system }) => system.myLeviton.inject({ kind: 'hang' }),
      seconds: 8,
      hop: 'device-cloud',
    },
    {
      when: 'Login with Amazon silent as well',
      inject: ({ system }) => {
        system.myLeviton.inject({ kind: 'hang' });
        system.alexa.inject({ at: 'lwa', kind: 'hang' });
      },
      seconds: 8,
      hop: 'device-cloud',
    },
  ])('$when: less than $seconds s', async ({ inject, seconds, hop }) => {
    const { clock } = await opened();
    inject(setup);
    const began = clock.now().getTime();
    const { diagnosis } = await withFastClock(clock, () => look(setup));
    const ms = clock.now().getTime() - began;
    process.stdout.write(`${hop}: ${(ms / 1000).toFixed(1)} of ${seconds} s\n`);
    expect(diagnosis.hop).toBe(hop);
    expect(ms).toBeLessThan(seconds * 1000);
  });
});

test('whoever looks too often gets what is stored', async () => {
  const { system } = await opened();
  for (let times = 0; times < 6; times++)
    await system.ports.diagnostics.gather({ accountId: String(setup.account.userId) });
  const { requests } = system.myLeviton.counts;
  const { evidence, broken } = await look(setup);
  expect(system.myLeviton.counts.requests).toBe(requests);
  expect(evidence).not.toHaveProperty('cloud');
  expect(evidence).toHaveProperty('plugs');
  expect(broken).toEqual([]);
});

test('rows alone: the device cloud is not asked', async () => {
  const { system } = await opened();
  const { requests } = system.myLeviton.counts;
  const { evidence } = await look(setup, { withoutProbes: true });
  expect(system.myLeviton.counts.requests).toBe(requests);
  expect(evidence).toHaveProperty('account.state', 'healthy');
  expect(evidence).not.toHaveProperty('address');
});

test('an account that nobody knows', async () => {
  const { system, clock } = await opened();
  const evidence = await system.ports.diagnostics.gather({ accountId: 'nobody' });
  expect(diagnose(evidence, clock.now())).toMatchObject({ hop: 'alexa-link', cause: { code: 'not-linked' } });
});

describe('the gateway is asked only where that is allowed', () => {
  const report = async () => {
    const { customer, system, account, endpointId, clock } = setup;
    await customer.reportState(endpointId);
    const accountId = String(account.userId);
    return await withFastClock(clock, async () => {
      const evidence = await system.ports.diagnostics.gather({ accountId, lampId: endpointId, mayReport: true });
      return { evidence, diagnosis: diagnose(evidence, clock.now()) };
    });
  };
  /** The first state of a lamp is reported once Alexa knows it. */
  const reported = async () => {
    const { system } = await opened();
    system.myLeviton.paddle(setup.lamp, 40);
    const at = setup.clock.now().toISOString();
    const state = { accountId: String(setup.account.userId), deviceId: setup.endpointId, at } as const;
    await system.queue.send([
      { kind: 'state', ...state, power: 'ON', level: 40, connected: true, cause: 'PHYSICAL_INTERACTION' },
    ]);
    await withFastClock(setup.clock, () => system.queue.idle());
  };

  test('it takes the state, and Alexa finds nothing wrong with it', async () => {
    await reported();
    const events = setup.system.alexa.counts.events;
    await look(setup);
    expect(setup.system.alexa.counts.events).toBe(events);
    expect((await report()).evidence.gateway).toMatchObject({ state: 'accepted' });
    expect(setup.system.alexa.counts.events).toBe(events + 1);
    expect(setup.system.alexa.problems).toEqual([]);
  });

  test('it takes the state, and a report that had waited in the queue still counts as newer', async () => {
    await reported();
    const { system, clock, account, endpointId } = setup;
    clock.advance(60_000);
    const at = clock.now().toISOString();
    clock.advance(60_000);
    expect((await report()).evidence.gateway).toMatchObject({ state: 'accepted' });
    const waited = { kind: 'state', accountId: String(account.userId), deviceId: endpointId, at } as const;
    await system.queue.send([{ ...waited, power: 'ON', level: 33, connected: true, cause: 'PHYSICAL_INTERACTION' }]);
    await withFastClock(clock, () => system.queue.idle());
    expect(setup.reports.at(-1)).toMatchObject({ changed: { brightness: 33 } });
    expect(system.alexa.problems).toEqual([]);
  });

  test('it answers 503', async () => {
    await reported();
    setup.system.alexa.inject({ at: 'NA', kind: 'status', status: 503 });
    expect((await report()).diagnosis).toMatchObject({
      hop: 'gateway',
      cause: { code: 'gateway-not-answering', status: 503 },
      darkens: false,
    });
  });
});
