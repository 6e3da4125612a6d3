import type { RequestHandler } from 'ask-sdk-runtime';
import { withSession } from '../domain/session.ts';
import type { Device } from '../ports/device-cloud.ts';
import { CloudRateLimited, CloudUnreachable, PersonNeeded, SessionRejected } from '../ports/errors.ts';
import { propertiesOf } from './capabilities.ts';
import { inTime } from './in-time.ts';
import { type Message, stateMessage } from './messages.ts';
import { openEndpoint } from './open-endpoint.ts';
import type { Input } from './skill.ts';

/**
 * Alexa / ReportState, answered with a StateReport: while a device's page is open, the app asks every few seconds. When the device
 * cloud does not answer, the last state seen is told with the time at which it was true; an unconnected plug is no error here.
 */
export const reportState: RequestHandler<Input, Message> = {
  canHandle: ({ directive }) => directive.namespace === 'Alexa' && directive.name === 'ReportState',
  async handle(input) {
    const { directive, ports } = input;
    const { homeId, session, deviceId } = await openEndpoint(input);
    const device = await inTime(input, (signal) =>
      withSession(homeId, session, ports, signal, async (good) => {
        const read = await ports.cloud.device(good, deviceId, signal);
        // The cloud notes writes that an unconnected plug never follows, so what was seen before is the better truth.
        if (read.connected) return read;
        return { ...((await lastSeen(homeId, deviceId, input)) ?? read), connected: false };
      }),
    ).catch(async (error: unknown) => {
      if (!mayBeRemembered(error)) throw error;
      const remembered = await lastSeen(homeId, deviceId, input);
      if (!remembered) throw error;
      return error instanceof PersonNeeded ? { ...remembered, connected: false } : remembered;
    });
    return stateMessage('StateReport', directive, propertiesOf(device, ports.settings));
  },
};

const mayBeRemembered = (error: unknown): boolean =>
  error instanceof CloudUnreachable ||
  error instanceof CloudRateLimited ||
  error instanceof SessionRejected ||
  error instanceof PersonNeeded;

async function lastSeen(homeId: string, deviceId: string, { ports }: Input): Promise<Device | undefined> {
  const record = await ports.devices.get(homeId, deviceId);
  if (!record) return undefined;
  const { device, seen } = record;
  const sampledAt = new Date(seen.at);
  const uncertaintyMs = Math.max(0, ports.clock.now().getTime() - sampledAt.getTime());
  return { ...device, power: seen.power, level: seen.level, connected: seen.connected, sampledAt, uncertaintyMs };
}
