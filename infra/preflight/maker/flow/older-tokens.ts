import { ask } from '../../http.ts';
import { inShort } from '../../linking-flow.ts';
import { unseen } from '../conclude.ts';
import type { Observation } from '../observation.ts';
import { jwtsKept } from '../settings/rules.ts';
import { claimsOf, isGood, nextToken } from './client.ts';
import type { Probe, ProbeContext } from './probe.ts';

// Practice 1.2: no new token ends an older one.

export const accessKeptProbe: Probe = {
  title: 'whether an older access token still works',
  links: 1,
  questions: ['access-kept'],
  async run(context) {
    const { client } = context;
    const { accessToken, refreshToken } = await client.link(this.title);
    const before = await opens(context, accessToken);
    if (before === undefined) return [claimsOf(accessToken) ? jwtsKept : unseen('access-kept')];
    if (!before)
      return [unseen('access-kept', 'the new access token is not taken there, so an older one says nothing')];
    const first = await client.refresh(refreshToken);
    await client.refresh(nextToken(first, refreshToken));
    const base = {
      question: 'access-kept',
      what: 'first access token after two refreshes',
      wanted: 'works to its end',
    } as const;
    if (await opens(context, accessToken)) return [{ ...base, outcome: 'good', seen: 'works' }];
    const why = 'a refresh ends the access tokens before it, which a command on its way may still carry';
    const text =
      'Keep each access token valid until its own end, or issue JWTs, which are verified by their signature.';
    return [{ ...base, outcome: 'bad', seen: 'refused', why, remedy: { text } }];
  },
};

/** @returns whether an access token works; `undefined` where nothing can be asked */
async function opens({ client, discovery, ports }: ProbeContext, token: string): Promise<boolean | undefined> {
  if (ports.apiUrl !== undefined) {
    const { status } = await ask(ports, ports.apiUrl, { headers: { Authorization: `Bearer ${token}` } });
    return status !== 401 && status !== 403;
  }
  // A JWT is verified by its signature: what introspection says of it does not matter here.
  if (claimsOf(token) !== undefined || discovery.introspectionUrl === undefined) return undefined;
  const { json } = await client.introspect(discovery.introspectionUrl, token, 'access_token');
  return typeof json?.active === 'boolean' ? json.active : undefined;
}

export const linksKeptProbe: Probe = {
  title: 'whether a second link of the same account leaves the first alone',
  links: 2,
  questions: ['links-kept'],
  async run({ client }) {
    const first = await client.link(`${this.title}: the first link`);
    const second = await client.link(`${this.title}: the second link, with the same account`);
    const answers = [await client.refresh(second.refreshToken), await client.refresh(first.refreshToken)];
    const refused = answers.find((answer) => !isGood(answer));
    const base = { question: 'links-kept', what: 'two links of one account', wanted: 'both work' } as const;
    if (!refused) return [{ ...base, outcome: 'good', seen: 'both work' }];
    const seen = `one is answered with ${inShort(refused)}`;
    const why =
      'a second link of the same account ends the first one, such as that of another Amazon account of the home';
    const remedy = { text: 'Give each sign-in a grant of its own, and end no other when one is made or refreshed.' };
    return [{ ...base, outcome: 'bad', seen, why, remedy }] satisfies readonly Observation[];
  },
};
