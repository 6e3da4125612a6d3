import type { Clock } from '../../lambda/ports/clock.ts';
import type { DeviceState, DeviceTraits, IotSwitch, SwitchSetup } from './contract.ts';
import { type Lamp, obey, type Press, pressed, type Settings, type Write } from './device-model.ts';
import { Ids } from './ids.ts';
import { after } from './time.ts';

/** Fields that a client may write; LoopBack merges a partial update and this cloud ignores the rest. */
const writable = new Set(
  (
    'name power brightness minLevel maxLevel presetLevel fadeOnTime fadeOffTime dimLED statusLED loadType triacOff ' +
    'reversePhase autoOffTime isRandomEnabled includeInRoomOnOff residentialRoomId identify smartBulbModeEnabled'
  ).split(' '),
);
/** Fields that only the cloud knows: the device has nothing to report when they change. */
const cloudOnly = new Set(['name', 'includeInRoomOnOff', 'residentialRoomId', 'isRandomEnabled']);

const CHANGED_BY_PADDLE = 1;
const CHANGED_REMOTELY = 3;
const CHANGED_BY_RESTART = 6;

interface Entry {
  readonly record: IotSwitch;
  readonly traits: DeviceTraits;
  lamp: Lamp;
  online: boolean;
  /** A hand was on it, and the cloud has not heard of that. */
  unheard: boolean;
}

type Changes = Readonly<Record<string, unknown>>;

/** Every switch twice: as the cloud's record says, and as the device itself is. */
export class Devices {
  readonly #entries = new Map<number, Entry>();
  readonly #ids = new Ids(1613723);
  readonly #deviceListeners = new Set<(id: number, state: DeviceState) => void>();
  readonly #clock: Clock;
  readonly #reportDelayMs: number;
  readonly #signal: AbortSignal;
  readonly #push: (id: number, data: Changes) => void;
  #losing = 0;

  /** @param push tells every subscriber of a switch which of its fields were saved */
  constructor(clock: Clock, reportDelayMs: number, signal: AbortSignal, push: (id: number, data: Changes) => void) {
    this.#clock = clock;
    this.#reportDelayMs = reportDelayMs;
    this.#signal = signal;
    this.#push = push;
  }

