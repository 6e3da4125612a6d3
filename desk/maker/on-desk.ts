import type { DeskCloud, DeskLamp } from '../desk-cloud.ts';
import { ofRest } from '../hop-messages.ts';
import { at, text } from '../json-path.ts';
import type { HopMessage } from '../message-log.ts';
import { type Names, outcomeOf } from '../message-names.ts';
import type { Hop } from '../page/protocol.ts';
import type { EmulatedMaker, MakerExchange } from './contract.ts';

/** What people call the emulated cloud. */
export const MAKER_NAME = 'Acme Home';

/** The emulated cloud of a maker's own as a desk handles it. */
export function makerOnDesk(emulator: EmulatedMaker): DeskCloud {
  const accounts = new Map<string, string>();
  const lamps = new Map<string, string>();
  const addLamp = (email: string, { name, power, level }: DeskLamp): string => {
    const setup = { name, ...(power && { power }), ...(level !== undefined && { level }) };
    const id = emulator.addDevice(accounts.get(email) ?? '', setup);
    lamps.set(id, email);
    return id;
  };
  return {
    kind: 'maker',
    name: MAKER_NAME,
    url: emulator.url,
    addAccount(credentials, first) {
      const { accountId, email } = emulator.addAccount(credentials);
      accounts.set(credentials.email, accountId);
      for (const lamp of first) addLamp(credentials.email, lamp);
      return [accountId, email];
    },
    addLamp,
    removeLamp(id) {
      lamps.delete(id);
      emulator.removeDevice(id);
    },
    lampsOf: (email) => [...lamps].filter(([, owner]) => owner === email).map(([id]) => id),
    knows: () => true,
    device: (id) => emulator.device(id),
    press: (id, press) => emulator.press(id, press),
    unplug: (id) => emulator.unplug(id),
    plugIn: (id) => emulator.plugIn(id),
    schedule: (id, write) => emulator.change(id, write),
    writeAsApp: async (_account, id, write) => emulator.change(id, write),
    changePassword: (email, password) => emulator.changePassword(email, password),
    setTwoFactorCode: (email, code) => emulator.setTwoFactorCode(email, code),
    revokeSessions: (email) => emulator.revokeSessions(email),
    lock: () => () => undefined,
    get signIns() {
      return emulator.counts.signIns;
    },
    pushChannels: undefined,
    resetCounts: () => emulator.resetCounts(),
    takeDown: () => emulator.inject({ kind: 'html', status: 502 }),
    changeAnswers: () => emulator.inject({ kind: 'body', body: '{"version":9}' }),
    throttle: () => emulator.inject({ kind: 'problem', status: 429 }),
    losePresses: () => () => undefined,
    slowDown: (ms, what) => emulator.inject({ kind: 'latency', ms, ...(what && { method: 'PATCH' }) }),
    losePushes: () => emulator.inject({ kind: 'events-lost' }),
    onMessage: (listener) => {
      emulator.onExchange((exchange) => listener((asker, names) => toMessage(exchange, asker, names)));
    },
    onDevice: (listener) => {
      emulator.onDevice(listener);
    },
  };
}

function toMessage(exchange: MakerExchange, asker: Hop, names: Names): HopMessage {
  if (exchange.channel === 'event') return ofEvent(exchange);
  const { accountId = '' } = exchange;
  // Paths of the contract name devices only; whose they are, the session says.
  const owners = { ...names, ownerOf: (path: string, email: string) => names.ownerOf(`${path}/${accountId}`, email) };
  return ofRest(exchange, asker, owners);
}

function ofEvent({ request, response, ms }: MakerExchange): HopMessage {
  const event = at(request.body, 'events', '0');
  const path = 'device-events';
  const ok = response.status === 200;
  const sentence = 'device-events has not taken an event; the device cloud sends it again.';
  return {
    ...{ from: 'device-cloud', to: 'queue', title: `event of ${text(at(event, 'deviceId'))}, taken by device-events` },
    ...{ ok, ms, outcome: outcomeOf(response.status), sent: request.body },
    ...(response.body !== undefined && { answered: response.body }),
    ...(ok ? { works: [path] } : { breaks: [{ path, hop: 'queue', sentence }] }),
  };
}
