import { parseJson } from '../../lambda/basics/json.ts';
import type { Clock } from '../../lambda/ports/clock.ts';
import { refused } from './alexa-refusals.ts';
import type { ApiCall, ApiFault, CustomerEnablement, SkillEvent } from './contract.ts';
import { answerEnablement, type EnablementParts } from './enablement.ts';
import type { Faults } from './faults.ts';
import type { LoginWithAmazon } from './lwa.ts';
import { badGateway, type Handled, type Reply } from './reply.ts';

export interface AlexaApiParts extends EnablementParts {
  readonly clock: Clock;
  readonly faults: Faults;
  /** Host and port that the API endpoint names. */
  readonly host: () => string;
  /** Aborts when the emulator closes. */
  readonly closing: AbortSignal;
}

export interface AlexaApi {
  handle(method: string, path: string, authorization: string | undefined, body: string): Promise<Handled | undefined>;
  /** @see EmulatedAlexa.sendHeldEvents */
  sendHeldEvents(): Promise<void>;
}

const calls: Readonly<Record<string, ApiCall>> = {
  POST: 'enablement-post',
  GET: 'enablement-get',
  DELETE: 'enablement-delete',
};

/**
 * The Alexa API, as far as it links a skill from the skill's own server: the endpoint of a customer, and the Skill Enablement API.
 * @see https://www.developer.amazon.com/en-US/docs/alexa/smapi/skill-enablement.html
 */
export function createAlexaApi(parts: AlexaApiParts): AlexaApi {
  const held: (() => Promise<void>)[] = [];

  /** Skill events of an account, in order. One that the skill does not take is sent again later, as Alexa does. */
  async function sendEvents(enabling: CustomerEnablement, types: readonly SkillEvent[]): Promise<void> {
    if (parts.behaviour.events === 'never') return;
    for (const type of types) {
      const at = parts.clock.now(); // an event says when it happened, not when it is sent
      const send = () => enabling.sendEvent(type, at);
      if (parts.behaviour.events === 'held') held.push(send);
      else await send().catch(() => held.push(send));
    }
  }

  return {
    async handle(method, path, authorization, body) {
      const call = callOf(method, path);
      if (!call) return undefined;
      const consent = consentOf(authorization, parts.lwa);
      const problems: string[] = [];
      const done = async (): Promise<Reply> => {
        if (typeof consent !== 'object')
          return consent === 'no-bearer' ? refused(400) : refused(consent === 'ended' ? 401 : 403);
        if (call.name === 'api-endpoint') return { status: 200, body: { endpoints: [parts.host()] } };
        if (call.skillId !== parts.skill.id) return refused(404);
        return await answerEnablement(call.name, body, consent.owner, { ...parts, sendEvents, problems });
      };
      const reply = await withFault(parts.faults.meet(call.name), done, parts);
      const customer = typeof consent === 'object' ? { customer: consent.owner } : {};
      const sent = body === '' ? { method, path } : (parseJson(body) ?? body);
      return { reply, subject: call.name, exchange: { channel: 'alexa-api', sent, problems, ...customer } };
    },
    async sendHeldEvents() {
      while (held[0]) {
        await held[0]();
        held.shift();
      }
    },
  };
}

interface Call {
  readonly name: ApiCall;
  readonly skillId?: string;
}

function callOf(method: string, path: string): Call | undefined {
  if (path === '/v1/alexaApiEndpoint') return method === 'GET' ? { name: 'api-endpoint' } : undefined;
  const skillId = /^\/v1\/users\/~current\/skills\/([^/]+)\/enablement$/.exec(path.replace(/%7e/i, '~'))?.[1];
  const name = calls[method];
  return skillId !== undefined && name ? { name, skillId } : undefined;
}

/** `no-bearer`: Amazon wants the scheme with a capital B (RFC 6750 would take any). */
function consentOf(authorization: string | undefined, lwa: LoginWithAmazon) {
  const token = /^Bearer (\S+)$/.exec(authorization ?? '')?.[1];
  return token === undefined ? ('no-bearer' as const) : lwa.consentOf(token);
}

async function withFault(
  fault: ApiFault | undefined,
  done: () => Promise<Reply>,
  { clock, closing }: AlexaApiParts,
): Promise<Reply> {
  switch (fault?.kind) {
    case undefined:
      return await done();
    case 'hang':
      return 'hang';
    case 'html':
      return badGateway;
    case 'status':
      return refused(fault.status, fault.message);
    case 'body':
      return { status: fault.status, body: fault.body };
    case 'reset':
      await done();
      return 'reset';
    case 'late': {
      const reply = await done();
      await clock.wait(fault.ms, closing);
      return reply;
    }
  }
}
