import type { Answer } from '../../http.ts';
import { inShort } from '../../linking-flow.ts';
import { span } from '../limits.ts';
import type { Observation } from '../observation.ts';
import { accessLife, idleLife, refreshLife } from '../settings/rules.ts';
import { claimsOf, isGood, nextToken } from './client.ts';
import { observeKeys } from './keys.ts';
import type { Probe, ProbeContext } from './probe.ts';

// What the answers to code and refresh say of the lives of tokens.

/** Between two looks at when a refresh token ends: an end that moves in this time is an idle end. */
const BETWEEN_LOOKS_MS = 3_000;

export const tokensProbe: Probe = {
  title: 'what the tokens say of their lives',
  links: 1,
  questions: ['access-life', 'refresh-issued', 'refresh-life', 'idle', 'keys'],
  async run(context) {
    const { client, ports } = context;
    const link = await client.link(this.title);
    const keys = await observeKeys(context, link.accessToken);
    const first = await endOf(context, link.answer, link.refreshToken);
    await ports.clock.wait(BETWEEN_LOOKS_MS);
    const refreshed = await client.refresh(link.refreshToken);
    const issued: Observation = {
      question: 'refresh-issued',
      outcome: 'good',
      what: 'answer to the code',
      seen: 'with a refresh token',
      wanted: 'with a refresh token',
    };
    if (!isGood(refreshed)) return [issued, keys, ...accessLifeOf(link.answer, 'code'), refused(refreshed)];
    const second = await endOf(context, refreshed, nextToken(refreshed, link.refreshToken));
    return [
      issued,
      keys,
      ...accessLifeOf(link.answer, 'code'),
      ...accessLifeOf(refreshed, 'refresh'),
      ...endObserved(first, second, ports.clock.now()),
    ];
  },
};

/** Even the first refresh is refused. */
const refused = (answer: Answer): Observation => ({
  question: 'refresh-issued',
  outcome: 'bad',
  what: 'first refresh of a link',
  seen: inShort(answer),
  wanted: '200 with an access token',
  why: `a new refresh token is answered with ${inShort(answer)}, so every link ends with its first access token`,
  remedy: { text: 'Allow the grant type refresh_token for this client, and look at the log of the server.' },
});

const EXPIRES_IN = {
  text: 'Let access tokens live for an hour, and say so: expires_in 3600, in the answers to code and refresh.',
};

function accessLifeOf({ json }: Answer, of: 'code' | 'refresh'): readonly Observation[] {
  const value = json?.expires_in;
  const what = `expires_in of the ${of}`;
  const seconds = typeof value === 'string' && value !== '' ? Number(value) : value;
  if (typeof seconds === 'number' && Number.isInteger(seconds))
    return [accessLife({ what, remedy: EXPIRES_IN }, seconds)];
  return [
    {
      question: 'access-life',
      outcome: 'bad',
      what,
      seen: value === undefined ? 'absent' : 'no whole number',
      wanted: '3600 s or more',
      why: `the answer to the ${of} has no whole number as expires_in, so Alexa may never refresh`,
      remedy: EXPIRES_IN,
    },
  ];
}

/** When a refresh token ends, by what the server itself says: in its answer, in the token, or at its introspection address. */
async function endOf(
  { client, discovery, ports }: ProbeContext,
  { json }: Answer,
  token: string,
): Promise<Date | undefined> {
  // In no standard: Microsoft says the first, Keycloak the second, where 0 means never.
  const stated = Number(json?.refresh_token_expires_in ?? json?.refresh_expires_in ?? 0);
  if (stated > 0) return new Date(ports.clock.now().getTime() + stated * 1000);
  const inToken = claimsOf(token)?.exp;
  if (typeof inToken === 'number' && inToken > 0) return new Date(inToken * 1000);
  const { introspectionUrl } = discovery;
  if (introspectionUrl === undefined) return undefined;
  const answer = await client.introspect(introspectionUrl, token, 'refresh_token').catch(() => undefined);
  const exp = answer?.json?.active === true ? answer.json.exp : undefined;
  return typeof exp === 'number' ? new Date(exp * 1000) : undefined;
}

const REMEDY = { text: 'Let refresh tokens end only by a person’s decision: no lifetime, and no end without use.' };

/**
 * An end that a refresh does not move is the end of the link; one that it moves counts from the last use. A far end proves nothing: a
 * grant or a session can end earlier, and no token says so.
 */
function endObserved(first: Date | undefined, second: Date | undefined, now: Date): readonly Observation[] {
  if (first === undefined || second === undefined) return [];
  const isIdle = second.getTime() - first.getTime() >= BETWEEN_LOOKS_MS / 2;
  const seconds = Math.round((second.getTime() - now.getTime()) / 1000);
  const setting = { what: 'end that the server states', remedy: REMEDY };
  if (isIdle) return notGood(idleLife(setting, seconds));
  // Some servers replace a token late in its life, so no more is known than this.
  const why = `the server says that a refresh token ends in ${span(seconds)}, and a refresh right after linking does not move that end`;
  return notGood({ ...refreshLife(setting, seconds), why });
}

const notGood = (judged: Observation): readonly Observation[] => (judged.outcome === 'good' ? [] : [judged]);
