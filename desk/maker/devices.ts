import type { Clock } from '../../lambda/ports/clock.ts';
import type { ChangeOrigin, Device, Power } from '../../lambda/ports/device-cloud.ts';
import type { Change, DeviceEvent, DeviceSetup, Press, ShownState } from './contract.ts';

type Fixed = Pick<Device, 'id' | 'model' | 'kind' | 'dimmable' | 'serialNumber' | 'firmwareVersion'>;

interface Entry extends Fixed {
  readonly accountId: string;
  readonly leastLevel: number;
  readonly without: readonly string[];
  name: string;
  online: boolean;
  changedAt: Date;
  /** What the cloud was told to make of the device. */
  wanted: { power: Power; level: number };
  /** What the device shows. */
  shown: { power: Power; level: number };
}

export interface DevicesOptions {
  readonly clock: Clock;
  readonly reportDelayMs: number;
  readonly signal: AbortSignal;
  readonly onEvent: (event: DeviceEvent) => void;
}

/** Every device twice: as the cloud wants it, and as it is. */
export class MakerDevices {
  readonly #entries = new Map<string, Entry>();
  readonly #listeners = new Set<(id: string, state: ShownState) => void>();
  readonly #options: DevicesOptions;
  #added = 0;

  constructor(options: DevicesOptions) {
    this.#options = options;
  }

  add(
    accountId: string,
    { power = 'OFF', level = 100, leastLevel = 1, without = [], ...setup }: DeviceSetup = {},
  ): string {
    this.#added++;
    const id = `plug-${1000 + this.#added}`;
    this.#entries.set(id, {
      ...{ name: 'Lamp', model: 'Dimmer plug 2', kind: 'light', dimmable: true, firmwareVersion: '2.1.0' },
      serialNumber: `SN${100_000 + this.#added}`,
      ...setup,
      ...{ id, accountId, leastLevel, without, online: true, changedAt: this.#options.clock.now() },
      wanted: { power, level },
      shown: { power, level },
    });
    return id;
  }

  remove(id: string): void {
    this.#entries.delete(id);
  }

  rename(id: string, name: string): void {
    this.#entry(id).name = name;
  }

  /** The records of an account, as the contract has them. */
  of(accountId: string): object[] {
    return [...this.#entries.values()].filter((entry) => entry.accountId === accountId).map(toRecord);
  }

  /** The record of an account's own device. */
  record(accountId: string, id: string): object | undefined {
    const entry = this.#entries.get(id);
    return entry?.accountId === accountId ? toRecord(entry) : undefined;
  }

  traits(id: string): { readonly dimmable: boolean; readonly online: boolean } {
    return this.#entry(id);
  }

  shown(id: string): ShownState {
    const { shown, online } = this.#entry(id);
    return { ...shown, online };
  }

  /** A change over the network: the cloud notes it at once, the device follows a while later. */
  change(id: string, { power, level }: Change, origin: ChangeOrigin): void {
    const { clock, reportDelayMs, signal } = this.#options;
    const entry = this.#entry(id);
    if (!entry.online) return;
    const reached = level === undefined ? entry.wanted.level : Math.max(level, entry.leastLevel);
    const wanted = { power: power ?? entry.wanted.power, level: reached };
    entry.wanted = wanted;
    entry.changedAt = clock.now();
    // What another change has replaced meanwhile is never shown, and no event says that it was.
    const isLatest = () => entry.online && this.#entries.has(id) && entry.wanted === wanted;
    clock.wait(reportDelayMs, signal).then(
      () => isLatest() && this.#show(entry, wanted, origin),
      () => undefined,
    );
  }

  press(id: string, press: Press): void {
    const entry = this.#entry(id);
    if (!entry.online) return;
    const { power, level } = entry.shown;
    const isOn = press === 'toggle' ? power === 'OFF' : press !== 'off';
    this.#show(entry, { power: isOn ? 'ON' : 'OFF', level: typeof press === 'number' ? press : level }, 'plug');
  }

  connect(id: string, online: boolean): void {
    const entry = this.#entry(id);
    if (entry.online === online) return;
    entry.online = online;
    this.#show(entry, entry.shown, 'unknown');
  }

  onDevice(listener: (id: string, state: ShownState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #show(entry: Entry, state: Entry['shown'], origin: ChangeOrigin): void {
    entry.shown = { ...state };
    entry.wanted = { ...state };
    entry.changedAt = this.#options.clock.now();
    const { id: deviceId, accountId, dimmable, online: connected, changedAt } = entry;
    const { power, level } = state;
    const at = changedAt.toISOString();
    this.#options.onEvent({ accountId, deviceId, power, ...(dimmable && { level }), connected, at, origin });
    for (const listener of this.#listeners) listener(deviceId, this.shown(deviceId));
  }

  #entry(id: string): Entry {
    const entry = this.#entries.get(id);
    if (!entry) throw new Error(`there is no device ${id}`);
    return entry;
  }
}

function toRecord(entry: Entry): object {
  const { id, name, model, serialNumber, firmwareVersion, kind, dimmable, wanted, online, changedAt, without } = entry;
  const record = {
    ...{ id, name, manufacturer: 'Acme', model, serialNumber, firmwareVersion, kind, dimmable },
    power: wanted.power,
    ...(dimmable && { level: wanted.level }),
    connected: online,
    changedAt: changedAt.toISOString(),
  };
  return Object.fromEntries(Object.entries(record).filter(([field]) => !without.includes(field)));
}
