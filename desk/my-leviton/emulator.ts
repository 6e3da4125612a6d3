import { setMaxListeners } from 'node:events';
import { strangerRefusal } from '../guard.ts';
import { Accounts } from './accounts.ts';
import type { EmulatedMyLeviton, EmulatorOptions, Exchange } from './contract.ts';
import { Devices } from './devices.ts';
import { Faults } from './faults.ts';
import { ResidenceRegistry } from './residences.ts';
import { type Counts, listen, type RestServer } from './server.ts';
import { PushChannel } from './socket.ts';

/** What the maker's own page sends when it opens the push channel, and our functions as well. */
const OFFICIAL_ORIGIN = 'https://my.leviton.com';

/**
 * Starts an emulated My Leviton cloud on loopback: REST and push socket on one port.
 *
 * Leviton publishes no description of this API. What is here is what independent clients rely on or have measured, among them
 * njoubert/nimbus-leviton-bar, tbaur/homebridge-myleviton, schmittx/home-assistant-leviton-decora-smart-wifi, gtxaspec/aioleviton,
 * rwoldberg/ldata-ha and tlyakhov/python-decora_wifi.
 */
export async function startMyLeviton(options: EmulatorOptions): Promise<EmulatedMyLeviton> {
  const { clock, lockAfter = 5, lockedForMs = 60 * 60_000, reportDelayMs = 1200, latencyMs = 0 } = options;
  const stop = new AbortController();
  const { signal } = stop;
  setMaxListeners(0, signal); // one for each report and answer that is on its way
  const counts: Counts = { requests: 0, connections: 0, logins: 0, sockets: 0 };
  const listeners = new Set<(exchange: Exchange) => void>();
  const tell = (exchange: Exchange) => {
    for (const listener of listeners) listener(exchange);
  };

  const residenceRegistry = new ResidenceRegistry();
  const accounts = new Accounts(clock, residenceRegistry, { lockAfter, lockedForMs });
  const devices: Devices = new Devices(clock, reportDelayMs, signal, (id, data) => channel.notify(id, data));
  const cloud = { accounts, residenceRegistry, devices };
  const faults: Faults = new Faults(
    (fault) => {
      if (fault.kind === 'refused') server.refuse();
      channel.injected(fault);
    },
    (fault) => {
      if (fault.kind === 'refused' && faults.all('refused').length === 0) server.reopen();
      channel.removed(fault);
    },
  );
  const channel: PushChannel = new PushChannel({ cloud, clock, faults, counts, tell });
  const server: RestServer = await listen(options.port ?? 0, { cloud, clock, faults, counts, latencyMs, signal, tell });
  server.http.on('upgrade', (request, socket, head) => {
    if (strangerRefusal(request.headers, { pages: 'none', origins: [OFFICIAL_ORIGIN] })) socket.destroy();
    else channel.upgrade(request, socket, head);
  });

  return {
    url: `http://127.0.0.1:${server.port}/api`,
    socketUrl: `ws://127.0.0.1:${server.port}/socket/websocket`,
    addAccount: (account) => accounts.add(account),
    addSwitch: (residenceId, fields) => devices.add(residenceRegistry.residence(residenceId).id, fields),
    removeSwitch: (id) => devices.remove(id),
    renameSwitch: (id, name) => devices.rename(id, name),
    addRoom: (residenceId, name) => residenceRegistry.addRoom(residenceId, name),
    addActivity: (residenceId, name, actions) => residenceRegistry.addActivity(residenceId, name, actions),
    record: (id) => devices.record(id),
    device: (id) => devices.state(id),
    paddle: (id, press) => devices.press(id, press),
    losePresses: () => devices.losePresses(),
    unplug: (id, how) => devices.unplug(id, how),
    plugIn: (id) => devices.plugIn(id),
    officialWrite: (id, fields) => devices.officialWrite(id, fields),
    changePassword: (email, password) => accounts.changePassword(email, password),
    invite: (email, residenceId) => accounts.invite(email, residenceId),
    uninvite: (email, residenceId) => accounts.uninvite(email, residenceId),
    setTwoFactorCode: (email, code) => accounts.setTwoFactorCode(email, code),
    revokeSessions: (email, status) => accounts.revoke(email, status),
    lock: (email) => accounts.lock(email),
    inject: (fault) => faults.inject(fault),
    cutSockets: (code = 1006) => channel.cut(code),
    onExchange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onDevice: (listener) => devices.onState(listener),
    counts,
    resetCounts: () => {
      Object.assign(counts, { requests: 0, connections: 0, logins: 0, sockets: 0 } satisfies Counts);
    },
    close: async () => {
      stop.abort();
      channel.cut(1006);
      await server.close();
    },
  };
}
