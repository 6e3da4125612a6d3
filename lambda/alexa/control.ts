import type { RequestHandler } from 'ask-sdk-runtime';
import { withSession } from '../domain/session.ts';
import type { CloudSession, Device } from '../ports/device-cloud.ts';
import { interfaces, propertiesOf } from './capabilities.ts';
import { InvalidDirective } from './errors.ts';
import type { AlexaInterface, Plan } from './interfaces/interface.ts';
import { type Message, stateMessage } from './messages.ts';
import { openEndpoint } from './open-endpoint.ts';
import type { Input } from './skill.ts';

/** One handler per Alexa interface that takes directives: checks, asks the device cloud once, answers with what the device will show. */
export const controlHandlers: readonly RequestHandler<Input, Message>[] = interfaces.map((one) => ({
  canHandle: ({ directive }) => directive.namespace === one.namespace && Object.hasOwn(one.directives, directive.name),
  handle: (input) => control(one, one.directives[input.directive.name] as Plan, input),
}));

async function control(one: AlexaInterface, plan: Plan, input: Input): Promise<Message> {
  const { directive, ports, signal } = input;
  const run = prepared(one, plan, input);
  const { session, deviceId, ...owner } = await openEndpoint(input);
  const device = await withSession(owner, session, ports, signal, (good) => run(good, deviceId));
  return stateMessage('Response', directive, propertiesOf(device, ports.settings));
}

/** Checks the payload now; what it returns asks the device cloud: once, or twice if the device must be read first. */
function prepared(
  one: AlexaInterface,
  plan: Plan,
  { directive, ports: { cloud, dimmers }, signal }: Input,
): (session: CloudSession, deviceId: string) => Promise<Device> {
  const read = async (session: CloudSession, deviceId: string) =>
    supporting(one, await cloud.device(session, deviceId, signal));
  if (plan.reads === 'always') {
    const toCommand = plan.prepare(directive.payload);
    return async (session, deviceId) => {
      const known = await read(session, deviceId);
      return cloud.command(session, deviceId, toCommand(known), signal, known);
    };
  }
  const command = plan.prepare(directive.payload)();
  return async (session, deviceId) => {
    const mustRead = plan.reads === 'unknown' && !dimmers.has(deviceId);
    return cloud.command(session, deviceId, command, signal, mustRead ? await read(session, deviceId) : undefined);
  };
}

/** @throws InvalidDirective when discovery never offered this interface for the device */
function supporting(one: AlexaInterface, device: Device): Device {
  if (!one.supports(device)) throw new InvalidDirective(`this device has no ${one.namespace}`, 'header.namespace');
  return device;
}
