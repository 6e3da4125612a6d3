import { propertiesOf } from '../alexa/capabilities.ts';
import type { Settings } from '../alexa/interfaces/interface.ts';
import { changeReport, type Property } from '../alexa/messages.ts';
import { freshGrant, type GrantPorts } from '../domain/grants.ts';
import type { AlexaGateway } from '../ports/alexa-gateway.ts';
import type { Device } from '../ports/device-cloud.ts';
import {
  EventRefused,
  GatewayUnreachable,
  GrantRevoked,
  isSkillError,
  type SkillError,
  TokenServiceUnreachable,
} from '../ports/errors.ts';
import type { Grant } from '../ports/grant-store.ts';
import type { DeviceRecord, DeviceStore, SeenState } from '../ports/home-store.ts';
import type { Log } from '../ports/log.ts';
import type { Sample } from '../ports/report-queue.ts';

export interface DeliverPorts extends GrantPorts {
  readonly devices: DeviceStore;
  readonly gateway: AlexaGateway;
  readonly log: Log;
  readonly settings: Settings;
}

/** What became of a sample. */
export type Delivery = 'reported' | 'equal' | 'stale' | 'noted' | 'no-grant' | 'unknown-device';

/**
 * Brings one sample to Alexa, for every grant of its home. A sample that is older than what Alexa was last told, or equal to it, goes
 * nowhere; an echo only puts Alexa's view in doubt, so that the state after it is told whatever it is.
 * @throws GatewayUnreachable, EventRefused, TokenServiceUnreachable, StoreUnavailable: try the sample again later; it may repeat a
 *   report, and loses none
 */
export async function deliver(sample: Sample, ports: DeliverPorts, signal: AbortSignal): Promise<Delivery> {
  const { devices } = ports;
  let sent = false;
  for (;;) {
    signal.throwIfAborted();
    const record = await devices.get(sample.homeId, sample.deviceId);
    if (!record) return 'unknown-device';
    if (record.told && sample.at < record.told.at) return 'stale';
    if (!sample.settled) {
      if (record.inDoubt || (await devices.replace(sample.homeId, record, { ...record, inDoubt: true })))
        return 'noted';
      continue;
    }
    const state: SeenState = { power: sample.power, level: sample.level, connected: sample.connected, at: sample.at };
    const { changed, unchanged } = comparedWithTold(record, state, ports.settings);
    const grants = changed.length === 0 ? [] : await ports.grants.list(sample.homeId);
    if (!sent) {
      for (const failed of await sendToAll(grants, sample, changed, unchanged, ports, signal)) throw failed;
      sent = true;
    }
    const told = grants.length > 0 ? { told: state, inDoubt: false } : {};
    // A discovery may have read the device after this sample was taken.
    const seen = sample.at < record.seen.at ? record.seen : state;
    if (await devices.replace(sample.homeId, record, { ...record, seen, ...told })) {
      return changed.length === 0 ? 'equal' : grants.length === 0 ? 'no-grant' : 'reported';
    }
  }
}

/** The properties that Alexa has yet to hear, and the others. While its view is in doubt, the lamp's whole state is worth telling. */
function comparedWithTold(
  record: DeviceRecord,
  state: SeenState,
  settings: Settings,
): { changed: Property[]; unchanged: Property[] } {
  const device = (at: SeenState): Device => ({ ...record.device, ...at, sampledAt: new Date(at.at), uncertaintyMs: 0 });
  const properties = propertiesOf(device(state), settings);
  if (!record.told) return { changed: properties, unchanged: [] };
  const told = new Map(
    propertiesOf(device(record.told), settings).map((one) => [nameOf(one), JSON.stringify(one.value)]),
  );
  const differs = (one: Property) => told.get(nameOf(one)) !== JSON.stringify(one.value);
  const counts = properties.some(differs) || !record.inDoubt ? differs : isOfLamp;
  return { changed: properties.filter(counts), unchanged: properties.filter((one) => !counts(one)) };
}

const nameOf = ({ namespace, name }: Property): string => `${namespace}.${name}`;
const isOfLamp = ({ namespace }: Property): boolean => namespace !== 'Alexa.EndpointHealth';

/** Reports to each grant on its own, so that one which fails holds up no other. Answers with the failures that are worth another try. */
async function sendToAll(
  grants: readonly Grant[],
  sample: Sample,
  changed: readonly Property[],
  unchanged: readonly Property[],
  ports: DeliverPorts,
  signal: AbortSignal,
): Promise<SkillError[]> {
  const failures = await Promise.all(
    grants.map(async (grant) => {
      try {
        await send(
          grant,
          (token) => changeReport(sample.deviceId, token, sample.cause, changed, unchanged),
          ports,
          signal,
        );
        return undefined;
      } catch (error) {
        if (!isSkillError(error)) throw error;
        if (error instanceof GrantRevoked) await ports.grants.remove(grant);
        ports.log.error('report-failed', { home: grant.homeId, grant: grant.id, device: sample.deviceId, error });
        return isWorthAnotherTry(error) ? error : undefined;
      }
    }),
  );
  return failures.filter((failure) => failure !== undefined);
}

/** Posts to the gateway of the grant's region; a token that it refuses is refreshed once. */
async function send(
  grant: Grant,
  report: (accessToken: string) => object,
  ports: DeliverPorts,
  signal: AbortSignal,
): Promise<void> {
  const { tokens, region } = await freshGrant(grant, ports, signal);
  try {
    await ports.gateway.send(region, tokens.accessToken, report(tokens.accessToken), signal);
  } catch (error) {
    if (!(error instanceof EventRefused) || error.status !== 401) throw error;
    const renewed = await freshGrant(grant, ports, signal, tokens.accessToken);
    await ports.gateway.send(region, renewed.tokens.accessToken, report(renewed.tokens.accessToken), signal);
  }
}

const isWorthAnotherTry = (error: SkillError): boolean =>
  error instanceof GatewayUnreachable ||
  error instanceof TokenServiceUnreachable ||
  error.name === 'StoreUnavailable' ||
  (error instanceof EventRefused && (error.status === 429 || error.status >= 500));
