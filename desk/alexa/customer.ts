import { randomBytes } from 'node:crypto';
import type { Clock } from '../../lambda/ports/clock.ts';
import type { Customer, CustomerOptions, DirectiveInput, Endpoint } from './contract.ts';
import { createConversation } from './conversation.ts';
import { createDelivery, type Deliver, toAnswer } from './delivery.ts';
import type { Receiver } from './gateway.ts';
import type { Journal } from './journal.ts';
import type { LoginWithAmazon } from './lwa.ts';
import type { MessageContext } from './message-rules.ts';
import type { SkillMessage } from './message-shapes.ts';
import * as speech from './speech.ts';
import { createView, type View } from './view.ts';

/** What a customer has of the Alexa around it. */
export interface Surroundings {
  /** How Login with Amazon knows this customer. */
  readonly owner: string;
  readonly clock: Clock;
  readonly lwa: LoginWithAmazon;
  readonly journal: Journal;
  /** Aborts when the emulator closes. */
  readonly closing: AbortSignal;
  /** Whether what Alexa shows of the lamps stays as it is, whatever it is sent. */
  readonly isStuck: () => boolean;
  onView(customer: Customer): void;
}

/** One Amazon account: its view, its directives, and the side of it that the gateway tells of events. */
export function createCustomer(
  { region = 'NA', invoke, accessToken }: CustomerOptions,
  { owner, clock, lwa, journal, closing, isStuck, onView }: Surroundings,
): { readonly customer: Customer; readonly receiver: Receiver } {
  const view = createView(isStuck);
  let linked = true;
  const setLinked = (to: boolean) => {
    linked = to;
    onView(customer);
  };
  const context = contextOf(view, journal);
  const deliver = createDelivery({
    ...{ region, owner, invoke, accessToken, clock, journal, closing, context },
    isLinked: () => linked,
    take: (sent) => {
      journal.usedMessageIds.add(sent.message.event.header.messageId);
      if (sent.kind === 'Alexa.ErrorResponse' && speech.isCredentialError(sent.message.event.payload.type)) {
        setLinked(false);
      }
      if (takeAnswer(sent, view, clock)) onView(customer);
    },
  });
  const sendTo = (directive: DirectiveInput) => deliverTo(directive, deliver, view);

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

  const send = async (directive: DirectiveInput) => toAnswer(await sendTo(directive));
  const converse = createConversation({
    get linked() {
      return linked;
    },
    get endpoints() {
      return view.endpoints;
    },
    discover,
    send: async (directive) => (await sendTo(directive)).sent,
  });

  const customer: Customer = {
    id: owner,
    region,
    get linked() {
      return linked;
    },
    get endpoints() {
      return view.endpoints;
    },
    get granted() {
      return lwa.hasGrant(owner);
    },
    unlink: () => {
      lwa.revoke(owner);
      setLinked(false);
    },
    letGo: () => setLinked(false),
    revokeGrant: () => lwa.revoke(owner),
    withdrawConsent: () => lwa.revokeConsent(owner),
    relink: () => setLinked(true),
    acceptGrant: () => acceptGrant(deliver, lwa, owner),
    discover,
    say: async (sentence) => {
      const startedAt = clock.now().getTime();
      const reply = await converse(sentence);
      return { said: sentence, ...reply, ms: clock.now().getTime() - startedAt };
    },
    send,
    reportState: (endpointId) => send({ namespace: 'Alexa', name: 'ReportState', endpointId }),
  };
  const take = (sent: SkillMessage) => {
    journal.usedMessageIds.add(sent.message.event.header.messageId);
    takeEvent(sent, view, clock);
    onView(customer);
  };
  return { customer, receiver: { region, context, take } };
}

/** What is known of a customer, to hold a message against. */
const contextOf = (view: View, { usedMessageIds }: Journal): MessageContext => ({
  get endpoints() {
    return view.discovered;
  },
  usedMessageIds,
  lastReported: view.lastReported,
});

/** Takes into the view what an answer says of an endpoint's state. @returns whether it says anything */
function takeAnswer(sent: SkillMessage, view: View, clock: Clock): boolean {
  if (sent.kind !== 'Alexa.Response' && sent.kind !== 'Alexa.StateReport') return false;
  const { event, context } = sent.message;
  view.learn(event.endpoint.endpointId, { properties: context.properties, at: clock.now(), by: event.header.name });
  return true;
}

function takeEvent(sent: SkillMessage, view: View, clock: Clock): void {
  if (sent.kind === 'Alexa.ChangeReport') {
    const { endpoint, payload } = sent.message.event;
    const changed = payload.change.properties;
    const properties = [...changed, ...(sent.message.context?.properties ?? [])];
    const cause = payload.change.cause.type;
    view.learn(endpoint.endpointId, { properties, changed, cause, at: clock.now(), by: 'ChangeReport' });
  }
  if (sent.kind === 'Alexa.Discovery.AddOrUpdateReport') view.adopt(sent.message.event.payload.endpoints);
  if (sent.kind === 'Alexa.Discovery.DeleteReport') {
    view.remove(sent.message.event.payload.endpoints.map(({ endpointId }) => endpointId));
  }
}

const deliverTo = ({ namespace, name, endpointId, payload = {} }: DirectiveInput, deliver: Deliver, view: View) =>
  deliver({ namespace, name, correlationToken: randomBytes(180).toString('base64') }, (token) => ({
    endpoint: {
      scope: { type: 'BearerToken', token },
      endpointId,
      cookie: view.discovered.find((one) => one.endpointId === endpointId)?.cookie ?? {},
    },
    payload,
  }));

async function acceptGrant(deliver: Deliver, lwa: LoginWithAmazon, owner: string): Promise<void> {
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
