import type { RequestHandler } from 'ask-sdk-runtime';
import { withSession } from '../domain/session.ts';
import type { Device } from '../ports/device-cloud.ts';
import {
  CloudRateLimited,
  isCloudUnreachable,
  ReauthRequired,
  SessionRejected,
  StoreUnavailable,
} from '../ports/errors.ts';
import { type Connection, propertiesOf } from './capabilities.ts';
import { withCloudDeadline } from './cloud-deadline.ts';
import { type Message, stateMessage } from './messages.ts';
import { openEndpoint } from './open-endpoint.ts';
import type { Input } from './skill.ts';

interface Sight {
  readonly device: Device;
  readonly connection: Connection;
}

/**
 * Alexa / ReportState, answered with a StateReport: while a device's page is open, the app asks every few seconds. When the device
 * cloud does not answer, the StateReport has the last state seen and the time at which it was true. An unconnected plug is no error here.
 */
export const reportState: RequestHandler<Input, Message> = {
  canHandle: ({ directive }) => directive.namespace === 'Alexa' && directive.name === 'ReportState',
  async handle(input) {
    const { directive, ports } = input;
    const { accountId, linkId, session, deviceId } = await openEndpoint(input);
    const remembered = () => lastSeen(accountId, deviceId, input);
    const { device, connection } = await withCloudDeadline(input, (signal, soon) =>
      withSession({ accountId, linkId }, session, soon, signal, (good) => soon.cloud.device(good, deviceId, signal)),
    ).then(
      async (read): Promise<Sight> => {
        // The cloud notes writes that an unconnected plug never follows, so what was seen before is the better truth.
        const device = read.connected ? read : ((await remembered()) ?? read);
        return { device, connection: read };
      },
      async (error: unknown): Promise<Sight> => {
        const device = mayBeRemembered(error) ? await remembered() : undefined;
        if (!device) throw error;
        await noteShownFromMemory(accountId, deviceId, input);
        const cutOff = { connected: false, sampledAt: ports.clock.now(), uncertaintyMs: 0 };
        return { device, connection: error instanceof ReauthRequired ? cutOff : device };
      },
    );
    return stateMessage('StateReport', directive, propertiesOf(device, ports.settings, connection));
  },
};

/**
 * The StateReport may put Alexa's view back to what an answer of ours had changed: the next state is reported even if it equals the last
 * report. Costs a queue message where the device cloud did not answer, and nothing else.
 */
async function noteShownFromMemory(accountId: string, deviceId: string, { ports }: Input): Promise<void> {
  const at = ports.clock.now().toISOString();
  await ports.queue.send([{ kind: 'unconfirmed-write', accountId, deviceId, at }]).catch((error: unknown) => {
    if (!(error instanceof StoreUnavailable)) throw error;
    ports.log.warn('memory-report-not-noted', { account: accountId, device: deviceId, error });
  });
}

const mayBeRemembered = (error: unknown): boolean =>
  isCloudUnreachable(error) ||
  error instanceof CloudRateLimited ||
  error instanceof SessionRejected ||
  error instanceof ReauthRequired;

/** The device as it was last seen, if the table answers; the StateReport may do without it. */
async function lastSeen(accountId: string, deviceId: string, { ports }: Input): Promise<Device | undefined> {
  const record = await ports.devices.get(accountId, deviceId).catch((error: unknown) => {
    if (!(error instanceof StoreUnavailable)) throw error;
    ports.log.warn('device-not-remembered', { account: accountId, device: deviceId, error });
    return undefined;
  });
  if (!record) return undefined;
  const { device, lastState } = record;
  const sampledAt = new Date(lastState.at);
  const uncertaintyMs = Math.max(0, ports.clock.now().getTime() - sampledAt.getTime());
  return {
    ...device,
    power: lastState.power,
    level: lastState.level,
    connected: lastState.connected,
    sampledAt,
    uncertaintyMs,
  };
}
