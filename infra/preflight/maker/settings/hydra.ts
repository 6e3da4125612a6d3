import * as v from 'valibot';
import { HOUR, MINUTE } from '../limits.ts';
import type { Observation } from '../observation.ts';
import { accessLife, idleLife, jwtsKept, offlineScope, rotation } from './rules.ts';

// Ory Hydra: its configuration file, and what the client has of its own (ory/hydra spec/config.json; ory/docs refresh-token-grant).

/** A length as Go writes it, `720h` or `1h30m`; -1: no end. @returns seconds */
const Length = v.pipe(
  v.union([v.string(), v.number()]),
  v.check((text) => secondsIn(String(text)) !== undefined, 'a length such as 720h, or -1'),
  v.transform((text) => secondsIn(String(text)) ?? Number.NaN),
);

const UNIT = { h: HOUR, m: MINUTE, s: 1 } as const;

function secondsIn(text: string): number | undefined {
  if (/^-1/.test(text)) return Number.POSITIVE_INFINITY;
  if (!/^(?:\d+(?:\.\d+)?(?:h|m|s))+$/.test(text)) return undefined;
  return [...text.matchAll(/([\d.]+)([hms])/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * UNIT[unit as keyof typeof UNIT],
    0,
  );
}

/** So much of the configuration file as decides how long a link lives. What is absent has Hydra's default. */
export const HydraSettings = v.object({
  ttl: v.optional(v.object({ access_token: v.optional(Length, '1h'), refresh_token: v.optional(Length, '720h') }), {}),
  strategies: v.optional(v.object({ access_token: v.optional(v.string(), 'opaque') }), {}),
  oauth2: v.optional(
    v.object({
      grant: v.optional(
        v.object({
          refresh_token: v.optional(
            v.object({
              rotation_grace_period: v.optional(Length, '0s'),
              rotation_grace_reuse_count: v.optional(v.number(), 0),
            }),
            {},
          ),
        }),
        {},
      ),
    }),
    {},
  ),
  /** `hydra get oauth2-client ID --format json`: its own lengths and strategy come first. */
  client: v.optional(
    v.object({
      access_token_strategy: v.optional(v.string(), ''),
      authorization_code_grant_access_token_lifespan: v.nullish(Length),
      authorization_code_grant_refresh_token_lifespan: v.nullish(Length),
      refresh_token_grant_access_token_lifespan: v.nullish(Length),
      refresh_token_grant_refresh_token_lifespan: v.nullish(Length),
    }),
    {},
  ),
});
export type HydraSettings = v.InferOutput<typeof HydraSettings>;

const inFile = (name: string, value: string) => ({
  what: name,
  remedy: { text: `Set ${name}: ${value} in Hydra’s configuration file and start it anew.` },
});

export function judgeHydra(
  { ttl, strategies, oauth2, client }: HydraSettings,
  scopes: readonly string[],
): readonly Observation[] {
  const shortest = (ofCode: number | null | undefined, ofRefresh: number | null | undefined, ofFile: number) =>
    Math.min(ofCode ?? ofFile, ofRefresh ?? ofFile);
  const access = shortest(
    client.authorization_code_grant_access_token_lifespan,
    client.refresh_token_grant_access_token_lifespan,
    ttl.access_token,
  );
  const refresh = shortest(
    client.authorization_code_grant_refresh_token_lifespan,
    client.refresh_token_grant_refresh_token_lifespan,
    ttl.refresh_token,
  );
  const strategy = client.access_token_strategy || strategies.access_token;
  const { rotation_grace_period: grace } = oauth2.grant.refresh_token;
  return [
    accessLife(inFile('ttl.access_token', '1h'), access),
    // Each refresh brings a token that lives as long again.
    {
      question: 'refresh-life',
      outcome: 'good',
      what: 'ttl.refresh_token',
      seen: 'counts anew at each refresh',
      wanted: 'no end',
    },
    idleLife(inFile('ttl.refresh_token', '-1'), refresh),
    rotation(
      inFile('oauth2.grant.refresh_token.rotation_grace_period', '4320h, with rotation_grace_reuse_count: 1000'),
      grace,
    ),
    strategy === 'jwt' ? jwtsKept : deletesOlder,
    {
      question: 'secrets',
      outcome: 'good',
      what: 'client secret',
      seen: 'without an end (five old ones stay if it is changed with secrets/rotate)',
      wanted: 'no end',
    },
    offlineScope(scopes),
  ];
}

/** `persister_oauth2.go`: a refresh deletes the access tokens before it. */
const deletesOlder: Observation = {
  question: 'access-kept',
  outcome: 'bad',
  what: 'strategies.access_token',
  seen: 'opaque',
  wanted: 'jwt',
  why: 'each refresh ends the access token before it, which a command on its way may still carry',
  remedy: inFile('strategies.access_token', 'jwt').remedy,
};
