import { randomBytes } from 'node:crypto';
import * as v from 'valibot';
import { parseJson } from '../../lambda/basics/json.ts';
import { refused } from './alexa-refusals.ts';
import type {
  ApiCall,
  CustomerEnablement,
  CustomerOptions,
  EnablementBehaviour,
  SkillEvent,
  SkillSettings,
} from './contract.ts';
import type { LoginWithAmazon } from './lwa.ts';
import type { Reply } from './reply.ts';

export interface EnablementParts {
  readonly lwa: LoginWithAmazon;
  readonly skill: SkillSettings;
  readonly behaviour: EnablementBehaviour;
  /** What the API knows of one Amazon account. */
  readonly customer: (id: string) => Pick<CustomerOptions, 'enabling' | 'tester'> | undefined;
}

const EnablementRequest = v.object({
  stage: v.picklist(['development', 'live']),
  accountLinkRequest: v.object({ redirectUri: v.string(), authCode: v.string(), type: v.literal('AUTH_CODE') }),
});

interface Answering extends EnablementParts {
  readonly sendEvents: (enabling: CustomerEnablement, types: readonly SkillEvent[]) => Promise<void>;
  /** What no client may ever send; grows. */
  readonly problems: string[];
}

/**
 * Answers a call of the Skill Enablement API for one account, as far as it is no matter of the access token.
 * @see https://www.developer.amazon.com/en-US/docs/alexa/smapi/skill-enablement.html
 */
export async function answerEnablement(name: ApiCall, body: string, owner: string, parts: Answering): Promise<Reply> {
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

async function enable(body: string, enabling: CustomerEnablement, parts: Answering): Promise<Reply> {
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

const enablementOf = ({ userId, linked }: CustomerEnablement, { id, stage }: SkillSettings) => ({
  skill: { stage, id },
  user: { id: userId },
  accountLink: { status: linked ? 'LINKED' : 'NOT_LINKED' },
  status: 'ENABLED',
});
