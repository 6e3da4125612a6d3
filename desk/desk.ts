import type { Credentials } from '../lambda/ports/device-cloud.ts';
import type { Log } from '../lambda/ports/log.ts';
import type { Customer, Endpoint } from './alexa/contract.ts';
import { Chain } from './chain.ts';
import { DeskClock } from './clock.ts';
import type { Desk, DeskState, FaultState, LampState, Turn } from './console/protocol.ts';
import { faults } from './faults.ts';
import { type House, startHouse } from './house.ts';
import { ofAlexa, ofMyLeviton, ofQueue } from './passages.ts';

export interface DeskOptions {
  readonly log: Log;
  /** Signs in to the real device cloud with a person's own account, in place of the emulated one. */
  readonly real?: { readonly credentials: Credentials; readonly code?: string };
  /** Milliseconds from a write to the emulated device's own report; 1200 by default. */
  readonly reportDelayMs?: number;
}

export interface RunningDesk extends Desk {
  readonly house: House;
  close(): Promise<void>;
}

/** The account of the emulated cloud, for whoever wants to sign in to it with another client. */
export const EMULATED_ACCOUNT: Credentials = { email: 'lamp@example.org', password: 'bedroom-lamp' };
const UNPLUGGED = 'plug-unplugged';
const MOST_TURNS = 30;
/** While a device's page is open, the Alexa app asks for its state now and then; here it always is. */
const POLL_EVERY_MS = 20_000;

/**
 * Starts the desk: the shipped functions, all that they talk to, one linked home, and what the page shows and asks for.
 * @throws what signing in to the device cloud throws
 */
export async function startDesk(options: DeskOptions): Promise<RunningDesk> {
  const clock = new DeskClock();
  const { real, reportDelayMs } = options;
  const house = await startHouse({
    clock,
    log: options.log,
    ...(reportDelayMs !== undefined && { reportDelayMs }),
    ...(real && { deviceCloud: 'real' as const }),
  });
  try {
    return await furnish(house, real);
  } catch (error) {
    await house.close();
    throw error;
  }
}

async function furnish(house: House, real: DeskOptions['real']): Promise<RunningDesk> {
  const { clock, alexa, myLeviton, queue } = house;
  const listeners = new Set<() => void>();
  const changed = () => {
    for (const listener of listeners) listener();
  };
  const chain = new Chain(clock, changed);
  const turns: Turn[] = [];
  const active = new Map<string, () => void>();
  const lamps = real ? new StoredLamps(house) : new EmulatedLamps(house);
  let directives = 0;

  alexa.onExchange((exchange) => {
    const passage = ofAlexa(exchange);
    chain.pass(passage);
    // The plug obeyed, so it is connected.
    if (passage.ok && passage.outcome === 'Response')
      for (const hop of ['device-cloud', 'plug'] as const) chain.mend(hop);
  });
  alexa.onView(changed);
  queue.onExchange((exchange) => {
    chain.pass({ from: 'device-watch', to: 'queue', title: 'queue what was seen', outcome: 'queued', ok: true });
    chain.pass(ofQueue(exchange));
    void lamps.refresh().then(changed, () => undefined);
  });
  if (!real) {
    myLeviton.onExchange((exchange) => {
      const passage = ofMyLeviton(exchange, directives > 0 ? 'skill' : 'device-watch');
      if (passage) chain.pass(passage);
      for (const fault of faults) {
        if (active.has(fault.id) && fault.isOver?.(house)) active.delete(fault.id);
      }
    });
    myLeviton.onDevice((id, { power, brightness, online }) => {
      const outcome = online ? `${power} at ${brightness} %` : 'unplugged';
      chain.pass({ from: 'plug', to: 'device-cloud', title: `plug ${id}`, outcome, ok: true });
      if (online) chain.mend('plug');
      lamps.moved(String(id));
    });
    const { residenceIds } = myLeviton.addAccount(EMULATED_ACCOUNT);
    myLeviton.addSwitch(residenceIds[0] ?? 0, { name: 'Bedroom lamp', power: 'ON', brightness: 60 });
  }

  const customer = await house.link(
    real?.credentials ?? EMULATED_ACCOUNT,
    real?.code === undefined ? {} : { code: real.code },
  );
  const during = async <T>(work: () => Promise<T>): Promise<T> => {
    directives++;
    try {
      return await work();
    } finally {
      directives--;
      changed();
    }
  };
  await during(() => customer.acceptGrant());
  const endpoints = await during(() => customer.discover());
  for (const { id } of endpoints) await during(() => customer.reportState(id));
  await lamps.refresh();

  const closing = new AbortController();
  const polling = pollStates(customer, clock, during, closing.signal);

  const faultStates = (): FaultState[] => [
    ...(real
      ? []
      : [
          {
            id: UNPLUGGED,
            label: 'Plug unplugged',
            expect: 'Alexa hears ENDPOINT_UNREACHABLE and greys the tile; plugged in again, all is well.',
            on: lamps.all(customer).some(({ plug }) => !plug.online),
          },
        ]),
    ...faults
      .filter(({ id }) => !real || id === 'lwa-down')
      .map(({ id, label, expect }) => ({ id, label, expect, on: active.has(id) })),
  ];

  const unplug: Desk['unplug'] = async ({ lamp, unplugged }) => {
    if (unplugged) myLeviton.unplug(Number(lamp), { announce: true });
    else myLeviton.plugIn(Number(lamp));
    changed();
  };

  return {
    house,
    state: (): DeskState => ({
      now: clock.now().toISOString(),
      cloud: real ? 'my-leviton' : 'emulated',
      lamps: lamps.all(customer),
      hops: chain.hops,
      faults: faultStates(),
      turns,
      messages: chain.messages,
      problems: alexa.problems,
    }),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async say({ sentence }) {
      const { said, answer, ok, ms } = await during(() => customer.say(sentence));
      turns.push({ id: (turns.at(-1)?.id ?? 0) + 1, at: clock.now().toISOString(), said, answer, ok, ms });
      turns.splice(0, Math.max(0, turns.length - MOST_TURNS));
      changed();
      // Alexa looks at the state of what has not obeyed.
      if (!ok) for (const { id } of customer.endpoints) await during(() => customer.reportState(id));
    },
    async press({ lamp, press }) {
      if (real) throw new Error('This is a real plug: press its own button.');
      if (!myLeviton.device(Number(lamp)).online) throw new Error('The plug is unplugged; its button does nothing.');
      myLeviton.paddle(Number(lamp), press);
    },
    unplug,
    async fault({ id, on }) {
      if (id === UNPLUGGED) {
        for (const lamp of lamps.all(customer)) await unplug({ lamp: lamp.id, unplugged: on });
        return;
      }
      const fault = faults.find((one) => one.id === id);
      if (!fault) throw new Error('There is no such fault.');
      active.get(id)?.();
      active.delete(id);
      if (on) active.set(id, fault.inject(house));
      changed();
    },
    async discover() {
      await during(() => customer.discover());
    },
    async close() {
      closing.abort();
      await polling;
      await house.close();
    },
  };
}

