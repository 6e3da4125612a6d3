import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { serveWithFaults } from '../../../desk/maker/server.ts';
import { createMakerCloud } from '../../../lambda/adapters/maker-cloud/cloud.ts';
import { testClock } from '../../support/clock.ts';
import { type DeviceCloudHarness, deviceCloudContract } from '../device-cloud-contract.ts';
import { BAD, CREDENTIALS, EVENTS_KEY, STRANGER, startReceiver } from './harness.ts';
import { exchangeProblems } from './openapi.ts';
import { ThirdCloud } from './third-cloud.ts';
import { makerWireContract, type WireHarness } from './wire-contract.ts';

const ME = 'account-1';
const SOMEBODY = 'account-2';

const setup = async (): Promise<DeviceCloudHarness & WireHarness> => {
  const clock = testClock();
  const problems: string[] = [];
  const third = new ThirdCloud(() => clock.now());
  third.users.set(ME, { ...CREDENTIALS }).set(SOMEBODY, STRANGER);
  const { url, faults, close } = await serveWithFaults((request) => third.handle(request), {
    clock,
    tell: (exchange) => {
      if (!exchange.spoilt) problems.push(...exchangeProblems(exchange));
    },
  });
  const receiver = await startReceiver(clock);
  const cloudOf = (timeoutMs: number) => createMakerCloud({ url, cloudName: 'Third', clock, timeoutMs });
  const lamp = { owner: ME, name: 'Lamp', dimmable: true, power: 'OFF', level: 40 } as const;
  const user = () => third.users.get(ME) ?? CREDENTIALS;
  return {
    url,
    cloud: cloudOf(10_000),
    impatient: cloudOf,
    clock,
    credentials: CREDENTIALS,
    addDevice: (device) => third.addPlug({ ...lamp, ...device }),
    addForeignDevice: () => third.addPlug({ ...lamp, owner: SOMEBODY }),
    unknownDeviceId: 'nothing-of-ours',
    addUnreadableDevice: () => third.addPlug({ ...lamp, damaged: true }),
    shows: (id) => {
      const { power = 'OFF', level = 0 } = third.plugs.get(id) ?? {};
      return { power, level };
    },
    pressOn: (id) => void third.changed(id, { power: 'ON' }, 'plug'),
    unplug: (id) => void third.changed(id, { connected: false }, 'unknown'),
    removeDevice: (id) => void third.plugs.delete(id),
    lock: () => void Object.assign(user(), { locked: true }),
    listen: async () => {
      third.eventsUrl = receiver.url;
      third.eventsKey = EVENTS_KEY;
      return receiver.changes;
    },
    askForCode: (code) => void Object.assign(user(), { code }),
    endSessions: () => third.sessions.clear(),
    takeDown: () => faults.inject({ kind: 'refused' }),
    silence: () => faults.inject({ kind: 'hang' }),
    limitRate: (retryAfter) => faults.inject({ kind: 'problem', status: 429, code: 'too-many-requests', retryAfter }),
    answerBadly: (answer) => faults.inject(BAD[answer]),
    loseNextAnswer: () => void faults.inject({ kind: 'reset', times: 1, takesEffect: true }),
    close: async () => {
      await Promise.all([close(), receiver.close()]);
      const unmeant = problems.filter((one) => !/required property 'power'|^(?:Change|SignIn)\b/.test(one));
      expect([...unmeant, ...receiver.problems]).toEqual([]);
    },
  };
};

deviceCloudContract('A third cloud', setup);
makerWireContract('A third cloud', setup);

test('it is a small program that knows nothing of this skill', () => {
  const text = readFileSync(join(import.meta.dirname, 'third-cloud.ts'), 'utf8');
  expect(text.split('\n').length).toBeLessThan(150);
  expect([...text.matchAll(/from '([^']+)'/g)].map(([, from]) => from)).toEqual(['node:crypto']);
});
