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
