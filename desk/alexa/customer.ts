import { randomBytes, randomUUID } from 'node:crypto';
import type { Clock } from '../../lambda/ports/clock.ts';
import type { Answer, Customer, CustomerOptions, DirectiveInput, Endpoint, Said } from './contract.ts';
import type { Receiver } from './gateway.ts';
import type { Journal } from './journal.ts';
import type { LoginWithAmazon } from './lwa.ts';
import type { MessageContext } from './message-rules.ts';
import { inspect } from './message-schema.ts';
import type { SkillMessage } from './message-shapes.ts';
import { spokenName, understand, type Wish } from './sentences.ts';
import * as speech from './speech.ts';
import { createView } from './view.ts';

/** What a customer has of the Alexa around it. */
export interface Surroundings {
  /** How Login with Amazon knows this customer. */
  readonly owner: string;
  readonly clock: Clock;
  readonly lwa: LoginWithAmazon;
  readonly journal: Journal;
  /** Aborts when the emulator closes. */
  readonly closing: AbortSignal;
  onView(customer: Customer): void;
}

/** Alexa waits this long for a whole answer. */
const ANSWER_WITHIN_MS = 8000;
const CLOSED = 'the emulated Alexa was closed';

interface Header {
  readonly namespace: string;
  readonly name: string;
  readonly correlationToken?: string;
}

/** How one directive went. */
interface Delivery {
  /** What Alexa got, if it can take it. */
  readonly sent?: SkillMessage;
  /** What was returned, whether Alexa can take it or not. */
  readonly message: unknown;
  /** Why Alexa has nothing to take. */
  readonly failure?: string;
  readonly ms: number;
}

