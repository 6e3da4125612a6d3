import type { DeskFault } from './faults/fault.ts';
import { ofAlexa, ofLinking, ofPlug, ofQueue, ofSignInServer } from './hop-messages.ts';
import type { Lamps } from './lamps.ts';
import type { LocalSystem } from './local-system.ts';
import type { MessageLog } from './message-log.ts';
import type { Names } from './message-names.ts';
import type { SentNotice } from './notice-topic.ts';
import type { NoticeShown } from './page/protocol.ts';
import type { Place } from './places.ts';

/** What a desk shows of its system, and whom it asks. */
export interface Observed {
  readonly system: LocalSystem;
  readonly places: readonly Place[];
  readonly lamps: Lamps;
  readonly log: MessageLog;
  readonly changed: () => void;
  /** Reads again what the page shows of the table. */
  readonly refresh: () => Promise<void>;
  /** Whether a directive is under way: then it is the skill that asks the device cloud. */
  readonly inDirective: () => boolean;
}

/** What the page calls customers and lamps, and whose they are. A single customer needs no name. */
const namesOf = (places: readonly Place[]): Names => ({
  customer: (id) => places.find(({ amazonCustomer }) => amazonCustomer.customer.id === id)?.name,
  lamp: (id) => places.flatMap(endpointsOf).find((endpoint) => endpoint.id === id)?.name,
  ownerOf: (path, email) => {
    const ids = path.split('/');
    const isOf = (place: Place) =>
      place.cloudIds.some((id) => id === email || ids.includes(id)) ||
      endpointsOf(place).some(({ id }) => ids.includes(id));
    return places.find(isOf)?.amazonCustomer.customer.id;
  },
});

const endpointsOf = ({ amazonCustomer }: Place) => amazonCustomer.customer.endpoints;

/** Records the messages between Alexa, the queue and our functions. */
export function observeAlexa({ system, places, lamps, log, changed, refresh }: Observed): void {
  const names = namesOf(places);
  system.alexa.onExchange((exchange) => log.record(ofAlexa(exchange, names)));
  system.alexa.onView(() => {
    lamps.all();
    changed();
  });
  for (const { amazonCustomer } of places) {
    const { account, customer } = amazonCustomer;
    account.onExchange((exchange) => log.record(ofLinking(exchange, customer.id, names)));
  }
  system.queue.onExchange((exchange) => {
    log.record({ from: 'device-watch', to: 'queue', title: 'queue what was seen', outcome: 'queued', ok: true });
    log.record(ofQueue(exchange, names));
    void refresh();
  });
}

/** Records what our functions ask the maker's own sign-in server; Alexa's requests are recorded where they are made. */
export function observeSignInServer({ system, log }: Observed): void {
  system.signInServer?.onExchange((exchange) => {
    const message = ofSignInServer(exchange);
    if (message) log.record(message);
  });
}

/** Records the messages of the emulated device cloud and of its plugs; a fault that has had its effect goes out. */
export function observeDeviceCloud(
  { system, places, lamps, log, inDirective }: Observed,
  faults: readonly DeskFault[],
  active: Map<string, () => void>,
): void {
  const names = namesOf(places);
  system.deviceCloud.onMessage((toMessage) => {
    const message = toMessage(inDirective() ? 'skill' : 'device-watch', names);
    if (message) log.record(message);
    for (const { id, hasEnded } of faults) if (active.has(id) && hasEnded?.(system)) active.delete(id);
  });
  system.deviceCloud.onDevice((id, state) => {
    log.record(ofPlug(id, state, names));
    lamps.moved(id);
  });
}

const MOST_SHOWN = 30;

/** Adds an entry with the next id; the oldest go. */
export function addTo<Entry extends { readonly id: number }>(list: Entry[], entry: Omit<Entry, 'id'>): void {
  list.push({ ...entry, id: (list.at(-1)?.id ?? 0) + 1 } as Entry);
  list.splice(0, Math.max(0, list.length - MOST_SHOWN));
}

export function toNotice({ at, kind, cause, subject, text }: SentNotice): Omit<NoticeShown, 'id'> {
  const links = text.match(/https?:\/\/\S+/g) ?? [];
  const isLamps = (link: string) => new URL(link).pathname === '/lamps';
  const [link, lampsLink] = [links.find((one) => !isLamps(one)), links.find(isLamps)];
  const allClear = kind === 'all-clear';
  const isNews = kind === 'notice' && cause === 'ready-link-used';
  return {
    at: at.toISOString(),
    subject,
    text,
    allClear,
    isNews,
    ...(link && { link }),
    ...(lampsLink && { lampsLink }),
  };
}
