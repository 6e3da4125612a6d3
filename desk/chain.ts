import type { Clock } from '../lambda/ports/clock.ts';
import type { Hop, HopState, Message } from './console/protocol.ts';
import { masked } from './mask.ts';

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

/** What passed, in raw: the chain masks it. */
export interface HopMessage extends Pick<Message, 'from' | 'to' | 'title' | 'outcome' | 'ok'> {
  readonly ms?: number;
  readonly sent?: unknown;
  readonly answered?: unknown;
  readonly problems?: readonly string[];
  /** The hop that is to blame and the sentence that says so; of a failed message, `to` and its outcome by default. */
  readonly blame?: { readonly hop: Hop; readonly sentence: string };
}

/** The stations between voice and lamp, and the messages that went between them. */
export class Chain {
  readonly #clock: Clock;
  readonly #changed: () => void;
  readonly #passed = new Map<Hop, number>();
  readonly #broken = new Map<Hop, string>();
  #messages: Message[] = [];
  #count = 0;

  constructor(clock: Clock, changed: () => void) {
    this.#clock = clock;
    this.#changed = changed;
  }

  get messages(): readonly Message[] {
    return this.#messages;
  }

  get hops(): readonly HopState[] {
    return HOPS.map((hop) => {
      const broken = this.#broken.get(hop);
      return { hop, passed: this.#passed.get(hop) ?? 0, ...(broken !== undefined && { broken }) };
    });
  }

  /** Notes a message. One that went well mends the hops that it passed. */
  pass({ sent, answered, blame, ...message }: HopMessage): void {
    for (const hop of [message.from, message.to]) this.#passed.set(hop, (this.#passed.get(hop) ?? 0) + 1);
    if (message.ok) {
      this.#broken.delete(message.to);
    } else {
      const { hop, sentence } = blame ?? { hop: message.to, sentence: `${message.title}: ${message.outcome}` };
      this.#broken.set(hop, sentence);
    }
    const whole: Message = {
      ...message,
      id: ++this.#count,
      at: this.#clock.now().toISOString(),
      ...(sent !== undefined && { sent: masked(sent) }),
      ...(answered !== undefined && { answered: masked(answered) }),
    };
    this.#messages = [...this.#messages, whole].slice(-MOST_MESSAGES);
    this.#changed();
  }

  mend(hop: Hop): void {
    if (this.#broken.delete(hop)) this.#changed();
  }
}