/** One Amazon account: its view, its directives, and the side of it that the gateway tells of events. */
export function createCustomer(
  { region = 'NA', invoke, accessToken }: CustomerOptions,
  { owner, clock, lwa, journal, closing, onView }: Surroundings,
): { readonly customer: Customer; readonly receiver: Receiver } {
  const view = createView();
  let linked = true;

  /** Settles as `work` does, or fails when Alexa no longer waits. */
  async function within<T>(what: string, work: () => Promise<T>): Promise<T> {
    if (closing.aborted) throw new Error(CLOSED);
    const settled = new AbortController();
    const onClose = () => settled.abort(new Error(CLOSED));
    closing.addEventListener('abort', onClose);
    const startedAt = clock.now().getTime();
    const late = () => new Error(`${what} took longer than 8 s`);
    try {
      const timeOut = clock.wait(ANSWER_WITHIN_MS, settled.signal).then(() => Promise.reject(late()));
      const result = await Promise.race([(async () => work())(), timeOut]);
      if (clock.now().getTime() - startedAt > ANSWER_WITHIN_MS) throw late();
      return result;
    } finally {
      closing.removeEventListener('abort', onClose);
      settled.abort(new Error('settled'));
    }
  }

  /**
   * Sends one directive, has the answer inspected, and notes all of it.
   * @param check what else may be wrong with an answer that Alexa can take
   */
  async function deliver(
    header: Header,
    body: (token: string) => object,
    check: (sent: SkillMessage) => string[] = () => [],
  ): Promise<Delivery> {
    if (!linked) return { message: undefined, failure: speech.RELINK, ms: 0 };
    const at = clock.now();
    const ms = () => clock.now().getTime() - at.getTime();
    const build = (token: string) => ({
      directive: { header: { ...header, payloadVersion: '3', messageId: randomUUID() }, ...body(token) },
    });
    const note = (sent: unknown, answered: unknown, status: number, problems: readonly string[]) =>
      journal.record(header.name, { channel: 'directive', region, at, sent, answered, status, ms: ms(), problems });
    const fail = (sent: unknown, failure: string, problems: readonly string[]): Delivery => {
      note(sent, { error: failure }, 0, problems);
      return { message: undefined, failure, ms: ms() };
    };

    let token: string;
    try {
      token = await within('the access token', accessToken);
    } catch (error) {
      return fail(build(''), `there is no access token: ${reason(error)}`, []);
    }
    const directive = build(token);
    let message: unknown;
    try {
      // Lambda hands over and takes back JSON, so nothing is shared and nothing but JSON survives.
      message = toJson(await within('the answer', () => invoke(structuredClone(directive))));
    } catch (error) {
      const failure = reason(error);
      return fail(directive, failure, closing.aborted ? [] : [`no answer: ${failure}`]);
    }
    const { sent, invalid, remarks } = inspect(message, { ...context, directive });
    const problems = [...invalid, ...remarks, ...(sent ? check(sent) : [])];
    if (sent) journal.usedMessageIds.add(sent.message.event.header.messageId);
    if (sent?.kind === 'Alexa.ErrorResponse' && speech.isCredentialError(sent.message.event.payload.type)) {
      setLinked(false);
    }
    if (sent) takeState(sent);
    note(directive, message, 200, problems);
    return { ...(sent ? { sent } : { failure: `the answer is invalid: ${invalid.join('; ')}` }), message, ms: ms() };
  }

  const context: MessageContext = {
    get endpoints() {
      return view.discovered;
    },
    usedMessageIds: journal.usedMessageIds,
    lastReported: view.lastReported,
  };

  function setLinked(to: boolean): void {
    linked = to;
    onView(customer);
  }

  /** Takes into the view what a message tells of an endpoint's state. */
  function takeState(sent: SkillMessage): void {
    if (sent.kind !== 'Alexa.Response' && sent.kind !== 'Alexa.StateReport') return;
    const { event, context } = sent.message;
    view.tell(event.endpoint.endpointId, { properties: context.properties, at: clock.now(), by: event.header.name });
    onView(customer);
  }

  function takeEvent(sent: SkillMessage): void {
    journal.usedMessageIds.add(sent.message.event.header.messageId);
    if (sent.kind === 'Alexa.ChangeReport') {
      const { endpoint, payload } = sent.message.event;
      const changed = payload.change.properties;
      const properties = [...changed, ...(sent.message.context?.properties ?? [])];
      const cause = payload.change.cause.type;
      view.tell(endpoint.endpointId, { properties, changed, cause, at: clock.now(), by: 'ChangeReport' });
    }
    if (sent.kind === 'Alexa.Discovery.AddOrUpdateReport') view.adopt(sent.message.event.payload.endpoints);
    if (sent.kind === 'Alexa.Discovery.DeleteReport') {
      view.remove(sent.message.event.payload.endpoints.map(({ endpointId }) => endpointId));
    }
    onView(customer);
  }

  const toEndpointDirective = ({ namespace, name, endpointId, payload = {} }: DirectiveInput) =>
    deliver({ namespace, name, correlationToken: randomBytes(180).toString('base64') }, (token) => ({
      endpoint: {
        scope: { type: 'BearerToken', token },
        endpointId,
        cookie: view.discovered.find((one) => one.endpointId === endpointId)?.cookie ?? {},
      },
      payload,
    }));

  async function discover(): Promise<readonly Endpoint[]> {
    const { sent, failure } = await deliver({ namespace: 'Alexa.Discovery', name: 'Discover' }, (token) => ({
      payload: { scope: { type: 'BearerToken', token } },
    }));
    if (sent?.kind !== 'Alexa.Discovery.Discover.Response') throw new Error(`Discover failed: ${failure}`);
    const found = sent.message.event.payload.endpoints;
    // Endpoints that are not among them stay: only a DeleteReport takes one away.
    view.adopt(found);
    onView(customer);
    return view.endpoints.filter(({ id }) => found.some((one) => one.endpointId === id));
  }

  async function acceptGrant(): Promise<void> {
    const code = lwa.issueCode(owner);
    const { sent, failure } = await deliver(
      { namespace: 'Alexa.Authorization', name: 'AcceptGrant' },
      (token) => ({
        payload: { grant: { type: 'OAuth2.AuthorizationCode', code }, grantee: { type: 'BearerToken', token } },
      }),
      ({ kind }) =>
        kind === 'Alexa.Authorization.AcceptGrant.Response' && !lwa.wasExchanged(code)
          ? ['the grant was accepted and its code never exchanged']
          : [],
    );
    if (sent?.kind === 'Alexa.Authorization.ErrorResponse') {
      throw new Error(`AcceptGrant failed: ACCEPT_GRANT_FAILED, ${sent.message.event.payload.message}`);
    }
    if (!sent) throw new Error(`AcceptGrant failed: ${failure}`);
  }

  async function send(directive: DirectiveInput): Promise<Answer> {
    return toAnswer(await toEndpointDirective(directive));
  }

  async function say(sentence: string): Promise<Said> {
    const startedAt = clock.now().getTime();
    const { answer, ok } = await reply(sentence);
    return { said: sentence, answer, ok, ms: clock.now().getTime() - startedAt };
  }

  async function reply(sentence: string): Promise<{ answer: string; ok: boolean }> {
    const no = (answer: string) => ({ answer, ok: false });
    const wish = understand(sentence);
    if (!wish) return no(speech.NOT_UNDERSTOOD);
    if (!linked) return no(speech.RELINK);
    if (wish.kind === 'discover') {
      try {
        return { answer: speech.sayFound(await discover()), ok: true };
      } catch {
        return no(linked ? speech.FAILED : speech.RELINK);
      }
    }
    const named = view.endpoints.filter(({ name }) => spokenName(name) === spokenName(wish.name));
    const [endpoint] = named;
    if (!endpoint) return no(speech.notFound(wish.name));
    if (named.length > 1) return no(speech.ambiguous(wish.name));
    if ((wish.kind === 'set' || wish.kind === 'adjust') && !endpoint.dimmable)
      return no(speech.notDimmable(endpoint.name));
    const directive = toDirective(wish, endpoint.id);
    if (!directive) return no(speech.OUT_OF_RANGE);
    return spoken(endpoint, await toEndpointDirective(directive));
  }

  function spoken({ id, name }: Endpoint, { sent }: Delivery): { answer: string; ok: boolean } {
    if (!sent) return { answer: linked ? speech.noAnswer(name) : speech.RELINK, ok: false };
    if (sent.kind === 'Alexa.ErrorResponse') {
      return { answer: speech.sayError(sent.message.event.payload.type, name), ok: false };
    }
    const now = view.endpoints.find((one) => one.id === id);
    // Deleted by a report in the meantime.
    if (!now) return { answer: speech.notFound(name), ok: false };
    if (sent.kind === 'Alexa.StateReport') return { answer: speech.sayState(now), ok: !speech.isUnreachable(now) };
    return speech.isUnreachable(now) ? { answer: speech.unreachable(name), ok: false } : { answer: 'OK.', ok: true };
  }

  const customer: Customer = {
    region,
    get linked() {
      return linked;
    },
    get endpoints() {
      return view.endpoints;
    },
    unlink: () => {
      lwa.revoke(owner);
      setLinked(false);
    },
    relink: () => setLinked(true),
    acceptGrant,
    discover,
    say,
    send,
    reportState: (endpointId) => send({ namespace: 'Alexa', name: 'ReportState', endpointId }),
  };
  return { customer, receiver: { region, context, take: takeEvent } };
}

