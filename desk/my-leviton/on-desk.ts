import type { DeskCloud, DeskWrite } from '../desk-cloud.ts';
import { ofMyLeviton } from '../hop-messages.ts';
import { writeAsApp } from '../makers-app.ts';
import type { DeviceState, EmulatedMyLeviton } from './contract.ts';

/** The emulated My Leviton as a desk handles it. */
export function myLevitonOnDesk(emulator: EmulatedMyLeviton): DeskCloud {
  return {
    kind: 'my-leviton',
    name: 'My Leviton',
    url: emulator.url,
    addAccount(credentials, lamps) {
      const { userId, residenceIds } = emulator.addAccount(credentials);
      for (const { level: brightness, ...lamp } of lamps) {
        emulator.addSwitch(residenceIds[0] ?? 0, { ...lamp, ...(brightness !== undefined && { brightness }) });
      }
      return [userId, ...residenceIds, credentials.email].map(String);
    },
    device: (id) => toDevice(emulator.device(Number(id))),
    press: (id, press) => emulator.paddle(Number(id), press),
    unplug: (id) => emulator.unplug(Number(id), { announce: true }),
    plugIn: (id) => emulator.plugIn(Number(id)),
    schedule: (id, write) => emulator.officialWrite(Number(id), toWrite(write)),
    writeAsApp: (account, id, write) => writeAsApp(emulator.url, account, Number(id), toWrite(write)),
    changePassword: (email, password) => emulator.changePassword(email, password),
    setTwoFactorCode: (email, code) => emulator.setTwoFactorCode(email, code),
    revokeSessions: (email) => emulator.revokeSessions(email),
    get signIns() {
      return emulator.counts.logins;
    },
    get pushChannels() {
      return emulator.counts.sockets;
    },
    resetCounts: () => emulator.resetCounts(),
    takeDown: () => {
      const ends = [emulator.inject({ kind: 'html', status: 502 }), emulator.inject({ kind: 'socket-upgrade-502' })];
      emulator.cutSockets(1006);
      return () => {
        for (const end of ends) end();
      };
    },
    slowDown: (ms) => emulator.inject({ kind: 'latency', ms }),
    losePushes: () => emulator.inject({ kind: 'socket-lose' }),
    onMessage: (listener) => {
      emulator.onExchange((exchange) => listener((asker, names) => ofMyLeviton(exchange, asker, names)));
    },
    onDevice: (listener) => {
      emulator.onDevice((id, state) => listener(String(id), toDevice(state)));
    },
  };
}

const toDevice = ({ power, brightness, online }: DeviceState) => ({ power, level: brightness, online });

const toWrite = (write: DeskWrite) =>
  'level' in write ? { power: write.power, brightness: write.level } : { power: write.power };
