import type { AlexaExchange } from '../../desk/alexa/contract.ts';
import { DeskClock } from '../../desk/clock.ts';
import { type House, type Household, startHouse } from '../../desk/house.ts';
import { createLog } from '../../lambda/adapters/json-log/log.ts';
import type { AlexaRegion } from '../../lambda/ports/grant-store.ts';

/** One account at the device cloud, and the Amazon accounts that are linked with it. */
export interface Home {
  readonly id: string;
  readonly index: number;
  readonly email: string;
  readonly password: string;
  readonly residence: number;
  /** The switches that it has at present. */
  readonly devices: Set<number>;
  readonly households: readonly Household[];
}

export interface Street {
  readonly house: House;
  readonly clock: DeskClock;
  readonly homes: readonly Home[];
  close(): Promise<void>;
}

const REGIONS: readonly AlexaRegion[] = ['NA', 'EU', 'FE'];
/** Every third home has a second Amazon account, in another region. */
const SHARED_EVERY = 3;

/** A device follows a write sooner than the real one, which takes 1 to 1.5 s: more happens in the same time. */
const REPORT_DELAY_MS = 150;

/** Homes with three plugs each, linked and watched. @param onLine gets every line of the functions' log */
export async function openStreet(count: number, onLine: (line: string) => void): Promise<Street> {
  const clock = new DeskClock();
  const house = await startHouse({ clock, log: createLog('info', clock, onLine), reportDelayMs: REPORT_DELAY_MS });
  const homes: Home[] = [];
  for (let index = 0; index < count; index++) homes.push(await openHome(house, index));
  return { house, clock, homes, close: () => house.close() };
}

async function openHome(house: House, index: number): Promise<Home> {
  const email = `canary.person${index}@example.org`;
  const password = `canary-password-${index}-Zq7`;
  const account = house.myLeviton.addAccount({ email, password });
  const residence = account.residenceIds[0] ?? 0;
  const names = ['Bedroom', 'Kitchen', 'Hall'];
  const devices = new Set(
    names.map(
      (name, place) => house.myLeviton.addSwitch(residence, { name: `${name} ${index}`, ...(place === 2 && onOff) }).id,
    ),
  );
  const households: Household[] = [];
  for (let one = 0; one < (index % SHARED_EVERY === 0 ? 2 : 1); one++) {
    const region = REGIONS[(index + one) % REGIONS.length] ?? 'NA';
    const household = await house.link({ email, password, keep: true }, { region });
    await household.customer.acceptGrant();
    await household.customer.discover();
    households.push(household);
  }
  return { id: String(account.userId), index, email, password, residence, devices, households };
}

/** A plug that only switches. */
export const onOff = { model: 'D215P', canSetLevel: false } as const;

/** What a ChangeReport says of its endpoint, changed or not; nothing for any other message. */
export function reportIn({
  channel,
  sent,
}: AlexaExchange): { endpointId: string; properties: NamedValue[] } | undefined {
  if (channel !== 'gateway') return undefined;
  const { event, context } = sent as Report;
  if (event?.header?.name !== 'ChangeReport') return undefined;
  const properties = [...event.payload.change.properties, ...(context?.properties ?? [])];
  return { endpointId: event.endpoint.endpointId, properties };
}

interface NamedValue {
  readonly name: string;
  readonly value: unknown;
}

interface Report {
  readonly event?: {
    readonly header?: { readonly name?: string };
    readonly endpoint: { readonly endpointId: string };
    readonly payload: { readonly change: { readonly properties: NamedValue[] } };
  };
  readonly context?: { readonly properties: NamedValue[] };
}