/** The Alexa app with the devices' page open: it asks for their state every so often. */
async function pollStates(
  customer: Customer,
  clock: DeskClock,
  during: <T>(work: () => Promise<T>) => Promise<T>,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await clock.wait(POLL_EVERY_MS, signal).catch(() => undefined);
    if (signal.aborted) return;
    for (const { id } of customer.endpoints) await during(() => customer.reportState(id));
  }
}

type Tile = NonNullable<LampState['tile']>;

function toTile({ name, properties }: Endpoint): Tile {
  const power = properties['Alexa.PowerController.powerState'];
  const brightness = properties['Alexa.BrightnessController.brightness'];
  const health = properties['Alexa.EndpointHealth.connectivity'];
  const connectivity = (health?.value as { value?: unknown } | undefined)?.value;
  const last = [power, brightness, health]
    .filter((one) => one !== undefined)
    .sort((a, b) => b.toldAt.getTime() - a.toldAt.getTime())[0];
  return {
    name,
    power: power?.value === 'ON' || power?.value === 'OFF' ? power.value : undefined,
    brightness: typeof brightness?.value === 'number' ? brightness.value : undefined,
    connectivity: connectivity === 'OK' || connectivity === 'UNREACHABLE' ? connectivity : undefined,
    toldAt: last?.toldAt.toISOString(),
    toldBy: last?.toldBy,
    cause: [power, brightness, health].find((one) => one?.toldAt === last?.toldAt && one?.cause)?.cause,
  };
}

/** Whether a tile tells the truth: of an unreachable plug it only has to tell that. */
function agree({ power, level, online }: LampState['plug'], dimmable: boolean, tile: Tile | undefined): boolean {
  if (!tile) return false;
  if (!online) return tile.connectivity === 'UNREACHABLE';
  if (tile.connectivity !== 'OK' || tile.power !== power) return false;
  return !dimmable || tile.brightness === (power === 'ON' ? level : 0);
}

/** The lamps as a person in the room sees them. */
interface Lamps {
  all(customer: Customer): LampState[];
  /** A device has just moved. */
  moved(id: string): void;
  refresh(): Promise<void>;
}

/** The emulated devices themselves, and how long Alexa took to follow each. */
class EmulatedLamps implements Lamps {
  readonly #house: House;
  readonly #movedAt = new Map<string, number>();
  readonly #lagMs = new Map<string, number>();

  constructor(house: House) {
    this.#house = house;
  }

  moved(id: string): void {
    this.#movedAt.set(id, this.#house.clock.now().getTime());
  }

  async refresh(): Promise<void> {}

  all(customer: Customer): LampState[] {
    return customer.endpoints.flatMap((endpoint) => {
      const { power, brightness, online } = this.#house.myLeviton.device(Number(endpoint.id));
      const plug = { power, level: brightness, online };
      const tile = toTile(endpoint);
      const right = agree(plug, endpoint.dimmable, tile);
      const movedAt = this.#movedAt.get(endpoint.id);
      if (right && movedAt !== undefined) {
        this.#lagMs.set(endpoint.id, this.#house.clock.now().getTime() - movedAt);
        this.#movedAt.delete(endpoint.id);
      }
      const lag = right ? this.#lagMs.get(endpoint.id) : undefined;
      const { id, name, dimmable } = endpoint;
      return { id, name, dimmable, plug, tile, agree: right, ...(lag !== undefined && { lastLagMs: lag }) };
    });
  }
}

/** Real devices, as the functions have last seen them. */
class StoredLamps implements Lamps {
  readonly #house: House;
  #plugs = new Map<string, LampState['plug']>();

  constructor(house: House) {
    this.#house = house;
  }

  moved(): void {}

  async refresh(): Promise<void> {
    const { homes, devices } = this.#house.ports;
    const lists = await Promise.all((await homes.list()).map((id) => devices.list(id)));
    this.#plugs = new Map(
      lists
        .flat()
        .map(({ device, seen }) => [device.id, { power: seen.power, level: seen.level, online: seen.connected }]),
    );
  }

  all(customer: Customer): LampState[] {
    return customer.endpoints.flatMap((endpoint) => {
      const plug = this.#plugs.get(endpoint.id);
      if (!plug) return [];
      const tile = toTile(endpoint);
      const { id, name, dimmable } = endpoint;
      return { id, name, dimmable, plug, tile, agree: agree(plug, dimmable, tile) };
    });
  }
}
