import { setTimeout as pause } from 'node:timers/promises';
import { type Account, reportIn, type Street } from './accounts.ts';
import { createRandom, type Random } from './random.ts';

/** However slow the machine is. */
const LEAST_PRESSES = 3;

/** Longer than this a press is not waited for. */
const TIMEOUT_MS = 5_000;

/**
 * Presses buttons and level keys while nothing is wrong, in every account at once.
 * @returns for each press how many milliseconds passed until the last Amazon account's gateway had accepted what it led to
 */
export async function timePresses(street: Street, seed: number, forMs: number): Promise<number[]> {
  const end = performance.now() + forMs;
  const times: number[] = [];
  const inAccount = async (setup: Account): Promise<void> => {
    const random = createRandom(seed, 1_000 + setup.index);
    while (performance.now() < end || times.length < LEAST_PRESSES) {
      times.push(await timePress(street, setup, random));
      await pause(random.between(20, 200));
    }
  };
  await Promise.all(street.accounts.map(inAccount));
  return times;
}

async function timePress({ system: { myLeviton, alexa } }: Street, setup: Account, random: Random): Promise<number> {
  const id = random.pick([...setup.devices]);
  const press = random.chance(0.6) ? 'toggle' : random.between(1, 100);
  const waiting = new Set(setup.amazonCustomers.map(({ customer }) => customer.region));
  let reported: () => void = () => undefined;
  const allReported = new Promise<void>((resolve) => {
    reported = resolve;
  });
  const before = myLeviton.device(id);
  const stop = alexa.onExchange((exchange) => {
    const report = exchange.status >= 200 && exchange.status < 300 ? reportIn(exchange) : undefined;
    if (report?.endpointId !== String(id) || !exchange.region) return;
    const { power, brightness } = myLeviton.device(id);
    const wanted: Readonly<Record<string, unknown>> = {
      powerState: power,
      brightness: power === 'ON' ? brightness : 0,
    };
    if (report.properties.every(({ name, value }) => !Object.hasOwn(wanted, name) || wanted[name] === value))
      waiting.delete(exchange.region);
    if (waiting.size === 0) reported();
  });
  const began = performance.now();
  myLeviton.paddle(id, press);
  const { power, brightness } = myLeviton.device(id);
  // A press that changes nothing is not reported.
  if (power === before.power && brightness === before.brightness) reported();
  await Promise.race([allReported, pause(TIMEOUT_MS)]);
  stop();
  return performance.now() - began;
}
