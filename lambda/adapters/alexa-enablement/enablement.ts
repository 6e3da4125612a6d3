import * as v from 'valibot';
import { parseJson } from '../../basics/json.ts';
import type { AlexaAccess, AlexaEnablement, EnablementStatus, SkillStage } from '../../ports/alexa-enablement.ts';
import { AlexaApiUnreachable, type EnablementRefusal, EnablementRefused } from '../../ports/errors.ts';
import { createHttpClient, type HttpAnswer, type HttpRequest, NoAnswer } from '../http/client.ts';
import { isTransient, sendWithRetry } from '../http/retry.ts';
import { originOf, trustedHosts } from './hosts.ts';

export interface AlexaEnablementOptions {
  /** Where the person's endpoint is asked for, `https://api.amazonalexa.com`. */
  readonly apiUrl: string;
  readonly skillId: string;
  readonly stage: SkillStage;
  /** Limit of a request that Amazon answers by itself. */
  readonly timeoutMs?: number;
  /** Limit of `enable`: Amazon gives our token endpoint 4.5 s and our AcceptGrant 8 s. */
  readonly enableTimeoutMs?: number;
}

const LONGEST_ANSWER_BYTES = 64 * 1024;

const Endpoints = v.object({ endpoints: v.array(v.string()) });
/** An unreadable answer tells nothing: neither an id nor that the account is linked. */
const readable = <Schema extends v.GenericSchema>(schema: Schema) => v.fallback(v.optional(schema), undefined);
const Status = v.object({
  user: readable(v.object({ id: v.pipe(v.string(), v.minLength(1), v.maxLength(512)) })),
  accountLink: readable(v.object({ status: v.string() })),
});
const Refusal = v.object({ message: v.string() });

/** Amazon's Skill Enablement API, as its page and a public client show it. `Bearer` has a capital letter: Amazon answers 400 without it. */
export function createAlexaEnablement(options: AlexaEnablementOptions): AlexaEnablement {
  const { apiUrl, skillId, stage, timeoutMs = 3_000, enableTimeoutMs = 14_000 } = options;
  const quick = createHttpClient({ timeoutMs, longestAnswerBytes: LONGEST_ANSWER_BYTES });
  const patient = createHttpClient({ timeoutMs: enableTimeoutMs, longestAnswerBytes: LONGEST_ANSWER_BYTES });

  const pathOf = ({ endpoint }: AlexaAccess): string =>
    `${originOf(endpoint, apiUrl)}/v1/users/~current/skills/${encodeURIComponent(skillId)}/enablement`;

  async function ask(
    request: Pick<HttpRequest, 'method' | 'url' | 'body' | 'signal'>,
    accessToken: string,
    client = quick,
  ): Promise<HttpAnswer> {
    const isJson = request.body !== undefined;
    const headers = {
      Authorization: `Bearer ${accessToken}`,
      Accept: 'application/json',
      ...(isJson && { 'Content-Type': 'application/json' }),
    };
    try {
      // Only what changes nothing, or the same thing, is sent once more by itself.
      return await sendWithRetry(client, { ...request, headers }, request.method !== 'POST');
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      throw new AlexaApiUnreachable('the Skill Enablement API did not answer', { cause: error });
    }
  }

  return {
    async endpoints(accessToken, signal) {
      const url = new URL('/v1/alexaApiEndpoint', apiUrl).href;
      const answer = await ask({ method: 'GET', url, signal }, accessToken);
      refuseUnlessGood(answer);
      const named = v.safeParse(Endpoints, parseJson(answer.text));
      const hosts = named.success ? trustedHosts(named.output.endpoints, apiUrl) : [];
      if (hosts.length === 0)
        throw new AlexaApiUnreachable('Amazon named no endpoint of its own', { status: answer.status });
      return hosts;
    },
    async enable(access, { redirectUri, code }, signal) {
      patient.dropKept(); // a request on a broken connection would be sent twice, and our code works once
      const body = JSON.stringify({ stage, accountLinkRequest: { redirectUri, authCode: code, type: 'AUTH_CODE' } });
      const answer = await ask({ method: 'POST', url: pathOf(access), body, signal }, access.accessToken, patient);
      refuseUnlessGood(answer);
      return toStatus(answer);
    },
    async status(access, signal) {
      const answer = await ask({ method: 'GET', url: pathOf(access), signal }, access.accessToken);
      if (answer.status === 404) return undefined;
      refuseUnlessGood(answer);
      return toStatus(answer);
    },
    async disable(access, signal) {
      const answer = await ask({ method: 'DELETE', url: pathOf(access), signal }, access.accessToken);
      if (answer.status !== 404) refuseUnlessGood(answer);
    },
  };
}

function toStatus({ status, text }: HttpAnswer): EnablementStatus {
  const body = v.safeParse(Status, parseJson(text));
  if (!body.success) throw new AlexaApiUnreachable('the Skill Enablement API answered no JSON', { status });
  const { user, accountLink } = body.output;
  return { linked: accountLink?.status === 'LINKED', ...(user && { userId: user.id }) };
}

const REASON: Readonly<Record<number, EnablementRefusal>> = {
  401: 'token',
  403: 'not-permitted',
  409: 'enabled-already',
};

/** @throws EnablementRefused for what Amazon decided, AlexaApiUnreachable for what decides nothing */
function refuseUnlessGood({ status, text }: HttpAnswer): void {
  if (status >= 200 && status < 300) return;
  if (status < 400 || isTransient(status))
    throw new AlexaApiUnreachable(`the Skill Enablement API answered ${status}`, { status });
  throw new EnablementRefused(REASON[status] ?? (isAboutCredentials(status, text) ? 'credentials' : 'request'), status);
}

/** `Invalid account linking credentials`: Amazon's words for a code that our token endpoint refused. */
function isAboutCredentials(status: number, text: string): boolean {
  const refusal = v.safeParse(Refusal, parseJson(text));
  return status === 400 && refusal.success && /account linking credentials/i.test(refusal.output.message);
}
