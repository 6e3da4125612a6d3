import * as v from 'valibot';
import type { Evidence } from './evidence.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** Clocks of two machines may differ by this much. A moment further ahead is the mistake of a clock, and proves nothing. */
const AHEAD_MS = 2 * MINUTE_MS;
const LONGEST_TEXT = 512;
const MOST_ITEMS = 1000;

const isMoment = (text: string): boolean => Number.isFinite(Date.parse(text));
const moment = v.pipe(v.string(), v.maxLength(40), v.check(isMoment));
const text = v.pipe(v.string(), v.maxLength(LONGEST_TEXT));
const count = v.pipe(v.number(), v.finite(), v.minValue(0));
const status = v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(100), v.maxValue(599)));
const optional = { moment: v.exactOptional(moment), text: v.exactOptional(text) };
const list = <Item extends v.GenericSchema>(item: Item) => v.pipe(v.array(item), v.maxLength(MOST_ITEMS));
const at = { at: moment };
/** One state without more. */
const states = <const State extends string>(...names: State[]) => v.object({ ...at, state: v.picklist(names) });

const REAUTH_REASONS = [
  'password-changed',
  'code-needed',
  'locked',
  'credentials-not-kept',
  'two-step-account',
] as const;
const BACKOFF_CAUSES = [
  'never-enabled',
  'account-not-found',
  'lwa-token-rejected',
  'messaging-client-refused',
  'events-not-permitted',
  'wrong-stage',
  'event-refused',
] as const;
const ADDRESS_FAULTS = [
  'name-unknown',
  'certificate-ended',
  'certificate-refused',
  'no-answer',
  'wrong-answer',
] as const;

const account = v.variant('state', [
  states('missing', 'unreadable', 'healthy'),
  v.object({ ...at, state: v.literal('renewal-failing'), failures: count }),
  v.object({ ...at, state: v.literal('renewed'), since: moment, inconclusiveSignIns: count }),
  v.object({ ...at, state: v.literal('waiting-to-retry'), since: moment, retryAt: moment, inconclusiveSignIns: count }),
  v.object({ ...at, state: v.literal('needs-reauth'), reason: v.picklist(REAUTH_REASONS), since: moment }),
]);

const link = v.variant('state', [
  v.object({ ...at, state: v.literal('live'), since: optional.moment }),
  states('none', 'not-completed'),
  v.object({
    ...at,
    state: v.picklist(['ended-by-person', 'ended-for-safety', 'skill-disabled', 'not-linked', 'grant-revoked']),
    since: moment,
  }),
]);

const lost = [
  'ended-by-person',
  'ended-for-safety',
  'skill-disabled',
  'not-linked',
  'grant-revoked',
  'refused',
] as const;
const oneLink = v.variant('state', [
  v.object({ linkedAt: moment, state: v.literal('live') }),
  v.object({ linkedAt: moment, state: v.picklist(lost), since: moment }),
]);

const exchange = v.variant('state', [
  states('missing', 'not-taken'),
  v.object({ ...at, state: v.literal('client-refused'), theirs: optional.text, ours: optional.text }),
  v.object({ ...at, state: v.literal('late'), ms: count }),
  v.object({ ...at, state: v.literal('refused'), error: text, reason: optional.text }),
]);

const badAnswer = v.variant('verdict', [
  v.object({ ...at, verdict: v.literal('late'), ms: count, cloudMs: v.exactOptional(count) }),
  v.object({ ...at, verdict: v.literal('malformed') }),
]);

const plug = v.object({
  id: text,
  name: text,
  connected: v.boolean(),
  since: optional.moment,
  rssi: v.exactOptional(v.pipe(v.number(), v.finite())),
  firmware: optional.text,
  newerFirmware: optional.text,
});

const grant = v.object({
  id: text,
  region: v.picklist(['NA', 'EU', 'FE']),
  state: v.picklist(['ok', ...BACKOFF_CAUSES]),
  since: optional.moment,
});

const heldBack = v.object({
  id: text,
  name: text,
  reason: v.picklist(['name', 'unreadable', 'not-announced']),
});

const address = v.variant('state', [
  v.object({ ...at, state: v.literal('ok'), certificateEndsAt: optional.moment, issuer: optional.text }),
  v.object({ ...at, state: v.picklist(ADDRESS_FAULTS), status, certificateEndsAt: optional.moment }),
]);

type Field = Exclude<keyof Evidence, 'lampId'>;

