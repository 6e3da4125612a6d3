import type { Endpoint } from '../../desk/alexa/contract.ts';
import type { Grant, GrantBackoffCause } from '../../lambda/ports/grant-store.ts';
import type { StateMessage, UnconfirmedWriteMessage } from '../../lambda/ports/report-queue.ts';
import { openSetup, type TestSetup, until } from '../support/setup.ts';

/** An account whose lamp was reported once, and which nothing watches: tests say themselves what was seen of it. */
export async function openReportedSetup(): Promise<TestSetup> {
  const setup = await openSetup({ granted: true, watch: false });
  await until(() => setup.reports.length === 1, 'the first report');
  await setup.system.queue.idle();
  setup.reports.length = 0;
  setup.system.alexa.resetCounts();
  return setup;
}

export const accountIdOf = ({ account }: TestSetup): string => String(account.userId);

/** What a watcher saw of the lamp just now. */
export function sampleOf(setup: TestSetup, state: Partial<StateMessage> = {}): StateMessage {
  return {
    kind: 'state',
    accountId: accountIdOf(setup),
    deviceId: setup.endpointId,
    power: 'ON',
    level: 40,
    connected: true,
    at: setup.clock.now().toISOString(),
    cause: 'PHYSICAL_INTERACTION',
    ...state,
  };
}

/** The device cloud accepted a write that the lamp has not confirmed. */
export const unconfirmedWriteOf = (setup: TestSetup): UnconfirmedWriteMessage => ({
  kind: 'unconfirmed-write',
  accountId: accountIdOf(setup),
  deviceId: setup.endpointId,
  at: setup.clock.now().toISOString(),
});

export const grantsOf = (setup: TestSetup): Promise<Grant[]> => setup.system.ports.grants.list(accountIdOf(setup));

export async function backoffOf(setup: TestSetup): Promise<GrantBackoffCause | 'none' | 'removed'> {
  const [grant] = await grantsOf(setup);
  return grant ? (grant.backoff?.cause ?? 'none') : 'removed';
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

export const linesOf = (setup: TestSetup, event: string): string[] =>
  setup.lines.filter((line) => line.includes(`"${event}"`));