  add(residenceId: number, setup: SwitchSetup = {}): IotSwitch {
    const { device, without = [], ...fields } = setup;
    const id = this.#ids.take(fields.id);
    const record: IotSwitch = { ...defaults(id, this.#clock.now()), ...fields, id, residenceId };
    const lamp: Lamp = { power: record.power, brightness: record.brightness ?? 100, latched: false };
    for (const field of without) delete record[field];
    const traits = {
      sameLevelLatch: false,
      brightnessSwitchesOn: false,
      reportDelayMs: this.#reportDelayMs,
      ...device,
    };
    this.#entries.set(id, { record, traits, lamp, online: record.connected !== false, unheard: false });
    return this.record(id);
  }

  remove(id: number): void {
    this.#entry(id);
    this.#entries.delete(id);
  }

  rename(id: number, name: string): void {
    this.#entry(id).record.name = name;
  }

  has(id: number): boolean {
    return this.#entries.has(id);
  }

  /** A copy of the cloud's record. */
  record(id: number): IotSwitch {
    return structuredClone(this.#entry(id).record);
  }

  of(residenceId: number): IotSwitch[] {
    return [...this.#entries.values()]
      .filter(({ record }) => record.residenceId === residenceId)
      .map(({ record }) => structuredClone(record));
  }

  state(id: number): DeviceState {
    const { lamp, online } = this.#entry(id);
    return { power: lamp.power, brightness: lamp.brightness, online };
  }

  /**
   * A client's write. The cloud saves and pushes at once, whether or not the device can follow; the device follows a while later.
   * @param clientId names the writer in the first frame; the maker's own integrations have none and make no such frame
   */
  write(id: number, body: Changes, clientId: string): void {
    const entry = this.#entry(id);
    const changes = Object.fromEntries(Object.entries(body).filter(([field]) => writable.has(field)));
    this.#save(entry, changes, { client_id: clientId });
    if (Object.keys(changes).some((field) => !cloudOnly.has(field))) this.#send(entry, toWrite(changes));
  }

  officialWrite(id: number, write: Write): void {
    this.#send(this.#entry(id), write);
  }

  press(id: number, press: Press): void {
    if (typeof press === 'number' && !Number.isFinite(press)) throw new TypeError(`a level is a number, not ${press}`);
    const entry = this.#entry(id);
    if (!entry.online) return;
    for (const lamp of pressed(entry.lamp, press, settings(entry))) {
      entry.lamp = lamp;
      if (this.#losing === 0) this.#report(entry, CHANGED_BY_PADDLE);
      else this.#keepFromCloud(entry);
    }
  }

  /** What hands do at the devices does not get to the cloud, until the returned function is called. Then the devices report how they are. */
  losePresses(): () => void {
    this.#losing += 1;
    let hasEnded = false;
    return () => {
      if (hasEnded) return;
      hasEnded = true;
      this.#losing -= 1;
      const unheard = [...this.#entries.values()].filter((entry) => entry.unheard && entry.online);
      if (this.#losing === 0) for (const entry of unheard) this.#report(entry, CHANGED_BY_PADDLE);
    };
  }

  #keepFromCloud(entry: Entry): void {
    entry.unheard = true;
    this.#tellState(entry);
  }

  unplug(id: number, { announce = true, noticed = true }: { announce?: boolean; noticed?: boolean } = {}): void {
    const entry = this.#entry(id);
    if (!entry.online) return;
    entry.online = false;
    if (noticed && announce) this.#save(entry, { connected: false });
    else if (noticed) Object.assign(entry.record, { connected: false, lastUpdated: this.#now() });
    this.#tellState(entry);
  }

  plugIn(id: number): void {
    const entry = this.#entry(id);
    if (entry.online) return;
    entry.online = true;
    this.#report(entry, CHANGED_BY_RESTART, { connected: true });
  }

  onState(listener: (id: number, state: DeviceState) => void): () => void {
    this.#deviceListeners.add(listener);
    return () => this.#deviceListeners.delete(listener);
  }

  /** The way to the device and back: what it has become is what the cloud then says. */
  #send(entry: Entry, write: Write): void {
    if (!entry.online) return;
    const arrive = () => {
      if (!entry.online || this.#entries.get(entry.record.id) !== entry) return;
      entry.lamp = obey(entry.lamp, write, settings(entry));
      this.#report(entry, CHANGED_REMOTELY);
    };
    void after(this.#clock, entry.traits.reportDelayMs, this.#signal, arrive);
  }

  #report(entry: Entry, chgReason: number, more: Changes = {}): void {
    const { power, brightness } = entry.lamp;
    entry.unheard = false;
    this.#save(entry, { ...more, power, ...(settings(entry).dims && { brightness }), chgReason });
    this.#tellState(entry);
  }

  #save(entry: Entry, changes: Changes, unsaved: Changes = {}): void {
    const saved = { ...changes, lastUpdated: this.#now() };
    Object.assign(entry.record, saved);
    this.#push(entry.record.id, { ...saved, ...unsaved });
  }

  #tellState({ record }: Entry): void {
    for (const listener of this.#deviceListeners) listener(record.id, this.state(record.id));
  }

  #now(): string {
    return this.#clock.now().toISOString();
  }

  #entry(id: number): Entry {
    const entry = this.#entries.get(id);
    if (!entry) throw new Error(`there is no switch ${id}`);
    return entry;
  }
}

/** What is wrong with a write's values, in the words of LoopBack's validation. */
export function invalidField(body: Changes): string | undefined {
  if ('power' in body && body.power !== 'ON' && body.power !== 'OFF') return '`power` is not ON or OFF';
  const number = ['brightness', 'minLevel', 'maxLevel', 'presetLevel'].find(
    (field) => field in body && !isLevel(body[field]),
  );
  return number && `\`${number}\` is not a whole number from 0 to 100`;
}

const isLevel = (value: unknown) => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 100;

const settings = ({ record, traits }: Entry): Settings => ({
  dims: record.canSetLevel !== false,
  presetLevel: record.presetLevel ?? 0,
  traits,
});

const toWrite = ({ power, brightness }: Changes): Write => ({
  ...((power === 'ON' || power === 'OFF') && { power }),
  ...(typeof brightness === 'number' && { brightness }),
});

/** A DW3HL as it comes from the shop, with a lamp that was left off at full. */
function defaults(id: number, now: Date): IotSwitch {
  const hex = id.toString(16).toUpperCase().padStart(8, '0');
  return {
    id,
    name: 'Lamp',
    model: 'DW3HL',
    manufacturer: 'Leviton Manufacturing Co., Inc.',
    serial: `1000_${hex.slice(0, 4)}_${hex.slice(4)}`,
    mac: `00:07:${(hex.match(/../g) ?? []).join(':')}`,
    version: '1.7.1; CP 1.13',
    power: 'OFF',
    brightness: 100,
    minLevel: 1,
    maxLevel: 100,
    presetLevel: 0,
    canSetLevel: true,
    fadeOnTime: 5,
    fadeOffTime: 5,
    dimLED: 5,
    statusLED: 255,
    loadType: 1,
    autoOffTime: 0,
    isRandomEnabled: false,
    includeInRoomOnOff: true,
    connected: true,
    rssi: -54,
    localIP: '192.168.1.20',
    residenceId: 0,
    residentialRoomId: null,
    iotBridgeId: null,
    matterQRCode: null,
    chgReason: CHANGED_REMOTELY,
    created: now.toISOString(),
    lastUpdated: now.toISOString(),
  };
}
