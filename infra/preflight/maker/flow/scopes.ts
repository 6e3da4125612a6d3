import { inShort } from '../../linking-flow.ts';
import type { Observation } from '../observation.ts';
import { isGood } from './client.ts';
import type { Probe } from './probe.ts';

// Scopes: what was asked for is granted, and a refresh gets no others (RFC 6749 sections 3.3 and 6).

/** No server has this one. */
const STRANGE = 'preflight-no-such-scope';

/** Scopes of OpenID Connect; servers leave them out of their answers as they like. */
const OF_OPENID = new Set(['openid', 'profile', 'email', 'address', 'phone', 'offline_access', 'offline']);

export const scopesProbe: Probe = {
  title: 'whether scopes are kept',
  links: 1,
  questions: ['scopes'],
  async run({ client, server: { scopes } }) {
    const { answer, refreshToken } = await client.link(this.title);
    const base = { question: 'scopes', wanted: 'the scopes asked for, and no others' } as const;
    const granted = scopesIn(answer.json?.scope);
    const missing = scopes.filter((scope) => !OF_OPENID.has(scope) && granted?.includes(scope) === false);
    if (missing.length > 0) {
      const why = `the server does not grant ${missing.join(' ')}, so the device cloud may refuse Alexa's tokens`;
      const remedy = { text: 'Allow the scopes of account linking at Amazon for this client.' };
      return [
        {
          ...base,
          outcome: 'bad',
          what: 'scope of the answer to the code',
          seen: granted?.join(' ') || 'none',
          why,
          remedy,
        },
      ];
    }
    const wider = await client.refresh(refreshToken, { scope: [...scopes, STRANGE].join(' ') });
    const what = 'a refresh that asks for an unknown scope';
    if (isGood(wider) && scopesIn(wider.json?.scope)?.includes(STRANGE)) {
      const why = 'a refresh gets scopes that nobody granted';
      const remedy = { text: 'Answer 400 invalid_scope, or leave out what was not granted (RFC 6749 section 6).' };
      return [{ ...base, outcome: 'bad', what, seen: 'granted', why, remedy }];
    }
    const seen = isGood(wider) ? 'left out' : inShort(wider);
    return [{ ...base, outcome: 'good', what, seen }] satisfies readonly Observation[];
  },
};

/** @returns `undefined` where the server says nothing: then all was granted */
const scopesIn = (scope: unknown): readonly string[] | undefined =>
  typeof scope === 'string' ? scope.split(/\s+/).filter((one) => one !== '') : undefined;