function toDirective(wish: Exclude<Wish, { kind: 'discover' }>, endpointId: string): DirectiveInput | undefined {
  switch (wish.kind) {
    case 'power':
      return { namespace: 'Alexa.PowerController', name: wish.on ? 'TurnOn' : 'TurnOff', endpointId };
    case 'set':
      if (wish.percent > 100) return undefined;
      return {
        ...{ namespace: 'Alexa.BrightnessController', name: 'SetBrightness', endpointId },
        payload: { brightness: wish.percent },
      };
    case 'adjust':
      if (Math.abs(wish.delta) > 100) return undefined;
      return {
        ...{ namespace: 'Alexa.BrightnessController', name: 'AdjustBrightness', endpointId },
        payload: { brightnessDelta: wish.delta },
      };
    case 'ask':
      return { namespace: 'Alexa', name: 'ReportState', endpointId };
  }
}

function toAnswer({ sent, message, failure, ms }: Delivery): Answer {
  if (!sent) return { name: 'NoAnswer', ...(failure !== undefined && { errorMessage: failure }), message, ms };
  const { name } = sent.message.event.header;
  if (sent.kind !== 'Alexa.ErrorResponse') return { name, message, ms };
  const { type, message: errorMessage } = sent.message.event.payload;
  return { name, errorType: type, errorMessage, message, ms };
}

const reason = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** @throws when it cannot be written as JSON */
const toJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value) ?? 'null');
