import { expect } from '@jest/globals';
import { startMaker } from '../../../desk/maker/emulator.ts';
import { createMakerCloud } from '../../../lambda/adapters/maker-cloud/cloud.ts';
import { testClock } from '../../support/clock.ts';
import { type DeviceCloudHarness, deviceCloudContract } from '../device-cloud-contract.ts';
import { BAD, CREDENTIALS, EVENTS_KEY, STRANGER, startReceiver } from './harness.ts';
import { exchangeProblems } from './openapi.ts';

deviceCloudContract("A maker's cloud", async (): Promise<DeviceCloudHarness> => {
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
    limitRate: () => maker.inject({ kind: 'problem', status: 429, code: 'too-many-requests', retryAfter: 30 }),
    answerBadly: (answer) => maker.inject(BAD[answer]),
    loseNextAnswer: () => {
      maker.inject({ kind: 'reset', times: 1, takesEffect: true });
    },
    close: async () => {
      await Promise.all([maker.close(), receiver.close()]);
      // A device whose record lacks a field is not of the contract, and meant not to be.
      const unmeant = problems.filter((problem) => !/required property 'power'/.test(problem));
      expect([...unmeant, ...receiver.problems]).toEqual([]);
    },
  };
});
