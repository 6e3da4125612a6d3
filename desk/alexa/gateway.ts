import { randomUUID } from 'node:crypto';
import * as v from 'valibot';
import { parseJson } from '../../lambda/basics/json.ts';
import type { AlexaRegion } from '../../lambda/ports/grant-store.ts';
import { isEventKind, type MessageContext } from './message-rules.ts';
import { inspect } from './message-schema.ts';
import type { SkillMessage } from './message-shapes.ts';

/**
 * Alexa's event gateway, one for each region.
 * @see https://developer.amazon.com/docs/smarthome/send-events-to-the-alexa-event-gateway.html
 */
export interface EventRequest {
  readonly region: AlexaRegion;
  readonly authorization: string | undefined;
  readonly body: string;
}

/** The customer to whom an access token belongs. */
export interface Receiver {
  readonly region: AlexaRegion;
  /** What the customer knows, to hold an event against. */
  readonly context: MessageContext;
  take(sent: SkillMessage): void;
}

/** What the gateway makes of an event, before anything has come of it. */
export interface Verdict {
  readonly status: number;
  readonly error?: object;
  readonly problems: readonly string[];
  /** In a few words, what the event is: `ChangeReport`. */
  readonly subject: string;
  /** The body as JSON, or as text where it is none. */
  readonly event: unknown;
  /** Lets the event take effect. After a 202 an event may still come to nothing, and only the developer console would say so. */
  accept(): void;
}

const codes: Readonly<Record<number, string>> = {
  400: 'INVALID_REQUEST_EXCEPTION',
  401: 'INVALID_ACCESS_TOKEN_EXCEPTION',
  403: 'SKILL_DISABLED_EXCEPTION',
  404: 'SKILL_NOT_FOUND_EXCEPTION',
  413: 'REQUEST_ENTITY_TOO_LARGE_EXCEPTION',
  429: 'THROTTLING_EXCEPTION',
  500: 'INTERNAL_SERVICE_EXCEPTION',
  503: 'SERVICE_UNAVAILABLE_EXCEPTION',
};

/** The gateway's error body. */
export const exception = (status: number, code = codes[status] ?? 'INTERNAL_SERVICE_EXCEPTION') => ({
  header: { namespace: 'System', name: 'Exception', messageId: randomUUID() },
  payload: { code, description: descriptions[code] ?? 'The request could not be processed.' },
});

const descriptions: Readonly<Record<string, string>> = {
  INVALID_REQUEST_EXCEPTION: 'The request is not a valid event.',
  INVALID_ACCESS_TOKEN_EXCEPTION: 'The access token is expired or invalid.',
  SKILL_DISABLED_EXCEPTION: 'The skill is disabled for this customer.',
  SKILL_NEVER_ENABLED_EXCEPTION: 'There is no enablement of the skill for this customer in this region.',
  REQUEST_ENTITY_TOO_LARGE_EXCEPTION: 'The request is too large.',
  THROTTLING_EXCEPTION: 'Too many requests.',
};

/** What an event must have to be accepted for processing. */
const Envelope = v.object({
  event: v.object({
    header: v.object({
      namespace: v.string(),
      name: v.string(),
      payloadVersion: v.literal('3'),
      messageId: v.pipe(v.string(), v.nonEmpty()),
    }),
    endpoint: v.optional(v.object({ scope: v.optional(v.object({ token: v.string() })) })),
    payload: v.looseObject({
      scope: v.optional(v.object({ token: v.string() })),
      endpoints: v.optional(v.array(v.unknown())),
    }),
  }),
});

const LARGEST_BODY_BYTES = 256 * 1024;

/**
 * Judges one event as the gateway does.
 * @param receiverOf whose access token this is, if it is anybody's still
 */
export function judgeEvent(
  { region, authorization, body }: EventRequest,
  receiverOf: (accessToken: string) => Receiver | undefined,
): Verdict {
  const event = parseJson(body) ?? body;
  const accessToken = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1];
  const receiver = accessToken === undefined ? undefined : receiverOf(accessToken);
  const {
    name: subject = 'event',
    sent,
    invalid,
    remarks,
  } = inspect(event, { ...receiver?.context, accessToken: accessToken ?? '' });
  const envelope = v.safeParse(Envelope, event);
  const problems = accessToken === undefined ? ['there is no bearer token in the Authorization header'] : [];
  problems.push(...invalid, ...remarks);
  const refuse = (status: number, code?: string): Verdict => {
    return { status, error: exception(status, code), problems, subject, event, accept: () => {} };
  };

  if (Buffer.byteLength(body) > LARGEST_BODY_BYTES) return refuse(413);
  if (!envelope.success) return refuse(400);
  const { header, endpoint, payload } = envelope.output.event;
  if ((payload.endpoints?.length ?? 0) > 300) return refuse(413);
  if (accessToken === undefined) return refuse(401);
  const scopeToken = (endpoint?.scope ?? payload.scope)?.token;
  const isKnown = isEventKind(`${header.namespace}.${header.name}`);
  if (!isKnown || scopeToken !== accessToken) return refuse(400);
  if (!receiver) return refuse(401);
  if (receiver.region !== region) return refuse(403, 'SKILL_NEVER_ENABLED_EXCEPTION');
  return { status: 202, problems, subject, event, accept: () => sent && receiver.take(sent) };
}
