import type { Endpoint } from './alexa/contract.ts';
import type { LampState } from './console/protocol.ts';
import type { LocalSystem } from './local-system.ts';

type Tile = NonNullable<LampState['tile']>;
type Plug = LampState['plug'];

/** An account of the desk, and what its Amazon account sees. */
export interface AlexaView {
  readonly place?: string;
  readonly endpoints: readonly Endpoint[];
}

/** The lamps as a person in the room sees them, beside Alexa's tiles. */
export interface Lamps {
  all(): LampState[];
  /** A device has just moved. */
  moved(id: string): void;
  /** Reads again what cannot be seen at once. */
  refresh(): Promise<void>;
}

/** The emulated devices themselves, and how long Alexa took to follow each. */
export function emulatedLamps({ myLeviton, clock }: LocalSystem, alexaViews: readonly AlexaView[]): Lamps {
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
      lampsOf(alexaViews, (id) => {
        const { power, brightness, online } = myLeviton.device(Number(id));
        return { power, level: brightness, online };
      }).map((lamp) => {
        follow(lamp.id, lamp.agree);
        const lag = lagMs.get(lamp.id);
        // Alexa that spoke to the lamp knew before it moved.
        return lamp.agree && lag ? { ...lamp, lastLagMs: lag } : lamp;
      }),
  };
}

/** Real devices, as our functions have last seen them. */
export function storedLamps({ ports }: LocalSystem, alexaViews: readonly AlexaView[]): Lamps {
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
    all: () => lampsOf(alexaViews, (id) => plugs.get(id)),
  };
}

const lampsOf = (alexaViews: readonly AlexaView[], plugOf: (id: string) => Plug | undefined): LampState[] =>
  alexaViews.flatMap(({ place, endpoints }) =>
    endpoints.flatMap((endpoint) => {
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
  const told = [power, brightness, health].filter((one) => one !== undefined);
  const last = told.sort((a, b) => b.sentAt.getTime() - a.sentAt.getTime())[0];
  return {
    name,
    power: power?.value === 'ON' || power?.value === 'OFF' ? power.value : undefined,
    brightness: typeof brightness?.value === 'number' ? brightness.value : undefined,
    connectivity: connectivity === 'OK' || connectivity === 'UNREACHABLE' ? connectivity : undefined,
    sentAt: last?.sentAt.toISOString(),
    toldBy: last?.toldBy,
    cause: told.find((one) => one.sentAt === last?.sentAt && one.cause)?.cause,
  };
}

/** Whether a tile tells the truth: of an unreachable plug it only has to tell that. */
function agrees({ power, level, online }: Plug, dimmable: boolean, tile: Tile): boolean {
  if (!online) return tile.connectivity === 'UNREACHABLE';
  if (tile.connectivity !== 'OK' || tile.power !== power) return false;
  return !dimmable || tile.brightness === (power === 'ON' ? level : 0);
}
