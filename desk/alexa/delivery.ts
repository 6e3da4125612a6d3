import { randomUUID } from 'node:crypto';
import { asError } from '../../lambda/basics/as-error.ts';
import type { Clock } from '../../lambda/ports/clock.ts';
import type { Answer, CustomerOptions } from './contract.ts';
import type { Journal } from './journal.ts';
import type { MessageContext } from './message-rules.ts';
import { inspect } from './message-schema.ts';
import type { SkillMessage } from './message-shapes.ts';
import * as speech from './speech.ts';

/** Alexa waits this long for a whole answer. */
const ANSWER_WITHIN_MS = 8000;
const CLOSED = 'the emulated Alexa was closed';

export interface Header {
  readonly namespace: string;
  readonly name: string;
  readonly correlationToken?: string;
}

/** How one directive went. */
export interface Delivery {
  /** What Alexa got, if it can take it. */
  readonly sent?: SkillMessage;
  /** What was returned, whether Alexa can take it or not. */
  readonly message: unknown;
  /** Why Alexa has nothing to take. */
  readonly failure?: string;
  readonly ms: number;
}

/** What a delivery needs of the customer for whom it is made. */
export interface DeliveryParts extends Pick<CustomerOptions, 'region' | 'invoke' | 'accessToken'> {
  readonly owner: string;
  readonly clock: Clock;
  readonly journal: Journal;
  /** Aborts when the emulator closes. */
  readonly closing: AbortSignal;
  readonly context: MessageContext;
  readonly isLinked: () => boolean;
  /** Takes what Alexa got into the view. */
  readonly take: (sent: SkillMessage) => void;
}

/** Sends one directive, has the answer inspected, and notes all of it. `check`: what else may be wrong with a good answer. */
export type Deliver = (
  header: Header,
  body: (token: string) => object,
  check?: (sent: SkillMessage) => string[],
) => Promise<Delivery>;

export function createDelivery(parts: DeliveryParts): Deliver {
  const { region = 'NA', owner, invoke, accessToken, clock, journal, closing, context } = parts;
  return async (header, body, check = () => []) => {
    if (!parts.isLinked()) return { message: undefined, failure: speech.RELINK, ms: 0 };
    const at = clock.now();
    const ms = () => clock.now().getTime() - at.getTime();
    const build = (token: string) => ({
      directive: { header: { ...header, payloadVersion: '3', messageId: randomUUID() }, ...body(token) },
    });
    const note = (sent: unknown, answered: unknown, status: number, problems: readonly string[]) => {
      const exchange = { channel: 'directive' as const, region, customer: owner, at, sent, answered, status, problems };
      journal.record(header.name, { ...exchange, ms: ms() });
    };
    const fail = (sent: unknown, failure: string, problems: readonly string[]): Delivery => {
      note(sent, { error: failure }, 0, problems);
      return { message: undefined, failure, ms: ms() };
    };

    let token: string;
    try {
      token = await within(parts, 'the access token', accessToken);
    } catch (error) {
      return fail(build(''), `there is no access token: ${asError(error).message}`, []);
    }
    const directive = build(token);
    let message: unknown;
    try {
      // Lambda hands over and takes back JSON, so nothing is shared and nothing but JSON survives.
      message = toJson(await within(parts, 'the answer', () => invoke(structuredClone(directive))));
    } catch (error) {
      const failure = asError(error).message;
      return fail(directive, failure, closing.aborted ? [] : [`no answer: ${failure}`]);
    }
    const { sent, invalid, remarks } = inspect(message, { ...context, directive });
    const problems = [...invalid, ...remarks, ...(sent ? check(sent) : [])];
    if (sent) parts.take(sent);
    note(directive, message, 200, problems);
    return { ...(sent ? { sent } : { failure: `the answer is invalid: ${invalid.join('; ')}` }), message, ms: ms() };
  };
}

/** Ends as `work` does, or fails when Alexa no longer waits. */
async function within<T>(
  { clock, closing }: Pick<DeliveryParts, 'clock' | 'closing'>,
  what: string,
  work: () => Promise<T>,
): Promise<T> {
  if (closing.aborted) throw new Error(CLOSED);
  const ended = new AbortController();
  const onClose = () => ended.abort(new Error(CLOSED));
  closing.addEventListener('abort', onClose);
  const startedAt = clock.now().getTime();
  const late = () => new Error(`${what} took longer than 8 s`);
  try {
    const timeOut = clock.wait(ANSWER_WITHIN_MS, ended.signal).then(() => Promise.reject(late()));
    const result = await Promise.race([(async () => work())(), timeOut]);
    if (clock.now().getTime() - startedAt > ANSWER_WITHIN_MS) throw late();
    return result;
  } finally {
    closing.removeEventListener('abort', onClose);
    ended.abort(new Error('answered'));
  }
}

export function toAnswer({ sent, message, failure, ms }: Delivery): Answer {
  if (!sent) return { name: 'NoAnswer', ...(failure !== undefined && { errorMessage: failure }), message, ms };
  const { name } = sent.message.event.header;
  if (sent.kind !== 'Alexa.ErrorResponse') return { name, message, ms };
  const { type, message: errorMessage } = sent.message.event.payload;
  return { name, errorType: type, errorMessage, message, ms };
}

/** @throws when it cannot be written as JSON */
const toJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value) ?? 'null');
