import type { AmazonCustomer } from './amazon-customer.ts';
import type { LocalSystem } from './local-system.ts';
import type { Place } from './places.ts';

// What people at the lamps do on a day that passes at the desk.

/** Somebody opens the Alexa app at each place: it asks for the state of every lamp. */
export async function openAlexaApp(places: readonly Place[]): Promise<void> {
  for (const { amazonCustomer } of places) {
    const { customer } = amazonCustomer;
    for (const { id } of customer.endpoints) if (customer.linked) await customer.reportState(id);
  }
}

const PRESSES = 2;
const PATIENCE_MS = 1_500;
const LOOK_EVERY_MS = 20;

/**
 * Somebody presses the button of the first plug, and once more if the skill has not heard of it: right after a jump of the clock it may have
 * read the plug before it listens. It need not hear of every day.
 */
export async function pressByHand(system: LocalSystem, { customer }: AmazonCustomer): Promise<void> {
  const [endpoint] = customer.endpoints;
  if (!endpoint) return;
  const { deviceCloud } = system;
  const accounts = (await system.ports.accounts.list()).length;
  const { pushChannels } = deviceCloud;
  await system.restartWatch();
  if (pushChannels !== undefined) await soon(() => (deviceCloud.pushChannels ?? 0) >= pushChannels + accounts);
  for (let presses = 0; presses < PRESSES; presses++) {
    deviceCloud.press(endpoint.id, 'toggle');
    if (await soon(() => isKnownToday(system, endpoint.id))) return;
  }
}

/** Looks until it holds, or patience ends. @returns whether it does */
async function soon(holds: () => boolean | Promise<boolean>): Promise<boolean> {
  const end = performance.now() + PATIENCE_MS;
  while (performance.now() < end) {
    if (await holds()) return true;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  return false;
}

/** Whether our table has a hand at the plug today. */
async function isKnownToday({ ports, clock }: LocalSystem, deviceId: string): Promise<boolean> {
  const today = clock.now().toISOString().slice(0, 10);
  const lists = await Promise.all((await ports.accounts.list()).map((account) => ports.devices.list(account)));
  return lists.flat().some(({ device, movedOn = [] }) => device.id === deviceId && movedOn.includes(today));
}
