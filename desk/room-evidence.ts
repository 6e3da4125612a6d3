import type { Evidence } from '../lambda/domain/diagnosis/evidence.ts';
import { MISHEARD } from './faults/alexa.ts';
import { BROADBAND_DOWN, BULB_NEEDS_MORE, LAMP_SWITCHED_OFF, LEAST_LEVEL, POWERED_OFFLINE } from './faults/lamps.ts';
import type { LocalSystem } from './local-system.ts';
import type { DarkBecause, LampState } from './page/protocol.ts';
import type { Room } from './room.ts';

// What nobody can see from afar: what a person in the room tells the doctor, and what AWS tells a developer.

/** What the person in the room tells: of the first lamp, of the home, and of the tiles. */
export async function roomEvidence(room: Room, accountId: string, now: Date): Promise<Evidence> {
  const { lamps, active, system } = room;
  const at = now.toISOString();
  const [first] = lamps.all();
  const mishears = active.has(MISHEARD) && system.deliveryFault === undefined;
  return {
    ...(first?.plug.online === false && {
      plugLight: { at, shows: POWERED_OFFLINE.some((id) => active.has(id)) ? 'blinking' : 'nothing' },
      internet: { at, works: !active.has(BROADBAND_DOWN) },
    }),
    ...(first && lightEvidence(first, room, at)),
    ...(first && buttonEvidence(first, room, now)),
    ...(first && (await tileEvidence(first, room, { accountId, at }))),
    ...(mishears && { trial: { at, tap: true, speech: false } }),
  };
}

/** Why a lamp is dark whose plug gives power; nothing where it shines. Only the first lamp has such faults. */
export function darkBecause({ plug }: LampState, active: Room['active']): DarkBecause | undefined {
  if (active.has(LAMP_SWITCHED_OFF)) return 'own-switch';
  return active.has(BULB_NEEDS_MORE) && plug.power === 'ON' && plug.level < LEAST_LEVEL ? 'level-too-low' : undefined;
}

/** The person has the lamp dimmed, which the plug confirms, and looks at it. */
function lightEvidence(first: LampState, { active }: Room, at: string): Evidence {
  const why = darkBecause(first, active);
  if (why === undefined || !first.plug.online) return {};
  const level = why === 'own-switch' ? Math.max(first.plug.level, 50) : first.plug.level;
  return { blink: { at, confirmed: true, level, seen: false } };
}

/** The device cloud has this long to show what a hand did. */
const NOTICED_WITHIN_MS = 5_000;
const RECENT_MS = 15 * 60_000;

/** Of the last press of the first lamp's button, while the lamp is as it was left then. */
function buttonEvidence({ id, plug }: LampState, { hand, system }: Room, now: Date): Evidence {
  const { last } = hand;
  if (last?.lamp !== id || !plug.online || plug.power !== last.power || plug.level !== last.level) return {};
  const ageMs = now.getTime() - last.at.getTime();
  if (ageMs > RECENT_MS) return {};
  const noticed = system.deviceCloud.knows(id);
  return noticed || ageMs >= NOTICED_WITHIN_MS ? { button: { at: now.toISOString(), noticed } } : {};
}

/** A tile is wrong where a gateway has taken the lamp's present state since Alexa last changed the tile. */
async function tileEvidence(
  { id, plug, tile, agree }: LampState,
  { system }: Room,
  { accountId, at }: { readonly accountId: string; readonly at: string },
): Promise<Evidence> {
  if (!tile || !plug.online) return {};
  if (agree) return { tile: { at, wrong: false } };
  const devices = await system.ports.devices.list(accountId).catch(() => []);
  const views = Object.values(devices.find(({ device }) => device.id === id)?.views ?? {});
  const accepted = views.flatMap(({ lastReported }) => lastReported ?? []).find((one) => isNow(one, plug));
  if (!accepted || accepted.at <= (tile.sentAt ?? '')) return {};
  return { tile: { at, wrong: true, acceptedAt: accepted.at } };
}

const isNow = (
  reported: { readonly power: string; readonly level: number; readonly connected: boolean },
  { power, level }: LampState['plug'],
): boolean => reported.connected && reported.power === power && (power === 'OFF' || reported.level === level);

/** As AWS tells a developer: whether Alexa can call the function, and how long reports have waited. */
export function awsEvidence({ deliveryFault, queue }: LocalSystem, now: Date): Evidence {
  const at = now.toISOString();
  const oldestMs = queue.oldestSentAt === undefined ? 0 : now.getTime() - queue.oldestSentAt.getTime();
  return {
    delivery: { at, state: deliveryFault ?? 'ok', region: 'us-east-1' },
    queue: { at, oldestSeconds: Math.max(0, Math.round(oldestMs / 1_000)), dead: queue.deadLetters.length },
  };
}
