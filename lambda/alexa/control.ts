import type { RequestHandler } from 'ask-sdk-runtime';
import { withDeadline } from '../domain/deadline.ts';
import { withSession } from '../domain/session.ts';
import type { CloudSession, Device } from '../ports/device-cloud.ts';
import { DeadlineExceeded, DeviceNotFound, DeviceUnreachable } from '../ports/errors.ts';
import { interfaces, propertiesOf } from './capabilities.ts';
import { hasPreset, isDimmable } from './endpoint.ts';
import { InvalidDirective } from './errors.ts';
import type { AlexaInterface, Plan } from './interfaces/interface.ts';
import { type Message, stateMessage } from './messages.ts';
import { openEndpoint } from './open-endpoint.ts';
import type { Input, SkillPorts } from './skill.ts';

/** How long a command waits for what is good to know and not needed. */
const READ_MS = 1_000;

/** One handler per Alexa interface that takes directives: checks, asks the device cloud once, answers with what the device will show. */
export const controlHandlers: readonly RequestHandler<Input, Message>[] = interfaces.map((one) => ({
  canHandle: ({ directive }) => directive.namespace === one.namespace && Object.hasOwn(one.directives, directive.name),
  handle: (input) => control(one, one.directives[input.directive.name] as Plan, input),
}));

async function control(one: AlexaInterface, plan: Plan, input: Input): Promise<Message> {
  const { directive, ports, signal } = input;
  const run = prepared(one, plan, input);
  const { session, deviceId, ...owner } = await openEndpoint(input);
  try {
    const device = await withSession(owner, session, ports, signal, (good) => run(good, deviceId));
    return stateMessage('Response', directive, propertiesOf(device, ports.settings));
  } catch (error) {
    if (error instanceof DeviceUnreachable || error instanceof DeviceNotFound) {
      const { noteRefusedCommand } = await import('../domain/refused-commands.ts');
      await noteRefusedCommand(owner.accountId, deviceId, ports);
    }
    throw error;
  }
}

/** Checks the payload now; what it returns asks the device cloud: once, or twice if the device must be read first. */
function prepared(
  one: AlexaInterface,
  plan: Plan,
  { directive, ports, signal }: Input,
): (session: CloudSession, deviceId: string) => Promise<Device> {
  const { cloud } = ports;
  if (plan.reads === 'always') {
    const toCommand = plan.prepare(directive.payload);
    return async (session, deviceId) => {
      const known = supporting(one, await cloud.device(session, deviceId, signal));
      return cloud.command(session, deviceId, toCommand(known), signal, known);
    };
  }
  const command = plan.prepare(directive.payload)();
  return async (session, deviceId) => {
    const mayNotDim = plan.reads === 'unknown' && isDimmable(directive.cookie) !== true;
    const comesOn = command.power === 'ON' && hasPreset(directive.cookie);
    // Without this read the command would wait for the preset, which takes longer than a slow answer.
    const read = comesOn ? cloud.device(session, deviceId, signal) : undefined;
    const known = await (read ?? (mayNotDim ? readSoon(session, deviceId, ports, signal) : undefined));
    return cloud.command(session, deviceId, command, signal, known && supporting(one, known));
  };
}

/** The device, if the device cloud answers soon. A slow one gets the command without it: the time is then needed for the write. */
async function readSoon(
  session: CloudSession,
  deviceId: string,
  ports: SkillPorts,
  signal: AbortSignal,
): Promise<Device | undefined> {
  try {
    return await withDeadline(READ_MS, ports, (soon, { cloud }) =>
      cloud.device(session, deviceId, AbortSignal.any([signal, soon])),
    );
  } catch (error) {
    if (error instanceof DeadlineExceeded && !signal.aborted) return undefined;
    throw error;
  }
}

/** @throws InvalidDirective when discovery never offered this interface for the device */
function supporting(one: AlexaInterface, device: Device): Device {
  if (!one.supports(device)) throw new InvalidDirective(`this device has no ${one.namespace}`, 'header.namespace');
  return device;
}
