import type { Endpoint } from './alexa/contract.ts';
import type { LocalSystem } from './local-system.ts';
import type { LampState } from './page/protocol.ts';
import type { Place } from './places.ts';

type Tile = NonNullable<LampState['tile']>;
type Plug = LampState['plug'];

/** The lamps as a person in the room sees them, beside Alexa's tiles. */
export interface Lamps {
  all(): LampState[];
  /** A device has just moved. */
  moved(id: string): void;
  /** Reads what the table knows of the lamps. */
  refresh(): Promise<void>;
}

/** The emulated devices themselves, and how long Alexa took to follow each. */
export function emulatedLamps({ deviceCloud, clock }: LocalSystem, places: readonly Place[]): Lamps {
  const movedAt = new Map<string, number>();
  const lagMs = new Map<string, number>();
  const follow = (id: string, right: boolean) => {
    const since = movedAt.get(id);
    if (!right || since === undefined) return;
    lagMs.set(id, clock.now().getTime() - since);
    movedAt.delete(id);
  };
  return {
    moved(id) {
      movedAt.set(id, clock.now().getTime());
      lagMs.delete(id);
    },
    refresh: async () => undefined,
    all: () =>
      lampsOf(places, (id) => deviceCloud.device(id)).map((lamp) => {
        follow(lamp.id, lamp.agree);
        const lag = lagMs.get(lamp.id);
        // After a voice command Alexa knew before the lamp moved.
        return lamp.agree && lag ? { ...lamp, lastLagMs: lag } : lamp;
      }),
  };
}

/** Real devices, as our functions have last seen them. */
export function storedLamps({ ports }: LocalSystem, places: readonly Place[]): Lamps {
  let plugs = new Map<string, Plug>();
  return {
    moved: () => undefined,
    async refresh() {
      const lists = await Promise.all((await ports.accounts.list()).map((id) => ports.devices.list(id)));
      plugs = new Map(
        lists
          .flat()
          .map(({ device, lastState }) => [
            device.id,
            { power: lastState.power, level: lastState.level, online: lastState.connected },
          ]),
      );
    },
    all: () => lampsOf(places, (id) => plugs.get(id)),
  };
}

const lampsOf = (places: readonly Place[], plugOf: (id: string) => Plug | undefined): LampState[] =>
  places.flatMap(({ name: place, amazonCustomer }) =>
    amazonCustomer.customer.endpoints.flatMap((endpoint) => {
      const plug = plugOf(endpoint.id);
      if (!plug) return [];
      const { id, name, dimmable } = endpoint;
      const tile = toTile(endpoint);
      return [
        { id, name, ...(place !== undefined && { place }), dimmable, plug, tile, agree: agrees(plug, dimmable, tile) },
      ];
    }),
  );

function toTile({ name, properties }: Endpoint): Tile {
  const power = properties['Alexa.PowerController.powerState'];
  const brightness = properties['Alexa.BrightnessController.brightness'];
  const health = properties['Alexa.EndpointHealth.connectivity'];
  const connectivity = (health?.value as { value?: unknown } | undefined)?.value;
  const known = [power, brightness, health].filter((one) => one !== undefined);
  const last = known.toSorted((a, b) => b.sentAt.getTime() - a.sentAt.getTime())[0];
  return {
    name,
    power: power?.value === 'ON' || power?.value === 'OFF' ? power.value : undefined,
    brightness: typeof brightness?.value === 'number' ? brightness.value : undefined,
    connectivity: connectivity === 'OK' || connectivity === 'UNREACHABLE' ? connectivity : undefined,
    sentAt: last?.sentAt.toISOString(),
    sentBy: last?.sentBy,
    cause: known.find((one) => one.sentAt === last?.sentAt && one.cause)?.cause,
  };
}

/** Whether a tile shows the truth. For an unplugged plug it need only show that it is unreachable. */
function agrees({ power, level, online }: Plug, dimmable: boolean, tile: Tile): boolean {
  if (!online) return tile.connectivity === 'UNREACHABLE';
  if (tile.connectivity !== 'OK' || tile.power !== power) return false;
  return !dimmable || tile.brightness === (power === 'ON' ? level : 0);
}
