import { expect } from '@jest/globals';
import type { Fault } from '../../../desk/my-leviton/contract.ts';
import { createMyLeviton } from '../../../lambda/adapters/my-leviton/cloud.ts';
import { createMyLevitonFeed } from '../../../lambda/adapters/my-leviton/feed.ts';
import {
  type BadAnswer,
  type DeviceCloudHarness,
  deviceCloudContract,
  eventually,
  type PushedChange,
} from '../device-cloud-contract.ts';
import { CREDENTIALS, openDesk } from './desk.ts';

const BAD: Readonly<Record<BadAnswer, Fault>> = {
  'gateway-page': { kind: 'html', status: 502 },
  page: { kind: 'html', status: 200 },
  nothing: { kind: 'empty' },
  'no-json': { kind: 'garbage', body: '{"id":1,"po' },
  null: { kind: 'garbage', body: 'null' },
  'another-thing': { kind: 'garbage', body: '{"id":1,"power":"OFF"}' },
  'server-error': { kind: 'server-error' },
};

deviceCloudContract('My Leviton', async (): Promise<DeviceCloudHarness> => {
  const { emulator, clock, account, stranger, cloud, add } = await openDesk();
  const listening = new AbortController();
  return {
    cloud,
    impatient: (timeoutMs) => createMyLeviton({ url: emulator.url, clock, timeoutMs }),
    clock,
    credentials: CREDENTIALS,
    addDevice: ({ name, dimmable, power, level }) =>
      add({
        name,
        canSetLevel: dimmable,
        power,
        brightness: level,
        ...(!dimmable && { model: 'D215P' }),
      }),
    addForeignDevice: () => String(emulator.addSwitch(stranger.residenceIds[0] ?? 0).id),
    unknownDeviceId: '999999999',
    addUnreadableDevice: () => add({ without: ['power'] }),
    shows: (id) => {
      const { power, brightness } = emulator.device(Number(id));
      return { power, level: brightness };
    },
    pressOn: (id) => emulator.paddle(Number(id), 'on'),
    unplug: (id) => emulator.unplug(Number(id)),
    removeDevice: (id) => emulator.removeSwitch(Number(id)),
    async lock() {
      for (let attempt = 0; attempt < 5; attempt++) {
        await cloud.signIn({ ...CREDENTIALS, password: 'wrong' }, undefined, listening.signal).catch(() => undefined);
      }
    },
    async listen(session, ids) {
      const changes: PushedChange[] = [];
      const feed = createMyLevitonFeed({ socketUrl: emulator.socketUrl, clock });
      const frames: string[] = [];
      emulator.onExchange(({ request }) => frames.push(JSON.stringify(request.body ?? '')));
      await feed.watch(session, ids, (change) => changes.push(change), listening.signal);
      // The cloud does not say when it has taken a subscription.
      const isTaken = (id: string) => frames.some((frame) => frame.includes('subscribe') && frame.includes(id));
      await eventually(() => expect(ids.filter((id) => !isTaken(id))).toEqual([]));
      return changes;
    },
    askForCode: (code) => emulator.setTwoFactorCode(account.email, code),
    endSessions: () => emulator.revokeSessions(account.email),
    takeDown: () => emulator.inject({ kind: 'refused' }),
    silence: () => emulator.inject({ kind: 'hang' }),
    limitRate: () => emulator.inject({ kind: 'status', status: 429 }),
    answerBadly: (answer) => emulator.inject(BAD[answer]),
    loseNextAnswer: () => {
      emulator.inject({ kind: 'reset', times: 1, takesEffect: true });
    },
    close: async () => {
      listening.abort();
      await emulator.close();
    },
  };
});
