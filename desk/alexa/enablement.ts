import { randomBytes } from 'node:crypto';
import * as v from 'valibot';
import { parseJson } from '../../lambda/basics/json.ts';
import type { Clock } from '../../lambda/ports/clock.ts';
import type {
  ApiCall,
  ApiFault,
  CustomerOptions,
  EnablementBehaviour,
  Enabling,
  SkillEvent,
  SkillSettings,
} from './contract.ts';
import type { Faults } from './faults.ts';
import type { LoginWithAmazon } from './lwa.ts';
import { badGateway, type Handled, type Reply } from './reply.ts';

/** What the API knows of one Amazon account. */
export type ApiCustomer = Pick<CustomerOptions, 'enabling' | 'tester'>;

export interface EnablementParts {
  readonly clock: Clock;
  readonly lwa: LoginWithAmazon;
  readonly faults: Faults;
  readonly skill: SkillSettings;
  readonly behaviour: EnablementBehaviour;
  readonly customer: (id: string) => ApiCustomer | undefined;
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

const EnablementRequest = v.object({
  stage: v.picklist(['development', 'live']),
  accountLinkRequest: v.object({ redirectUri: v.string(), authCode: v.string(), type: v.literal('AUTH_CODE') }),
});

/**
 * The Alexa API, as far as it links a skill from the skill's own server: the endpoint of a customer, and the Skill Enablement API.
 * @see https://www.developer.amazon.com/en-US/docs/alexa/smapi/skill-enablement.html
 */
export function createAlexaApi(parts: EnablementParts): AlexaApi {
  const held: (() => Promise<void>)[] = [];

  /** Skill events of an account, in order. One that the skill does not take is sent again later, as Alexa does. */
  async function sendEvents(enabling: Enabling, types: readonly SkillEvent[]): Promise<void> {
    if (parts.behaviour.events === 'never') return;
    for (const type of types) {
      const send = () => enabling.sendEvent(type);
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
  { clock, closing }: EnablementParts,
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

interface Answering extends EnablementParts {
  readonly sendEvents: (enabling: Enabling, types: readonly SkillEvent[]) => Promise<void>;
  /** What no client may ever send; grows. */
  readonly problems: string[];
}

async function answerEnablement(name: ApiCall, body: string, owner: string, parts: Answering): Promise<Reply> {
  const { enabling, tester = true } = parts.customer(owner) ?? {};
  if (!enabling) return refused(404);
  if (parts.skill.stage === 'development' && !tester) return refused(403);
  if (name === 'enablement-post') return await enable(body, enabling, parts);
  if (!enabling.enabled) return refused(404);
  if (name === 'enablement-get') return { status: 200, body: enablementOf(enabling, parts.skill) };
  enabling.disable();
  if (parts.behaviour.deleteEndsConsent) parts.lwa.revokeConsent(owner);
  await parts.sendEvents(enabling, ['SkillDisabled']);
  return { status: 204 };
}

async function enable(body: string, enabling: Enabling, parts: Answering): Promise<Reply> {
  const { skill, behaviour, problems } = parts;
  const request = v.safeParse(EnablementRequest, parseJson(body));
  if (!request.success) {
    problems.push(`the body is no enablement request: ${v.getDotPath(request.issues[0]) ?? 'the whole'}`);
    return refused(400, 'Request body is invalid');
  }
  const { stage, accountLinkRequest } = request.output;
  if (stage !== skill.stage) {
    problems.push(`the skill is in stage ${skill.stage}`);
    return refused(403);
  }
  const { redirectUri, authCode: code } = accountLinkRequest;
  if (!skill.redirectUrls().includes(redirectUri)) {
    problems.push("redirectUri is none of the skill's redirect URLs");
    return refused(400, 'Invalid account linking credentials');
  }
  if (enabling.enabled && behaviour.enabledBefore === 'conflict') return refused(409);
  const isNew = !enabling.enabled;
  const verifier = behaviour.verifier ? { verifier: randomBytes(32).toString('base64url') } : {};
  const outcome = await enabling.link({ code, redirectUri, ...verifier });
  if (outcome === 'code-refused') return refused(400, 'Invalid account linking credentials');
  if (outcome === 'grant-refused') return refused(behaviour.grantRefusedStatus);
  await parts.sendEvents(enabling, isNew ? ['SkillEnabled', 'SkillAccountLinked'] : ['SkillAccountLinked']);
  return { status: 201, body: enablementOf(enabling, skill) };
}

const enablementOf = ({ userId, linked }: Enabling, { id, stage }: SkillSettings) => ({
  skill: { stage, id },
  user: { id: userId },
  accountLink: { status: linked ? 'LINKED' : 'NOT_LINKED' },
  status: 'ENABLED',
});

const messages: Readonly<Record<number, string>> = {
  400: 'Invalid Authorization header',
  401: 'The access token is expired or invalid',
  403: 'User is not authorized to access this skill',
  404: 'The skill is not enabled',
  409: 'The skill is enabled already',
  429: 'Too many requests',
};

const refused = (status: number, message = messages[status] ?? 'Internal error'): Reply => ({
  status,
  body: { message },
});
