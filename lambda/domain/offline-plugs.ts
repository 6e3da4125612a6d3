import type { Offline } from '../ports/device-store.ts';
import type { Notice } from '../ports/notices.ts';

/** Where the account was refused a command. Before that, a plug may just have been moved, or a router restarted. */
const REFUSED_AFTER_MS = 15 * 60_000;
/** Where nobody has asked for the plug. Most power cuts and faults of an internet connection end before that. */
const UNASKED_AFTER_MS = 4 * 3_600_000;
/** Plugs that lost their connection within this time of each other are one problem. */
const TOGETHER_MS = 10 * 60_000;

/** A plug that the device cloud has just listed. */
export interface SeenPlug {
  readonly id: string;
  readonly name: string;
  readonly connected: boolean;
  /** As its row says. */
  readonly offline?: Offline | undefined;
  /** When the caller itself last saw it connected, in milliseconds. */
  readonly connectedAt?: number | undefined;
}

type PlugNotice = NonNullable<Offline['noticed']>;

/** What is to be done about the notices of an account's plugs. */
export interface OfflinePlan {
  /** One message at most, however many plugs it is about. */
  readonly raise?: PlugNotice & Pick<Notice, 'offlineSince' | 'plugs' | 'connectedPlugs'>;
  /** The open notice about several plugs, which the new one replaces. */
  readonly withdraw: readonly PlugNotice[];
  readonly clear: readonly PlugNotice[];
  /** The rows that change, by device id. */
  readonly rows: ReadonlyMap<string, Offline | undefined>;
}

interface Marked extends SeenPlug {
  readonly offline: Offline;
}

/**
 * Decides who gets a notice about plugs without a connection. Several that went together get one message: about the internet at home where no plug
 * is connected. A notice about several is over as soon as one of them is back; the others then begin again.
 * @param plugs all plugs of the account, as the device cloud lists them now
 */
export function planOffline(plugs: readonly SeenPlug[], now: Date): OfflinePlan {
  const clear = plugs.flatMap(({ connected, offline }) => (connected && offline?.noticed ? [offline.noticed] : []));
  const isGroupOver = clear.some(({ cause }) => cause === 'plugs-offline');
  const marked = plugs.filter(({ connected }) => !connected).map((plug) => asMarked(plug, isGroupOver, now));
  const group = dueGroup(marked, now);
  const noticed = noticeOf(group);
  const isReplaced = noticed?.cause === 'plugs-offline' && marked.some(isOfGroup);
  const noticedIds = new Set(group.map(({ id }) => id));
  const next = (plug: SeenPlug): Offline | undefined => {
    const offline = marked.find(({ id }) => id === plug.id)?.offline;
    return offline && noticed && noticedIds.has(plug.id) ? { ...offline, noticed } : offline;
  };
  const connectedPlugs = plugs.length - marked.length;
  const about = connectedPlugs === 0 && group.length > 1 ? marked : group;
  const offlineSince = about.map(({ offline }) => offline.since).reduce(later, '');
  return {
    ...(noticed && { raise: { ...noticed, offlineSince, plugs: about.length, connectedPlugs } }),
    withdraw: isReplaced ? [GROUP] : [],
    clear: isGroupOver ? [...clear.filter(({ cause }) => cause !== 'plugs-offline'), GROUP] : clear,
    rows: new Map(
      plugs.flatMap((plug) => {
        const offline = next(plug);
        return isSame(offline, plug.offline) ? [] : [[plug.id, offline] as const];
      }),
    ),
  };
}

const GROUP: PlugNotice = { cause: 'plugs-offline' };
const isOfGroup = ({ offline }: Marked): boolean => offline.noticed?.cause === 'plugs-offline';
const later = (one: string, other: string): string => (one > other ? one : other);

/** An unconnected plug with the moment since when it is. A plug that was back meanwhile begins again. */
function asMarked(plug: SeenPlug, isGroupOver: boolean, now: Date): Marked {
  const { offline, connectedAt = Number.NEGATIVE_INFINITY } = plug;
  const restarted = { ...plug, offline: { since: now.toISOString() } };
  if (!offline || (isGroupOver && offline.noticed?.cause === 'plugs-offline')) return restarted;
  if (offline.noticed || Date.parse(offline.since) >= connectedAt) return { ...plug, offline };
  const { refusedAt } = offline;
  const isRefused = refusedAt !== undefined && Date.parse(refusedAt) >= connectedAt;
  return isRefused ? { ...plug, offline: { since: refusedAt, refusedAt } } : restarted;
}

/** The plugs that one message is due about: those without a notice so far, and that went together. */
function dueGroup(marked: readonly Marked[], now: Date): readonly Marked[] {
  const unsaid = marked.filter(({ offline }) => offline.noticed === undefined);
  const first = unsaid.find(({ offline }) => isDue(offline, now));
  if (!first) return [];
  const sinceOf = ({ offline }: Marked) => Date.parse(offline.since);
  return unsaid.filter((plug) => Math.abs(sinceOf(plug) - sinceOf(first)) <= TOGETHER_MS);
}

function isDue({ since, refusedAt }: Offline, now: Date): boolean {
  const age = now.getTime() - Date.parse(since);
  return age >= (refusedAt === undefined ? UNASKED_AFTER_MS : REFUSED_AFTER_MS);
}

function noticeOf(group: readonly Marked[]): PlugNotice | undefined {
  const [first, second] = group;
  if (!first) return undefined;
  return second ? GROUP : { cause: 'plug-offline', subject: first.name };
}

const isSame = (one: Offline | undefined, other: Offline | undefined): boolean =>
  one?.since === other?.since &&
  one?.refusedAt === other?.refusedAt &&
  one?.noticed?.cause === other?.noticed?.cause &&
  one?.noticed?.subject === other?.noticed?.subject;
