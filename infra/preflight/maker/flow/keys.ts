import { createLocalJWKSet, errors, type JSONWebKeySet, jwtVerify } from 'jose';
import * as v from 'valibot';
import { ask } from '../../http.ts';
import { unseen } from '../conclude.ts';
import type { Observation } from '../observation.ts';
import { claimsOf } from './client.ts';
import type { ProbeContext } from './probe.ts';

const KeySet = v.object({ keys: v.pipe(v.array(v.looseObject({ kty: v.string() })), v.minLength(1)) });

/** Whether this skill can verify an access token with the keys that the server publishes (RFC 7517). */
export async function observeKeys({ discovery, ports }: ProbeContext, accessToken: string): Promise<Observation> {
  const { jwksUrl } = discovery;
  if (claimsOf(accessToken) === undefined) return opaque(discovery.introspectionUrl);
  if (jwksUrl === undefined) return unseen('keys', 'the server names no address of its keys');
  const base = { question: 'keys', what: `keys at ${jwksUrl}`, wanted: 'those that sign the access tokens' } as const;
  const bad = (seen: string, why: string): Observation => ({
    ...base,
    outcome: 'bad',
    seen,
    why,
    remedy: { text: 'Publish each key before it signs, and for as long as its tokens live, with status 200.' },
  });
  const answer = await ask(ports, jwksUrl).catch(() => undefined);
  const keys = v.safeParse(KeySet, answer?.json);
  if (answer?.status !== 200 || !keys.success) {
    const seen = answer ? `${answer.status} ${answer.type}` : 'no answer';
    return bad(seen, `the address of the keys answers with ${seen}, so no new access token can be verified`);
  }
  try {
    const set: JSONWebKeySet = keys.output;
    // The time is not what is asked here.
    await jwtVerify(accessToken, createLocalJWKSet(set), { currentDate: new Date(0) });
  } catch (error) {
    if (error instanceof errors.JWKSNoMatchingKey)
      return bad('without the key of the access token', 'the key that signs the access tokens is not published');
    if (error instanceof errors.JWSSignatureVerificationFailed)
      return bad('another key with its name', 'the published key does not verify the access tokens');
    if (!isOfTime(error)) return unseen('keys', 'the access token is signed in a way that is not known here');
  }
  return { ...base, outcome: 'good', seen: 'verify the access token' };
}

const isOfTime = (error: unknown): boolean =>
  error instanceof errors.JWTExpired || (error instanceof errors.JWTClaimValidationFailed && error.claim === 'nbf');

const opaque = (introspectionUrl: string | undefined): Observation =>
  introspectionUrl === undefined
    ? unseen('keys', 'access tokens are opaque, and the server names no introspection address')
    : {
        question: 'keys',
        outcome: 'good',
        what: 'access tokens',
        seen: 'opaque, with introspection',
        wanted: 'a way to verify them',
      };
