import type { AlexaExchange } from '../../desk/alexa/contract.ts';
import type { AmazonCustomer } from '../../desk/amazon-customer.ts';
import type { DeskClock } from '../../desk/clock.ts';
import { type LocalSystem, startLocalSystem } from '../../desk/local-system.ts';
import { createLog } from '../../lambda/adapters/json-log/log.ts';
import type { AlexaRegion } from '../../lambda/ports/grant-store.ts';
import { testClock } from '../support/clock.ts';

/** One account at the device cloud, and the Amazon accounts that are linked with it. */
export interface Account {
  readonly id: string;
  readonly index: number;
  readonly email: string;
  readonly password: string;
  readonly residence: number;
  /** The switches that it has at present. */
  readonly devices: Set<number>;
  readonly amazonCustomers: readonly AmazonCustomer[];
}

export interface Street {
  readonly system: LocalSystem;
  readonly clock: DeskClock;
  readonly accounts: readonly Account[];
  close(): Promise<void>;
}

const REGIONS: readonly AlexaRegion[] = ['NA', 'EU', 'FE'];
/** Every third account has a second Amazon account, in another region. */
const SHARED_EVERY = 3;

/** A device follows a write sooner than the real one, which takes 1 to 1.5 s: more happens in the same time. */
const REPORT_DELAY_MS = 150;

/** Accounts with three plugs each, linked and watched. @param onLine gets every line of the functions' log */
export async function openStreet(count: number, onLine: (line: string) => void): Promise<Street> {
  const clock = testClock(new Date());
  const system = await startLocalSystem({
    clock,
    log: createLog('info', clock, onLine),
    reportDelayMs: REPORT_DELAY_MS,
  });
  const accounts: Account[] = [];
  for (let index = 0; index < count; index++) accounts.push(await openSetup(system, index));
  return { system, clock, accounts, close: () => system.close() };
}

async function openSetup(system: LocalSystem, index: number): Promise<Account> {
  const email = `canary.person${index}@example.org`;
  const password = `canary-password-${index}-Zq7`;
  const account = system.myLeviton.addAccount({ email, password });
  const residence = account.residenceIds[0] ?? 0;
  const names = ['Bedroom', 'Kitchen', 'Hall'];
  const devices = new Set(
    names.map(
      (name, place) =>
        system.myLeviton.addSwitch(residence, { name: `${name} ${index}`, ...(place === 2 && onOff) }).id,
    ),
  );
  const amazonCustomers: AmazonCustomer[] = [];
  for (let one = 0; one < (index % SHARED_EVERY === 0 ? 2 : 1); one++) {
    const region = REGIONS[(index + one) % REGIONS.length] ?? 'NA';
    const amazonCustomer = await system.link({ email, password, keep: true }, { region });
    await amazonCustomer.customer.acceptGrant();
    await amazonCustomer.customer.discover();
    amazonCustomers.push(amazonCustomer);
  }
  return { id: String(account.userId), index, email, password, residence, devices, amazonCustomers };
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
