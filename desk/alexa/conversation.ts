import type { Customer, DirectiveInput, Endpoint, SpokenAnswer } from './contract.ts';
import type { SkillMessage } from './message-shapes.ts';
import { understand, type Wish } from './sentences.ts';
import * as speech from './speech.ts';
import { targetsOf } from './targets.ts';

/** What a conversation needs of the customer who speaks. */
export interface Speaker {
  readonly linked: boolean;
  readonly endpoints: readonly Endpoint[];
  discover(): ReturnType<Customer['discover']>;
  /** Sends a directive. @returns what Alexa got, if it can take it */
  send(directive: DirectiveInput): Promise<SkillMessage | undefined>;
}

type LampWish = Exclude<Wish, { kind: 'discover' }>;
type Reply = Pick<SpokenAnswer, 'answer' | 'ok' | 'notSent'>;

const failed = (answer: string): Reply => ({ answer, ok: false });
/** Nothing has failed: Alexa has sent nothing, as it did not know what, or to which lamp. */
const notSent = (answer: string): Reply => ({ answer, ok: false, notSent: true });

/**
 * Alexa's half of a conversation about one customer's lamps. It remembers the lamps of the last sentence, for "it".
 * @returns a function that answers one sentence; it never throws
 */
export function createConversation(speaker: Speaker): (sentence: string) => Promise<Reply> {
  let last: readonly string[] = [];

  async function discover(): Promise<Reply> {
    try {
      return { answer: speech.sayFound(await speaker.discover()), ok: true };
    } catch {
      return failed(speaker.linked ? speech.FAILED : speech.RELINK);
    }
  }

  async function wishFor(wish: LampWish, endpoint: Endpoint): Promise<Reply> {
    const sent = await speaker.send(toDirective(wish, endpoint.id));
    return spoken(endpoint, sent, speaker);
  }

  return async (sentence) => {
    const wish = understand(sentence);
    if (!wish) return notSent(speech.notUnderstood(speaker.endpoints));
    if (!speaker.linked) return failed(speech.RELINK);
    if (wish.kind === 'discover') return discover();
    const targets = targetsOf(wish.name, speaker.endpoints, last);
    if (targets.kind === 'unknown') return notSent(speech.notFound(targets.name));
    if (targets.kind === 'ambiguous') return notSent(speech.ambiguous(targets.name));
    const dims = wish.kind === 'set' || wish.kind === 'adjust';
    const able = dims ? targets.lamps.filter(({ dimmable }) => dimmable) : targets.lamps;
    if (able.length === 0) {
      const [one] = targets.lamps;
      return notSent(one ? speech.notDimmable(one.name) : speech.sayFound([]));
    }
    if (outOfRange(wish)) return notSent(speech.OUT_OF_RANGE);
    last = able.map(({ id }) => id);
    return together(await Promise.all(able.map((endpoint) => wishFor(wish, endpoint))));
  };
}

/** One answer for several lamps: what failed, each with its own sentence, else what all say. */
function together(replies: readonly Reply[]): Reply {
  const failures = replies.filter(({ ok }) => !ok);
  const answers = (failures.length > 0 ? failures : replies).map(({ answer }) => answer);
  return { answer: [...new Set(answers)].join(' '), ok: failures.length === 0 };
}

function spoken({ id, name }: Endpoint, sent: SkillMessage | undefined, speaker: Speaker): Reply {
  if (!sent) return failed(speaker.linked ? speech.noAnswer(name) : speech.RELINK);
  if (sent.kind === 'Alexa.ErrorResponse') return failed(speech.sayError(sent.message.event.payload.type, name));
  const now = speaker.endpoints.find((one) => one.id === id);
  // A report has deleted it meanwhile.
  if (!now) return failed(speech.notFound(name));
  if (sent.kind === 'Alexa.StateReport') return { answer: speech.sayState(now), ok: !speech.isUnreachable(now) };
  return speech.isUnreachable(now) ? failed(speech.unreachable(name)) : { answer: 'OK.', ok: true };
}

const outOfRange = (wish: LampWish): boolean =>
  (wish.kind === 'set' && wish.percent > 100) || (wish.kind === 'adjust' && Math.abs(wish.delta) > 100);

function toDirective(wish: LampWish, endpointId: string): DirectiveInput {
  const brightness = 'Alexa.BrightnessController';
  switch (wish.kind) {
    case 'power':
      return { namespace: 'Alexa.PowerController', name: wish.on ? 'TurnOn' : 'TurnOff', endpointId };
    case 'set':
      return { namespace: brightness, name: 'SetBrightness', endpointId, payload: { brightness: wish.percent } };
    case 'adjust':
      return { namespace: brightness, name: 'AdjustBrightness', endpointId, payload: { brightnessDelta: wish.delta } };
    case 'ask':
      return { namespace: 'Alexa', name: 'ReportState', endpointId };
  }
}
