import type { AmazonAccount } from '../../desk/alexa/account.ts';
import type { Customer, DirectiveInput } from '../../desk/alexa/contract.ts';
import type { DeskClock } from '../../desk/clock.ts';
import { type LocalSystem, type LocalSystemOptions, startLocalSystem } from '../../desk/local-system.ts';
import type { Account } from '../../desk/my-leviton/contract.ts';
import { createLog } from '../../lambda/adapters/json-log/log.ts';
import { testClock } from './clock.ts';
import { seedLink } from './seed.ts';

/** Texts that must never turn up in a log line, an answer or a row. */
export const PASSWORD = 'canary-password-Zq7';
export const EMAIL = 'ada.lovelace@example.org';

/** One account, one lamp on a dimmer plug, one Amazon account that is linked: what most tests begin with. */
export interface TestSetup {
  readonly system: LocalSystem;
  readonly clock: DeskClock;
  readonly account: Account;
  readonly residence: number;
  /** The emulated cloud's id of the bedroom lamp. */
  readonly lamp: number;
  /** The same as Alexa's endpoint id. */
  readonly endpointId: string;
  readonly customer: Customer;
  /** Its link, as Alexa keeps it. */
  readonly amazonAccount: AmazonAccount;
  /** Every line of the functions' log. */
  readonly lines: string[];
  /** Every ChangeReport that a gateway accepted. */
  readonly reports: Report[];
}

export interface Report {
  readonly region: string;
  readonly cause: string;
  /** By property name. */
  readonly changed: Record<string, unknown>;
  readonly unchanged: Record<string, unknown>;
}

export interface TestSetupOptions extends Partial<Omit<LocalSystemOptions, 'clock' | 'log'>> {
  /** Whether AcceptGrant was sent; it was not by default. */
  readonly granted?: boolean;
  /** Whether the person signed in on our page; by default what comes of that is just written to the table. */
  readonly onPage?: boolean;
}

export async function openSetup({
  granted = false,
  onPage = false,
  ...options
}: TestSetupOptions = {}): Promise<TestSetup> {
  const clock = testClock();
  const lines: string[] = [];
  const log = createLog('info', clock, (line) => lines.push(line));
  const system = await startLocalSystem({ clock, log, reportDelayMs: 20, watch: false, ...options });
  const reports: Report[] = [];
  system.alexa.onExchange(({ channel, region, sent, status }) => {
    if (channel === 'gateway' && status >= 200 && status < 300 && isChangeReport(sent))
      reports.push(toReport(region ?? '', sent));
  });
  const account = system.myLeviton.addAccount({ email: EMAIL, password: PASSWORD });
  const residence = account.residenceIds[0] ?? 0;
  const lamp = system.myLeviton.addSwitch(residence, { name: 'Bedroom lamp' }).id;
  const typed = { email: EMAIL, password: PASSWORD, keep: true };
  const { customer, account: amazonAccount } = await (onPage ? system.link(typed) : seedLink(system, typed));
  if (granted) await customer.acceptGrant();
  await customer.discover();
  if (granted && options.watch) await until(() => lines.some((line) => line.includes('"watching"')), 'watching');
  return { system, clock, account, residence, lamp, endpointId: String(lamp), customer, amazonAccount, lines, reports };
}

const isChangeReport = (sent: unknown): boolean =>
  (sent as { event: { header: { name: string } } }).event.header.name === 'ChangeReport';

function toReport(region: string, sent: unknown): Report {
  const { event, context } = sent as {
    event: { payload: { change: { cause: { type: string }; properties: NamedValue[] } } };
    context: { properties: NamedValue[] };
  };
  const { cause, properties } = event.payload.change;
  return { region, cause: cause.type, changed: byName(properties), unchanged: byName(context.properties) };
}

type NamedValue = { readonly name: string; readonly value: unknown };
const byName = (properties: readonly NamedValue[]) =>
  Object.fromEntries(properties.map(({ name, value }) => [name, value]));

export const turnOn = (endpointId: string): DirectiveInput => ({
  namespace: 'Alexa.PowerController',
  name: 'TurnOn',
  endpointId,
  payload: {},
});
export const turnOff = (endpointId: string): DirectiveInput => ({ ...turnOn(endpointId), name: 'TurnOff' });
export const set = (endpointId: string, brightness: unknown): DirectiveInput => ({
  namespace: 'Alexa.BrightnessController',
  name: 'SetBrightness',
  endpointId,
  payload: { brightness },
});
export const adjust = (endpointId: string, brightnessDelta: unknown): DirectiveInput => ({
  namespace: 'Alexa.BrightnessController',
  name: 'AdjustBrightness',
  endpointId,
  payload: { brightnessDelta },
});

/** The properties of a message by name: `{ powerState: 'ON', brightness: 30, connectivity: { value: 'OK' } }`. */
export function propertiesIn(message: unknown): Record<string, unknown> {
  return byName((message as { context?: { properties?: NamedValue[] } }).context?.properties ?? []);
}

/** Just before the test's own time limit, so that it is said what was waited for. */
const GIVE_UP_MS = 110_000;

/** Waits until `holds` answers true. @throws only when the test is about to run out of time, which no machine is too busy for */
export async function until(holds: () => boolean | Promise<boolean>, what = String(holds)): Promise<void> {
  const end = performance.now() + GIVE_UP_MS;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`it did not come true: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
