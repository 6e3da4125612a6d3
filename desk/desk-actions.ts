import { ActionRefused } from './console/actions.ts';
import { controls } from './controls.ts';
import { type DeskParts, UNPLUGGED } from './desk-parts.ts';
import { MISHEARD } from './faults/alexa.ts';
import { faults } from './faults.ts';
import { addTo } from './observe.ts';
import type { DeskActions, Turn } from './page/protocol.ts';
import { type Place, SECOND_ACCOUNT } from './places.ts';

/** What the page can ask of the desk. */
export function createDeskActions(parts: DeskParts): DeskActions {
  const { places, during, changed, refresh, time } = parts;
  return {
    say: (body) => say(parts, body),
    press: (body) => press(parts, body),
    move: (body) => move(parts, body),
    unplug: (body) => unplug(parts, body),
    fault: (body) => fault(parts, body),
    async control({ id }) {
      const control = controls.find((one) => one.id === id);
      if (!control) throw new ActionRefused(404, 'There is no such control.');
      if (time.travel) throw new ActionRefused(409, 'Days are passing. Stop them first, or wait.');
      const { system, owner, quiet } = parts;
      const { amazonCustomer } = placeOf(parts, undefined);
      await control.press({ system, owner, quiet, time, places, amazonCustomer });
      await refresh();
    },
    async stop() {
      time.stop();
      changed();
    },
    async examine() {
      await parts.doctor.look();
    },
    async discover() {
      for (const { amazonCustomer } of places) {
        const { customer } = amazonCustomer;
        if (customer.linked) await during(() => customer.discover());
      }
    },
  };
}

/** The place with this name; the first where none is named. */
function placeOf({ places }: DeskParts, name: string | undefined): Place {
  const place = name === undefined ? places[0] : places.find((one) => one.name === name);
  if (!place) throw new ActionRefused(404, `There is no Alexa at "${name}".`);
  return place;
}

/** What Alexa hears where it mishears. */
const MISHEARD_SENTENCE = 'turn on the bathroom clamp';

/** Each place has its own Alexa, which knows its own lamps only. */
async function say(parts: DeskParts, body: Parameters<DeskActions['say']>[0]): Promise<void> {
  const { during, turns, refresh, system } = parts;
  const { name, amazonCustomer } = placeOf(parts, body.place);
  const { customer } = amazonCustomer;
  const heard = parts.active.has(MISHEARD) ? MISHEARD_SENTENCE : body.sentence;
  const { said, answer, ok, notSent, ms } = await during(() => customer.say(heard));
  const outcome: Turn['outcome'] = ok ? 'done' : notSent ? 'not-sent' : 'failed';
  const at = system.clock.now().toISOString();
  addTo(turns, { at, said, answer, outcome, ms, ...(name !== undefined && { place: name }) });
  await refresh();
  // Alexa looks at the state of what has not obeyed.
  if (outcome !== 'failed' || !customer.linked) return;
  for (const { id } of customer.endpoints) await during(() => customer.reportState(id));
}

/** The id of a plug that a hand of the desk can reach. */
function device({ real, system }: DeskParts, lamp: string, instead: string): { id: string; online: boolean } {
  if (real) throw new ActionRefused(409, `This is a real plug: ${instead}.`);
  return { id: lamp, online: system.deviceCloud.device(lamp).online };
}

async function press(parts: DeskParts, { lamp, press }: Parameters<DeskActions['press']>[0]): Promise<void> {
  const { id, online } = device(parts, lamp, 'press its own button');
  if (!online) throw new ActionRefused(409, 'The plug is unplugged, so its button does nothing. Plug it in first.');
  const { clock, deviceCloud } = parts.system;
  deviceCloud.press(id, press);
  const { power, level } = deviceCloud.device(id);
  parts.hand.last = { at: clock.now(), lamp, power, level };
}

async function move(parts: DeskParts, { lamp, by, level }: Parameters<DeskActions['move']>[0]): Promise<void> {
  const { deviceCloud } = parts.system;
  const { id, online } = device(parts, lamp, "use the maker's own app");
  if (!online) throw new ActionRefused(409, 'The plug is unplugged, so nothing can move its lamp. Plug it in first.');
  const write = level === 0 ? ({ power: 'OFF' } as const) : ({ power: 'ON', level } as const);
  if (by === 'schedule') return deviceCloud.schedule(id, write);
  const { customer } = placeOf(parts, undefined).amazonCustomer;
  const isFirst = customer.endpoints.some((endpoint) => endpoint.id === lamp);
  const { credentials, code } = parts.owner;
  try {
    await deviceCloud.writeAsApp(isFirst ? { ...credentials, code } : SECOND_ACCOUNT, id, write);
  } catch (error) {
    throw new ActionRefused(409, error instanceof Error ? error.message : "The maker's app cannot reach its cloud.");
  }
}

async function unplug(parts: DeskParts, { lamp, unplugged }: Parameters<DeskActions['unplug']>[0]): Promise<void> {
  const { id } = device(parts, lamp, 'pull it out by hand');
  if (unplugged) parts.system.deviceCloud.unplug(id);
  else parts.system.deviceCloud.plugIn(id);
  parts.changed();
}

async function fault(parts: DeskParts, { id, on }: Parameters<DeskActions['fault']>[0]): Promise<void> {
  const { lamps, active, system, changed } = parts;
  const { email } = parts.owner.credentials;
  const [lamp] = lamps.all();
  if (id === UNPLUGGED) return lamp ? await unplug(parts, { lamp: lamp.id, unplugged: on }) : undefined;
  const wanted = faults.find((one) => one.id === id);
  if (!wanted) throw new ActionRefused(404, 'There is no such fault.');
  active.get(id)?.();
  active.delete(id);
  const place = { email, plugs: system.deviceCloud.lampsOf(email), accountId: parts.firstId };
  if (on) active.set(id, await wanted.inject(system, place));
  changed();
}
