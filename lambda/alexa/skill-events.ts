import { type HandlerInput, type RequestHandler, SkillBuilders } from 'ask-sdk-core';
import type { RequestEnvelope, ResponseEnvelope } from 'ask-sdk-model';
import * as v from 'valibot';
import { accountLinked, type EnablementPorts, skillDisabled } from '../domain/enablements.ts';

/** What is not needed counts as absent where it cannot be read: an event must not be lost for it. */
const readable = <Schema extends v.GenericSchema>(schema: Schema) =>
  v.optional(v.fallback(v.optional(schema), undefined));

/** What all requests that are not directives have in common (custom skill request format). */
const Envelope = v.object({
  context: v.object({ System: v.object({ user: v.object({ userId: v.pipe(v.string(), v.minLength(1)) }) }) }),
  request: v.object({
    type: v.string(),
    timestamp: v.optional(v.unknown()),
    eventCreationTime: v.optional(v.unknown()),
    body: readable(v.object({ accessToken: readable(v.string()) })),
  }),
});

const WHAT_FOR =
  'This skill lets Alexa switch and dim the lamps on your plugs. There is nothing to open: just say, turn on the bedroom lamp.';

/**
 * Answers what Alexa sends in the format of custom skills: skill events, which tell of enabling and linking
 * (https://developer.amazon.com/docs/smapi/skill-events-in-alexa-skills.html), and a launch by somebody who takes this for a skill to
 * talk to.
 * @throws StoreUnavailable, so that Alexa sends the event again
 */
export async function answerSkillRequest(
  event: unknown,
  ports: EnablementPorts,
): Promise<ResponseEnvelope | undefined> {
  const envelope = v.safeParse(Envelope, event);
  if (!envelope.success) {
    ports.log.warn('skill-request-malformed', { field: v.getDotPath(envelope.issues[0]) ?? 'the whole' });
    return undefined;
  }
  const skill = SkillBuilders.custom()
    .addRequestHandlers(
      on('AlexaSkillEvent.SkillDisabled', async ({ userId, at }) => skillDisabled(userId, at, ports)),
      on('AlexaSkillEvent.SkillAccountLinked', async ({ userId, at, accessToken }) => {
        if (accessToken === undefined) return ports.log.warn('enablement-unreadable', { reason: 'no access token' });
        await accountLinked(userId, accessToken, at, ports);
      }),
      on('AlexaSkillEvent.SkillEnabled', async () => ports.log.info('skill-enabled')),
      {
        canHandle: ({ requestEnvelope }) => requestEnvelope.request.type === 'LaunchRequest',
        handle: ({ responseBuilder }) => responseBuilder.speak(WHAT_FOR).withShouldEndSession(true).getResponse(),
      },
      {
        canHandle: () => true,
        handle: ({ requestEnvelope, responseBuilder }) => {
          ports.log.info('skill-request-ignored', { type: requestEnvelope.request.type.slice(0, 80) });
          return responseBuilder.getResponse();
        },
      },
    )
    .create();
  return await skill.invoke(event as RequestEnvelope);

  function on(type: string, handle: (event: SkillEvent) => Promise<void>): RequestHandler {
    return {
      canHandle: ({ requestEnvelope }) => requestEnvelope.request.type === type,
      async handle({ requestEnvelope, responseBuilder }: HandlerInput) {
        await handle(toSkillEvent(requestEnvelope, ports));
        return responseBuilder.getResponse();
      },
    };
  }
}

interface SkillEvent {
  readonly userId: string;
  /** When it happened, which is not when it arrives. */
  readonly at: Date;
  readonly accessToken?: string;
}

function toSkillEvent(event: unknown, { clock }: EnablementPorts): SkillEvent {
  const { context, request } = v.parse(Envelope, event);
  const { eventCreationTime, timestamp, body } = request;
  const now = clock.now();
  return {
    userId: context.System.user.userId,
    at: toMoment(eventCreationTime, now) ?? toMoment(timestamp, now) ?? now,
    ...(body?.accessToken !== undefined && { accessToken: body.accessToken }),
  };
}

/** The skill events began in 2016. */
const FIRST_EVENT = Date.parse('2016-01-01T00:00:00.000Z');
/** Clocks differ by less. */
const CLOCKS_DIFFER_MS = 5 * 60_000;

/**
 * When something happened: ISO 8601, or as the epoch's milliseconds or seconds, which some events have (a number or its digits).
 * @returns now for a moment that has yet to come, as it would end links that are yet to be made; nothing for what is none of these
 */
function toMoment(value: unknown, now: Date): Date | undefined {
  const isNumber = typeof value === 'number' || (typeof value === 'string' && /^\d+(\.\d+)?$/.test(value));
  if (!isNumber && typeof value !== 'string') return undefined;
  const ms = isNumber ? Number(value) : Date.parse(value);
  const happened = [ms, ms * 1_000].find((moment) => moment >= FIRST_EVENT);
  if (happened === undefined) return undefined;
  return happened > now.getTime() + CLOCKS_DIFFER_MS ? now : new Date(happened);
}
