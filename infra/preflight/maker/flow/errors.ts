import { ALEXA_WAITS_MS } from '../../../../lambda/adapters/own-address/own-address.ts';
import type { Answer } from '../../http.ts';
import { BOGUS_REFRESH } from '../../http.ts';
import { inShort } from '../../linking-flow.ts';
import type { Observation } from '../observation.ts';
import { type FlowClient, isGood } from './client.ts';
import type { Probe } from './probe.ts';

// Practice 4.1: `invalid_grant` is a person's decision to Alexa, and nothing else may sound like it.

/** An unknown refresh token, with the right secret. It needs no link. */
export async function observeUnknownToken(client: FlowClient): Promise<Observation> {
  const answer = await client.refresh(BOGUS_REFRESH.refresh_token);
  return judgeUnknownToken(answer);
}

export function judgeUnknownToken(answer: Answer): Observation {
  const base = {
    question: 'errors',
    what: 'an unknown refresh token',
    seen: inShort(answer),
    wanted: '400 invalid_grant',
  } as const;
  const bad = (why: string, text: string): Observation => ({ ...base, outcome: 'bad', why, remedy: { text } });
  const asRfc = 'Answer as RFC 6749 section 5.2 says: 400, JSON, "error": "invalid_grant".';
  const error = answer.json?.error;
  if (answer.status >= 200 && answer.status < 300)
    return bad('the token endpoint gives tokens for a refresh token that it never issued', asRfc);
  if (answer.status >= 500)
    return bad(
      `the token endpoint fails with ${answer.status} at an unknown refresh token, so Alexa does not learn that such a link has ended`,
      asRfc,
    );
  if (typeof error !== 'string')
    return bad(
      `the token endpoint answers ${answer.status} with ${answer.type} and no JSON error`,
      'Look at what answers there: usually it is an error page of a gateway, a CDN or a firewall.',
    );
  if (isClientError(answer))
    return bad(
      `the token endpoint does not accept the client id and secret (${inShort(answer)})`,
      'Compare the client id, the secret and the way it is sent (--client-auth) with what Amazon has.',
    );
  return { ...base, outcome: 'good' };
}

/** Auth0 says `access_denied`, and Keycloak `unauthorized_client`, both with 401. */
const isClientError = ({ status, json }: Answer): boolean =>
  json?.error === 'invalid_client' || (status === 401 && json?.error !== 'invalid_grant');

export const wrongSecretProbe: Probe = {
  title: 'what a wrong client secret is answered with',
  links: 1,
  questions: ['errors'],
  async run({ client }) {
    const { refreshToken } = await client.link(this.title);
    const wrong = await client.refresh(refreshToken, { clientSecret: 'surely-not-the-secret' });
    const judged = judgeWrongSecret(wrong);
    if (judged.outcome !== 'good') return [judged];
    const right = await client.refresh(refreshToken);
    if (isGood(right)) return [judged];
    const why = `a wrong client secret ends the link: after it, the right one is answered with ${inShort(right)}`;
    return [
      { ...judged, outcome: 'bad', why, remedy: { text: 'Authenticate the client before the token is looked at.' } },
    ];
  },
};

export function judgeWrongSecret(answer: Answer): Observation {
  const base = {
    question: 'errors',
    what: 'a wrong client secret',
    seen: inShort(answer),
    wanted: '401 invalid_client',
  } as const;
  const text = 'Authenticate the client before the rest of its request, and answer 401 invalid_client.';
  const bad = (why: string): Observation => ({ ...base, outcome: 'bad', why, remedy: { text } });
  const error = answer.json?.error;
  if (answer.status >= 200 && answer.status < 300) return bad('the token endpoint takes any client secret');
  if (error === 'invalid_grant')
    return bad('a wrong client secret is answered with invalid_grant, so a mistyped one at Amazon unlinks everybody');
  if (typeof error !== 'string')
    return bad(`a wrong client secret is answered with ${inShort(answer)} and no JSON error`);
  return { ...base, outcome: 'good' };
}

/** @param times of all answers of the token endpoint, in milliseconds */
export function judgeTimes(times: readonly number[]): readonly Observation[] {
  if (times.length === 0) return [];
  const slowest = Math.max(...times);
  const base = {
    question: 'time',
    what: `slowest of ${times.length} answers of the token endpoint`,
    seen: `${slowest} ms`,
    wanted: `less than ${ALEXA_WAITS_MS} ms`,
  } as const;
  if (slowest < ALEXA_WAITS_MS) return [{ ...base, outcome: 'good' }];
  const why = `the token endpoint took ${slowest} ms; Alexa gives up after ${ALEXA_WAITS_MS} ms, and may unlink`;
  return [
    {
      ...base,
      outcome: 'bad',
      why,
      remedy: { text: 'Look at start times, cold databases and whatever is before the server.' },
    },
  ];
}
