import { type DeviceCloudHarness, deviceCloudContract } from '../device-cloud-contract.ts';
import { CREDENTIALS, openDesk } from './desk.ts';

deviceCloudContract('My Leviton', async (): Promise<DeviceCloudHarness> => {
  const { emulator, account, stranger, cloud, add } = await openDesk();
  return {
    cloud,
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
    unplug: (id) => emulator.unplug(Number(id)),
    askForCode: (code) => emulator.setTwoFactorCode(account.email, code),
    endSessions: () => emulator.revokeSessions(account.email),
    takeDown: () => emulator.inject({ kind: 'refused' }),
    silence: () => emulator.inject({ kind: 'hang' }),
    limitRate: () => {
      emulator.inject({ kind: 'status', status: 429 });
    },
    close: () => emulator.close(),
  };
});
