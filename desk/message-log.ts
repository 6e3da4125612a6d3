import type { Clock } from '../lambda/ports/clock.ts';
import { type Break, createBrokenPaths } from './broken-paths.ts';
import { masked } from './mask.ts';
import type { Hop, HopState, Message } from './page/protocol.ts';

const HOPS: readonly Hop[] = [
  'account-linking',
  'alexa',
  'skill',
  'device-cloud',
  'plug',
  'device-watch',
  'queue',
  'report-worker',
  'lwa',
  'gateway',
];
const MOST_MESSAGES = 200;

/** One message between two stations, in raw: the log masks it. */
export interface HopMessage extends Pick<Message, 'from' | 'to' | 'title' | 'outcome' | 'ok'> {
  readonly ms?: number;
  readonly sent?: unknown;
  readonly answered?: unknown;
  readonly problems?: readonly string[];
  /** What this message shows to be broken. */
  readonly breaks?: readonly Break[];
  /** The paths that this message shows to work; one that ends in `/` stands for all below it. */
  readonly works?: readonly string[];
}

/** The messages between voice and lamp, how many passed each station, and what is broken there. */
export interface MessageLog {
  readonly messages: readonly Message[];
  readonly hops: readonly HopState[];
  record(message: HopMessage): void;
}

export function createMessageLog(clock: Clock, changed: () => void): MessageLog {
  const passed = new Map<Hop, number>();
  const broken = createBrokenPaths();
  let messages: readonly Message[] = [];
  let count = 0;
  return {
    get messages() {
      return messages;
    },
    get hops() {
      return HOPS.map((hop) => ({ hop, passed: passed.get(hop) ?? 0, broken: broken.at(hop) }));
    },
    record({ sent, answered, breaks = [], works = [], ...message }) {
      for (const hop of [message.from, message.to]) passed.set(hop, (passed.get(hop) ?? 0) + 1);
      for (const path of works) broken.works(path);
      for (const one of breaks) broken.add(one);
      const shown: Message = {
        ...message,
        id: ++count,
        at: clock.now().toISOString(),
        ...(sent !== undefined && { sent: masked(sent) }),
        ...(answered !== undefined && { answered: masked(answered) }),
      };
      messages = [...messages, shown].slice(-MOST_MESSAGES);
      changed();
    },
  };
}
