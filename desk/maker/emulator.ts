import { setMaxListeners } from 'node:events';
import { MakerAccounts } from './accounts.ts';
import type { EmulatedMaker, EventReceiver, MakerExchange, MakerOptions } from './contract.ts';
import { MakerDevices } from './devices.ts';
import { createEventSender } from './events.ts';
import { BASE_PATH, createRest } from './rest.ts';
import { serveWithFaults } from './server.ts';

/** Starts an emulated cloud of a maker's own on loopback. It serves `lambda/adapters/maker-cloud/openapi.yaml`, and sends events. */
export async function startMaker({ clock, reportDelayMs = 600, lockAfter = 5 }: MakerOptions): Promise<EmulatedMaker> {
  const stop = new AbortController();
  setMaxListeners(0, stop.signal); // one for each report and event that is on its way
  const counts = { requests: 0, signIns: 0 };
  const listeners = new Set<(exchange: MakerExchange) => void>();
  const tell = (exchange: MakerExchange) => {
    for (const listener of listeners) listener(exchange);
  };
  let receiver: EventReceiver | undefined;
  const accounts = new MakerAccounts(clock, lockAfter);
  const send = createEventSender({
    ...{ clock, signal: stop.signal, tell },
    receiver: () => receiver,
    isTwice: () => server.faults.take(['events-twice'], 'POST', '/') !== undefined,
  });
  const devices = new MakerDevices({
    ...{ clock, reportDelayMs, signal: stop.signal },
    onEvent: (event) => {
      if (!server.faults.take(['events-lost'], 'POST', '/')) send(event);
    },
  });
  const rest = createRest(accounts, devices);
  const server = await serveWithFaults(rest, {
    clock,
    tell: (exchange, token) => {
      const { method, path } = exchange.request;
      counts.requests++;
      if (method === 'POST' && path.endsWith('/sessions')) counts.signIns++;
      const accountId = token === undefined ? undefined : accounts.owner(token);
      const whose = accountId === undefined ? {} : { accountId };
      tell({ ...exchange, ...whose, request: { ...exchange.request, path: path.replace(BASE_PATH, '') } });
    },
  });
  return {
    url: server.url + BASE_PATH,
    addAccount: (account) => accounts.add(account),
    addDevice: (accountId, setup) => devices.add(accountId, setup),
    removeDevice: (id) => devices.remove(id),
    renameDevice: (id, name) => devices.rename(id, name),
    device: (id) => devices.shown(id),
    press: (id, press) => devices.press(id, press),
    unplug: (id) => devices.connect(id, false),
    plugIn: (id) => devices.connect(id, true),
    change: (id, change) => devices.change(id, change, 'other-write'),
    changePassword: (email, password) => accounts.changePassword(email, password),
    setTwoFactorCode: (email, code) => accounts.setTwoFactorCode(email, code),
    lock: (email) => accounts.lock(email),
    trust: (server) => accounts.trust(server),
    checkPassword: (email, password) => accounts.check(email, password),
    takeToken: (accountId, token) => accounts.take(accountId, token),
    revokeSessions: (email) => accounts.revoke(email),
    sendEventsTo: (to) => {
      receiver = to;
    },
    inject: (fault) => server.faults.inject(fault),
    onExchange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onDevice: (listener) => devices.onDevice(listener),
    counts,
    resetCounts: () => {
      counts.requests = 0;
      counts.signIns = 0;
    },
    close: async () => {
      stop.abort();
      await server.close();
    },
  };
}
