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

/** Checks the payload now; what it returns asks the device cloud: once, or twice if the command depends on the device's state. */
function prepared(
  one: AlexaInterface,
  plan: Plan,
  { directive, ports: { cloud }, signal }: Input,
): (session: CloudSession, deviceId: string) => Promise<Device> {
  if (!plan.reads) {
    const toCommand = plan.prepare(directive.payload);
    return (session, deviceId) => cloud.command(session, deviceId, toCommand(), signal);
  }
  const toCommand = plan.prepare(directive.payload);
  return async (session, deviceId) => {
    const known = supporting(one, await cloud.device(session, deviceId, signal));
    return cloud.command(session, deviceId, toCommand(known), signal, known);
  };
}

/** @throws InvalidDirective when discovery never offered this interface for the device */
function supporting(one: AlexaInterface, device: Device): Device {
  if (!one.supports(device)) throw new InvalidDirective(`this device has no ${one.namespace}`);
  return device;
}