/** What each field has to look like, and for how long it says anything of now. */
const FIELDS = {
  trial: [v.object({ ...at, tap: v.boolean(), speech: v.exactOptional(v.boolean()) }), 15 * MINUTE_MS],
  skillPage: [v.object({ ...at, says: v.picklist(['enabled', 'enable', 'link-expired']) }), 15 * MINUTE_MS],
  blink: [
    v.object({ ...at, confirmed: v.boolean(), level: count, seen: v.exactOptional(v.boolean()) }),
    15 * MINUTE_MS,
  ],
  plugLight: [v.object({ ...at, shows: v.picklist(['nothing', 'blinking', 'steady']) }), 15 * MINUTE_MS],
  internet: [v.object({ ...at, works: v.boolean() }), 15 * MINUTE_MS],
  button: [v.object({ ...at, noticed: v.boolean() }), 15 * MINUTE_MS],
  tile: [v.object({ ...at, wrong: v.boolean(), acceptedAt: optional.moment }), 15 * MINUTE_MS],
  account: [account, 10 * MINUTE_MS],
  link: [link, 10 * MINUTE_MS],
  links: [v.object({ ...at, list: list(oneLink) }), 10 * MINUTE_MS],
  goodDirective: [v.object(at), DAY_MS],
  failedDirective: [v.object({ ...at, error: text, waitingFor: optional.text, keyId: optional.text }), DAY_MS],
  refusedTokens: [
    v.object({
      ...at,
      error: v.picklist(['BearerInvalid', 'BearerUnverified', 'SealingKeyMissing']),
      count,
      since: moment,
      keyId: optional.text,
    }),
    DAY_MS,
  ],
  refresh: [v.object(at), DAY_MS],
  refusedRefresh: [v.object({ ...at, code: text, reason: optional.text }), 30 * DAY_MS],
  exchange: [exchange, 7 * DAY_MS],
  acceptGrant: [states('stored', 'missing', 'client-refused', 'no-answer', 'refused'), 10 * MINUTE_MS],
  discovery: [v.object({ ...at, described: v.exactOptional(count), heldBack: list(heldBack) }), 10 * MINUTE_MS],
  badAnswer: [badAnswer, HOUR_MS],
  grants: [v.object({ ...at, list: list(grant) }), 10 * MINUTE_MS],
  watch: [v.object({ ...at, state: v.picklist(['watched', 'silent']), since: optional.moment }), 10 * MINUTE_MS],
  reports: [v.object({ ...at, changes: count, equal: count, waiting: count, since: optional.moment }), 10 * MINUTE_MS],
  queue: [v.object({ ...at, oldestSeconds: count, dead: count }), 10 * MINUTE_MS],
  signIns: [v.object({ ...at, unanswered: count, codes: count }), 10 * MINUTE_MS],
  traffic: [v.object({ ...at, region: text, inRegion: count, usual: count, inAll: count }), 10 * MINUTE_MS],
  address: [address, 10 * MINUTE_MS],
  signInPage: [
    v.variant('state', [states('ok'), v.object({ ...at, state: v.literal('failing'), status })]),
    10 * MINUTE_MS,
  ],
  tokenEndpoint: [
    v.variant('state', [
      states('ok'),
      v.object({
        ...at,
        state: v.picklist(['no-answer', 'late', 'server-error', 'not-json', 'client-refused']),
        status,
      }),
    ]),
    10 * MINUTE_MS,
  ],
  canary: [states('refreshed', 'refused', 'no-answer'), 3 * HOUR_MS],
  delivery: [
    v.object({
      ...at,
      state: v.picklist(['ok', 'permission-missing', 'function-missing', 'endpoint-missing']),
      region: text,
    }),
    10 * MINUTE_MS,
  ],
  table: [
    v.object({ ...at, state: v.picklist(['ok', 'no-answer']), unread: v.exactOptional(v.boolean()) }),
    10 * MINUTE_MS,
  ],
  cloud: [
    v.variant('state', [
      states('ok', 'session-rejected', 'rate-limited', 'too-slow'),
      v.object({ ...at, state: v.picklist(['no-answer', 'server-error', 'unknown-shape']), status }),
    ]),
    10 * MINUTE_MS,
  ],
  limited: [v.object(at), 10 * MINUTE_MS],
  plugs: [v.object({ ...at, list: list(plug), missingSince: optional.moment }), 10 * MINUTE_MS],
  eventToken: [states('ok', 'revoked', 'client-refused', 'no-answer'), 10 * MINUTE_MS],
  gateway: [
    v.variant('state', [
      states('accepted'),
      v.object({ ...at, state: v.literal('no-answer'), status, since: optional.moment }),
    ]),
    DAY_MS,
  ],
} as const satisfies { [Name in Field]: readonly [v.GenericSchema<unknown, { at: string }>, number] };

/**
 * The evidence that counts at a moment: what is malformed, too old to say anything of now, or from a clock that is ahead, is not known.
 * @param evidence typed, and all the same checked: its values come from rows, logs and answers of others
 */
export function knownAt(evidence: Evidence, now: Date): Evidence {
  const fields = Object.entries(FIELDS).filter(([name, [schema, shelfLifeMs]]) => {
    const value: unknown = evidence[name as Field];
    return v.is(schema, value) && isCurrent(value.at, shelfLifeMs, now);
  });
  const known = Object.fromEntries(fields.map(([name]) => [name, evidence[name as Field]])) as Evidence;
  return v.is(text, evidence.lampId) ? { ...known, lampId: evidence.lampId } : known;
}

function isCurrent(moment: string, shelfLifeMs: number, now: Date): boolean {
  const ageMs = now.getTime() - Date.parse(moment);
  return ageMs >= -AHEAD_MS && ageMs <= shelfLifeMs;
}
