import type { Clock } from '../ports/clock.ts';
import type { CloudSession, Device, DeviceCloud, DeviceCommand } from '../ports/device-cloud.ts';
import { DeviceUnreachable } from '../ports/errors.ts';
import { withDeadline } from './deadline.ts';

/** How long the other light is shown at least, and how long a plug may take to report it (1 to 1.5 s as a rule). */
const SHOWN_MS = 2_000;
const LOOK_EVERY_MS = 1_000;
const LOOKS = 3;
const CALL_MS = 2_500;
const MIDDLE = 50;
const DIM = 20;

export interface BlinkPorts {
  readonly cloud: Pick<DeviceCloud, 'device' | 'command'>;
  readonly clock: Clock;
}

export interface Blink {
  readonly before: Device;
  /** The brightest light of the blink, 0..100 percent. */
  readonly level: number;
  /** Whether the plug itself has reported the other light. */
  readonly confirmed: boolean;
  /** `changed`: somebody else has changed the lamp meanwhile, and it was left as it is. `failed`: it could not be set back. */
  readonly after: 'back' | 'changed' | 'failed';
}

/**
 * Shows another light for two seconds, and sets the lamp back to where it was.
 * @throws DeviceUnreachable and what `DeviceCloud` throws, as long as nothing was changed
 */
export async function blink(
  session: CloudSession,
  deviceId: string,
  ports: BlinkPorts,
  signal: AbortSignal,
): Promise<Blink> {
  const { cloud, clock } = timely(ports);
  const before = await cloud.device(session, deviceId, signal);
  if (!before.connected) throw new DeviceUnreachable(`device ${deviceId} is not connected`);
  const written = await cloud.command(session, deviceId, otherLight(before), signal, before);
  const seen = await lookAt(written, session, { cloud, clock }, signal).catch(() => undefined);
  const level = Math.max(levelOf(before), levelOf(written));
  const confirmed = seen !== undefined && isReported(seen, written);
  if (seen && !isLike(seen, written))
    return { before, level, confirmed: false, after: isLike(seen, before) ? 'back' : 'changed' };
  const isBack = await cloud.command(session, deviceId, lightOf(before), signal, seen ?? written).then(
    () => true,
    () => false,
  );
  return { before, level, confirmed, after: isBack ? 'back' : 'failed' };
}

/** The same device cloud; a call that takes longer than `CALL_MS` fails, so that time is left to set the lamp back. */
const timely = ({ cloud, clock }: BlinkPorts): BlinkPorts => ({
  clock,
  cloud: {
    device: (session, id, signal) =>
      withDeadline(CALL_MS, { clock, cloud }, (late, observed) =>
        observed.cloud.device(session, id, AbortSignal.any([signal, late])),
      ),
    command: (session, id, command, signal, known) =>
      withDeadline(CALL_MS, { clock, cloud }, (late, observed) =>
        observed.cloud.command(session, id, command, AbortSignal.any([signal, late]), known),
      ),
  },
});

/** A lamp that is off comes on as it would; one that is on changes as much as it can without going out. */
function otherLight({ power, level, dimmable }: Device): DeviceCommand {
  if (power === 'OFF') return { power: 'ON' };
  if (!dimmable) return { power: 'OFF' };
  return { power: 'ON', level: level > MIDDLE ? DIM : 100 };
}

const lightOf = ({ power, level, dimmable }: Device): DeviceCommand => {
  if (power === 'OFF') return { power: 'OFF' };
  return dimmable && level > 0 ? { power: 'ON', level } : { power: 'ON' };
};

const levelOf = ({ power, level, dimmable }: Device): number => (power === 'OFF' ? 0 : dimmable ? level : 100);

const isLike = (one: Device, other: Device): boolean =>
  one.power === other.power && (one.power === 'OFF' || one.level === other.level);

/** The plug's own report saves the record once more. Where the device cloud does not say when it saved, the state is all there is. */
const isReported = (seen: Device, written: Device): boolean =>
  seen.connected &&
  isLike(seen, written) &&
  (written.changedAt === undefined || (seen.changedAt !== undefined && seen.changedAt > written.changedAt));

async function lookAt(
  written: Device,
  session: CloudSession,
  { cloud, clock }: BlinkPorts,
  signal: AbortSignal,
): Promise<Device> {
  await clock.wait(SHOWN_MS, signal);
  let seen = await cloud.device(session, written.id, signal);
  for (let look = 1; look < LOOKS && isLike(seen, written) && !isReported(seen, written); look++) {
    await clock.wait(LOOK_EVERY_MS, signal);
    seen = await cloud.device(session, written.id, signal);
  }
  return seen;
}
