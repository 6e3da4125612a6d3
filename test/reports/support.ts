import type { Endpoint } from '../../desk/alexa/contract.ts';
import type { DeskClock } from '../../desk/clock.ts';
import type { Grant, GrantTroubleCause } from '../../lambda/ports/grant-store.ts';
import type { Sample } from '../../lambda/ports/report-queue.ts';
import { openHome, type TestHome, until } from '../support/home.ts';

/** A home whose lamp was reported once, and which nothing watches: tests say themselves what was seen of it. */
export async function openReportedHome(): Promise<TestHome> {
  const home = await openHome({ granted: true, watch: false });
  await until(() => home.reports.length === 1, 'the first report');
  await home.house.queue.idle();
  home.reports.length = 0;
  home.house.alexa.resetCounts();
  return home;
}

export const homeIdOf = ({ account }: TestHome): string => String(account.userId);

/** What a watcher saw of the lamp just now. */
export function sampleOf(home: TestHome, state: Partial<Sample> = {}): Sample {
  return {
    homeId: homeIdOf(home),
    deviceId: home.endpointId,
    power: 'ON',
    level: 40,
    connected: true,
    at: home.clock.now().toISOString(),
    cause: 'PHYSICAL_INTERACTION',
    settled: true,
    ...state,
  };
}

export const grantsOf = (home: TestHome): Promise<Grant[]> => home.house.ports.grants.list(homeIdOf(home));

export async function troubleOf(home: TestHome): Promise<GrantTroubleCause | 'none' | 'removed'> {
  const [grant] = await grantsOf(home);
  return grant ? (grant.trouble?.cause ?? 'none') : 'removed';
}

/** What Alexa shows of a lamp. */
export function tileOf({ endpoints }: { readonly endpoints: readonly Endpoint[] }, id?: string) {
  const properties = endpoints.find((one) => id === undefined || one.id === id)?.properties;
  return {
    power: properties?.['Alexa.PowerController.powerState']?.value,
    brightness: properties?.['Alexa.BrightnessController.brightness']?.value,
    connectivity: properties?.['Alexa.EndpointHealth.connectivity']?.value,
  };
}

/** Lets time pass some twenty-five times as fast while `work` goes on, so that whatever waits on the clock need not be waited for. */
export async function winding<T>(clock: DeskClock, work: () => Promise<T>): Promise<T> {
  const timer = setInterval(() => clock.advance(125), 5);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}

export const linesOf = (home: TestHome, event: string): string[] =>
  home.lines.filter((line) => line.includes(`"${event}"`));
