import { type HandlerInput, type RequestHandler, SkillBuilders } from 'ask-sdk-core';
import type { RequestEnvelope, ResponseEnvelope } from 'ask-sdk-model';
import * as v from 'valibot';
import { accountLinked, type EnablementPorts, skillDisabled } from '../domain/enablements.ts';

/** What all requests that are not directives have in common (custom skill request format). */
const Envelope = v.object({
  context: v.object({ System: v.object({ user: v.object({ userId: v.pipe(v.string(), v.minLength(1)) }) }) }),
  request: v.object({
    type: v.string(),
    timestamp: v.optional(v.pipe(v.string(), v.isoTimestamp())),
    eventCreationTime: v.optional(v.pipe(v.string(), v.isoTimestamp())),
    body: v.optional(v.object({ accessToken: v.optional(v.string()) })),
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

  function on(type: string, handle: (told: Told) => Promise<void>): RequestHandler {
    return {
      canHandle: ({ requestEnvelope }) => requestEnvelope.request.type === type,
      async handle({ requestEnvelope, responseBuilder }: HandlerInput) {
        await handle(toldIn(requestEnvelope, ports));
        return responseBuilder.getResponse();
      },
    };
  }
}

/** What a skill event tells. */
interface Told {
  readonly userId: string;
  /** When it happened, which is not when it comes. */
  readonly at: Date;
  readonly accessToken?: string;
}

function toldIn(event: unknown, { clock }: EnablementPorts): Told {
  const { context, request } = v.parse(Envelope, event);
  const moment = request.eventCreationTime ?? request.timestamp;
  return {
    userId: context.System.user.userId,
    at: moment === undefined ? clock.now() : new Date(moment),
    ...(request.body?.accessToken !== undefined && { accessToken: request.body.accessToken }),
  };
}
