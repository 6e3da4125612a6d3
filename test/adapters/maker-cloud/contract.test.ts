import { expect, test } from '@jest/globals';
import { startMaker } from '../../../desk/maker/emulator.ts';
import { createMakerCloud } from '../../../lambda/adapters/maker-cloud/cloud.ts';
import { testClock } from '../../support/clock.ts';
import { type DeviceCloudHarness, deviceCloudContract, eventually } from '../device-cloud-contract.ts';
import { BAD, CREDENTIALS, EVENTS_KEY, STRANGER, startReceiver } from './harness.ts';
import { exchangeProblems } from './openapi.ts';
import { makerWireContract, type WireHarness } from './wire-contract.ts';

const setup = async (): Promise<DeviceCloudHarness & WireHarness> => {
  const clock = testClock();
  const maker = await startMaker({ clock, reportDelayMs: 20 });
  const receiver = await startReceiver(clock);
  const problems: string[] = [];
  maker.onExchange((exchange) => {
    if (!exchange.spoilt) problems.push(...exchangeProblems(exchange));
  });
  const { accountId } = maker.addAccount(CREDENTIALS);
  const stranger = maker.addAccount(STRANGER);
  const cloudOf = (timeoutMs: number) => createMakerCloud({ url: maker.url, cloudName: 'Acme', clock, timeoutMs });
  return {
    url: maker.url,
    cloud: cloudOf(10_000),
    impatient: cloudOf,
    clock,
    credentials: CREDENTIALS,
    addDevice: ({ dimmable, ...device }) =>
      maker.addDevice(accountId, { ...device, dimmable, ...(!dimmable && { kind: 'outlet' }) }),
    addForeignDevice: () => maker.addDevice(stranger.accountId),
    unknownDeviceId: 'plug-999999',
    addUnreadableDevice: () => {
      return maker.addDevice(accountId, { without: ['power'] });
    },
    shows: (id) => {
      const { power, level } = maker.device(id);
      return { power, level };
    },
    pressOn: (id) => maker.press(id, 'on'),
    unplug: (id) => maker.unplug(id),
    removeDevice: (id) => maker.removeDevice(id),
    lock: () => maker.lock(CREDENTIALS.email),
    listen: async () => {
      maker.sendEventsTo({ url: receiver.url, key: EVENTS_KEY });
      return receiver.changes;
    },
    askForCode: (code) => maker.setTwoFactorCode(CREDENTIALS.email, code),
    endSessions: () => maker.revokeSessions(CREDENTIALS.email),
    takeDown: () => maker.inject({ kind: 'refused' }),
    silence: () => maker.inject({ kind: 'hang' }),
    limitRate: (retryAfter) => maker.inject({ kind: 'problem', status: 429, code: 'too-many-requests', retryAfter }),
    answerBadly: (answer) => maker.inject(BAD[answer]),
    loseNextAnswer: () => {
      maker.inject({ kind: 'reset', times: 1, takesEffect: true });
    },
    close: async () => {
      await Promise.all([maker.close(), receiver.close()]);
      // A device whose record lacks a field is not of the contract, and meant not to be.
      const unmeant = problems.filter((problem) => !/required property 'power'|^(?:Change|SignIn)\b/.test(problem));
      expect([...unmeant, ...receiver.problems]).toEqual([]);
    },
  };
};

deviceCloudContract("A maker's cloud", setup);
makerWireContract("A maker's cloud", setup);

test('a hand at the plug before it has followed a command: one event says so, and none says that the command was', async () => {
  const clock = testClock();
  const maker = await startMaker({ clock, reportDelayMs: 60_000 });
  const receiver = await startReceiver(clock);
  const { accountId } = maker.addAccount(CREDENTIALS);
  const lamp = maker.addDevice(accountId, { level: 40 });
  maker.sendEventsTo({ url: receiver.url, key: EVENTS_KEY });
  const cloud = createMakerCloud({ url: maker.url, cloudName: 'Acme', clock });
  const session = await cloud.signIn(CREDENTIALS, undefined, AbortSignal.timeout(20_000));
  await cloud.command(session, lamp, { power: 'ON', level: 70 }, AbortSignal.timeout(20_000));
  maker.press(lamp, 'off');
  clock.advance(60_000);
  await cloud.command(session, lamp, { power: 'ON', level: 30 }, AbortSignal.timeout(20_000));
  clock.advance(60_000);
  await eventually(() => expect(receiver.changes).toHaveLength(2));
  expect(receiver.changes).toMatchObject([
    { power: 'OFF', level: 40, origin: 'plug' },
    { power: 'ON', level: 30, origin: 'our-write' },
  ]);
  await Promise.all([maker.close(), receiver.close()]);
});
