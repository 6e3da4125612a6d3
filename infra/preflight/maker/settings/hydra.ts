import * as v from 'valibot';
import { HOUR, MINUTE } from '../limits.ts';
import type { Observation, Question, Remedy } from '../observation.ts';
import { accessLife, idleLife, jwtsKept, OFFLINE_AT_AMAZON, refreshIssued, rotation, secretEnd } from './rules.ts';
import { quotedJson } from './shell.ts';

// Ory Hydra: its configuration file, and what the client has of its own (ory/hydra spec/config.json; ory/docs refresh-token-grant).

/** A length as Go writes it, `720h` or `1h30m`; -1: no end. */
const Length = v.pipe(
  v.union([v.string(), v.number()]),
  v.check((length) => !Number.isNaN(secondsIn(length)), 'a length such as 720h, or -1'),
);

const UNIT = { h: HOUR, m: MINUTE, s: 1 } as const;

/** @returns `Infinity` for no end, `NaN` for what is no length */
function secondsIn(length: string | number): number {
  const text = String(length);
  if (/^-1/.test(text)) return Number.POSITIVE_INFINITY;
  if (!/^(?:\d+(?:\.\d+)?(?:h|m|s))+$/.test(text)) return Number.NaN;
  return [...text.matchAll(/([\d.]+)([hms])/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * UNIT[unit as keyof typeof UNIT],
    0,
  );
}

/** `GET /admin/clients/ID`: its own lengths and strategy come before those of the file. The secret is never in the answer. */
export const HydraClient = v.looseObject({
  client_id: v.optional(v.string(), ''),
  /** Seconds since 1970; 0: never. */
  client_secret_expires_at: v.optional(v.number(), 0),
  grant_types: v.optional(v.array(v.string())),
  scope: v.optional(v.string()),
  access_token_strategy: v.optional(v.string(), ''),
  authorization_code_grant_access_token_lifespan: v.nullish(Length),
  authorization_code_grant_refresh_token_lifespan: v.nullish(Length),
  refresh_token_grant_access_token_lifespan: v.nullish(Length),
  refresh_token_grant_refresh_token_lifespan: v.nullish(Length),
});
export type HydraClient = v.InferOutput<typeof HydraClient>;

/** The part of the configuration file that decides how long a link lives. What is absent has Hydra's default. */
export const HydraFile = v.object({
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
});
export type HydraFile = v.InferOutput<typeof HydraFile>;

/** As somebody writes it down: the file, and the client beside it (`hydra get oauth2-client ID --format json`). */
export const HydraSettings = v.object({ ...HydraFile.entries, client: v.optional(HydraClient, {}) });

export interface HydraView {
  /** Absent: only the client could be read. */
  readonly file?: HydraFile;
  readonly client: HydraClient;
  /** How a command reaches the client: `curl -X PATCH URL`, after which a body is written; absent: nobody said where it is. */
  readonly commands?: HydraCommands;
}

export interface HydraCommands {
  /** JSON Patch (RFC 6902). All else of the client stays, its secrets too. */
  patch(changes: readonly object[]): string;
  /** Replaces all lengths of the client. */
  setLengths(lengths: object): string;
}

/** @returns what the settings come to. What only the file says is asked for where there is none. */
export function judgeHydra(view: HydraView, scopes: readonly string[], now: Date): readonly Observation[] {
  return [
    ofLengths(view, 'access-life', 'access_token', '1h', accessLife),
    // Each refresh brings a token that lives as long again.
    {
      question: 'refresh-life',
      outcome: 'good',
      what: 'ttl.refresh_token',
      seen: 'counts again at each refresh',
      wanted: 'no end',
    },
    ofLengths(view, 'idle', 'refresh_token', '-1', idleLife),
    ofGrace(view.file),
    ofStrategy(view),
    secretEnd({ what: 'client_secret_expires_at', remedy: { text: SECRET } }, endOf(view.client), now),
    ...issued(view, scopes),
  ];
}

const SECRET =
  'Create a second client without an end for new links, and keep the old one. Or rotate: POST /admin/clients/ID/secrets/rotate keeps five old secrets.';

const endOf = ({ client_secret_expires_at: seconds }: HydraClient): Date | undefined =>
  seconds > 0 ? new Date(seconds * 1000) : undefined;

const inFile = (name: string, value: string) => ({
  what: name,
  remedy: { text: `Set ${name}: ${value} in Hydra’s configuration file and start it again.` },
});

/** What the configuration file alone says, where it was not given. */
const onlyInFile = (question: Question, what: string): Observation => ({
  question,
  outcome: 'ask',
  what: `${what} in Hydra’s configuration file`,
  seen: 'no API shows the file; name its settings with --settings',
  wanted: 'an answer of whoever runs the server',
});

/** The length of a kind of token: the shorter one of the two grants, each as the client has it, else as the file does. */
function ofLengths(
  { file, client, commands }: HydraView,
  question: Question,
  token: 'access_token' | 'refresh_token',
  wanted: string,
  judge: typeof accessLife,
): Observation {
  const named = (['authorization_code', 'refresh_token'] as const).map((grant) => {
    const name = `${grant}_grant_${token}_lifespan` as const;
    return { name, length: client[name] ?? undefined };
  });
  const ofFile = file?.ttl[token];
  const seconds = named.flatMap(({ length = ofFile }) => (length === undefined ? [] : [secondsIn(length)]));
  const shortest = Math.min(...seconds);
  const own = named.find(({ length }) => length !== undefined && secondsIn(length) === shortest);
  const setting = own
    ? { what: own.name, remedy: ownLengths(client, named, commands) }
    : inFile(`ttl.${token}`, wanted);
  const judged = judge(setting, shortest);
  return seconds.length === named.length || (seconds.length > 0 && judged.outcome !== 'good')
    ? judged
    : onlyInFile(question, `ttl.${token}`);
}

/** The client's lengths take no -1. */
const TEN_YEARS = '87600h';

function ownLengths(
  client: HydraClient,
  named: readonly { readonly name: string }[],
  commands: HydraCommands | undefined,
): Remedy {
  const isAccess = named.some(({ name }) => name.endsWith('_access_token_lifespan'));
  const wanted = Object.fromEntries(named.map(({ name }) => [name, isAccess ? '1h' : TEN_YEARS]));
  if (!commands)
    return {
      text: `Set ${named.map(({ name }) => name).join(' and ')} of the client to ${isAccess ? '1h' : TEN_YEARS}.`,
    };
  // The update replaces all lengths.
  const lengths = Object.entries(client).filter(([name, value]) => name.endsWith('_lifespan') && value !== null);
  return { command: commands.setLengths({ ...Object.fromEntries(lengths), ...wanted }) };
}

function ofGrace(file: HydraFile | undefined): Observation {
  const name = 'oauth2.grant.refresh_token.rotation_grace_period';
  if (!file) return onlyInFile('repeat', name);
  const setting = inFile(name, '4320h, with rotation_grace_reuse_count: 1000');
  return rotation(setting, secondsIn(file.oauth2.grant.refresh_token.rotation_grace_period));
}

function ofStrategy({ file, client, commands }: HydraView): Observation {
  const { access_token_strategy: own } = client;
  const strategy = own || file?.strategies.access_token;
  if (strategy === 'jwt') return jwtsKept;
  if (strategy === undefined) return onlyInFile('access-kept', 'strategies.access_token');
  const change = { op: 'replace', path: '/access_token_strategy', value: 'jwt' };
  const ofClient: Remedy = commands
    ? { command: commands.patch([change]) }
    : { text: 'Set access_token_strategy of the client to jwt.' };
  return {
    question: 'access-kept',
    outcome: 'bad',
    what: own ? 'access_token_strategy' : 'strategies.access_token',
    seen: strategy,
    wanted: 'jwt',
    // `persister_oauth2.go`: a refresh deletes the access tokens before it.
    why: 'each refresh ends the access token before it, which a command on its way may still carry',
    remedy: own ? ofClient : inFile('strategies.access_token', 'jwt').remedy,
  };
}

/** Hydra issues a refresh token for either scope, if the client may have both it and the grant (`fosite`, flow_authorize_code_token.go). */
const isOffline = (scope: string): boolean => scope === 'offline_access' || scope === 'offline';

function issued({ client, commands }: HydraView, scopes: readonly string[]): readonly Observation[] {
  const { grant_types: grants, scope } = client;
  const atAmazon = { what: 'scopes of account linking at Amazon', remedy: OFFLINE_AT_AMAZON };
  const asked = refreshIssued(atAmazon, scopes.some(isOffline), scopes.join(' ') || 'none', 'with offline_access');
  const allowed = scope?.split(' ') ?? [];
  const changes = [
    ...(grants && !grants.includes('refresh_token')
      ? [{ op: 'add', path: '/grant_types/-', value: 'refresh_token' }]
      : []),
    ...(scope !== undefined && !allowed.some(isOffline)
      ? [{ op: 'replace', path: '/scope', value: [...allowed, 'offline_access'].join(' ').trim() }]
      : []),
  ];
  if (grants === undefined && scope === undefined) return [asked];
  const remedy: Remedy = commands
    ? { command: commands.patch(changes) }
    : { text: 'Give the client the grant type refresh_token and the scope offline_access.' };
  const seen = `grants ${grants?.join(' ') ?? 'unknown'}; scopes ${scope ?? 'unknown'}`;
  const what = 'grant_types and scope of the client';
  return [asked, refreshIssued({ what, remedy }, changes.length === 0, seen, 'with refresh_token and offline_access')];
}

/** @param url of the client in the admin API. @param header of curl, where a credential is needed */
export const hydraCommands = (url: string, header = ''): HydraCommands => ({
  patch: (changes) => `curl -X PATCH ${url}${header} -H 'Content-Type: application/json' -d ${quotedJson(changes)}`,
  setLengths: (lengths) =>
    `curl -X PUT ${url}/lifespans${header} -H 'Content-Type: application/json' -d ${quotedJson(lengths)}`,
});
