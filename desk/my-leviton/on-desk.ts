import type { DeskCloud, DeskLamp, DeskWrite } from '../desk-cloud.ts';
import { ofMyLeviton } from '../hop-messages.ts';
import { writeAsApp } from '../makers-app.ts';
import type { DeviceState, EmulatedMyLeviton } from './contract.ts';

/** The emulated My Leviton as a desk handles it. */
export function myLevitonOnDesk(emulator: EmulatedMyLeviton): DeskCloud {
  const residences = new Map<string, number>();
  const lamps = new Map<string, string>();
  const addLamp = (email: string, { level: brightness, ...lamp }: DeskLamp): string => {
    const fields = { ...lamp, ...(brightness !== undefined && { brightness }) };
    const id = String(emulator.addSwitch(residences.get(email) ?? 0, fields).id);
    lamps.set(id, email);
    return id;
  };
  return {
    kind: 'my-leviton',
    name: 'My Leviton',
    url: emulator.url,
    addAccount(credentials, first) {
      const { userId, residenceIds } = emulator.addAccount(credentials);
      residences.set(credentials.email, residenceIds[0] ?? 0);
      for (const lamp of first) addLamp(credentials.email, lamp);
      return [userId, ...residenceIds, credentials.email].map(String);
    },
    addLamp,
    removeLamp(id) {
      lamps.delete(id);
      emulator.removeSwitch(Number(id));
    },
    lampsOf: (email) => [...lamps].filter(([, owner]) => owner === email).map(([id]) => id),
    knows(id) {
      const [{ power, brightness }, device] = [emulator.record(Number(id)), emulator.device(Number(id))];
      return power === device.power && brightness === device.brightness;
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
    lock(email) {
      const unlock = emulator.lock(email);
      emulator.revokeSessions(email);
      return unlock;
    },
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
    changeAnswers: () => emulator.inject({ kind: 'garbage', body: '{"version":9}' }),
    throttle: () => emulator.inject({ kind: 'status', status: 429 }),
    losePresses: () => emulator.losePresses(),
    slowDown: (ms, what) => emulator.inject({ kind: 'latency', ms, ...(what && { method: 'PUT' }) }),
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
