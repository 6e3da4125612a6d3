import { describe, expect, test } from '@jest/globals';
import { type AccountRows, evidenceOfRows } from '../../../lambda/domain/diagnosis/from-rows.ts';
import type { DeviceRecord } from '../../../lambda/ports/device-store.ts';
import type { Grant } from '../../../lambda/ports/grant-store.ts';
import type { Link, LinkRefusal } from '../../../lambda/ports/link-store.ts';
import { ago, NOW } from './support.ts';

const link = (more: Partial<Link> = {}): Link => ({
  ...{ id: 'l1', accountId: 'a1', clientId: 'alexa', scope: 'lamps', state: 'live', createdAt: ago(5000), version: 1 },
  code: { hash: 'hash', redirectUri: 'https://alexa.example/', expiresAt: ago(4995) },
  ...more,
});
const grant = (more: Partial<Grant> = {}): Grant => ({
  ...{ accountId: 'a1', id: 'l1', region: 'EU', codeHash: 'hash', version: 1 },
  tokens: { accessToken: 'canary-access', refreshToken: 'canary-refresh', expiresAt: ago(0), issuedAt: ago(60) },
  ...more,
});
const record = (more: Partial<DeviceRecord> = {}, name = 'Bedroom lamp'): DeviceRecord => ({
  device: {
    ...{ id: 'p1', name, manufacturer: 'Leviton', model: 'DW3HL', serialNumber: '1', firmwareVersion: '1.7.1' },
    ...{ kind: 'light', dimmable: true, power: 'ON', level: 30, connected: true, uncertaintyMs: 0 },
    sampledAt: NOW,
  },
  lastState: { power: 'ON', level: 30, connected: true, at: ago(30) },
  views: { l1: { announced: 'x', lastReported: { power: 'ON', level: 30, connected: true, at: ago(30) } } },
  version: 1,
  ...more,
});
const read = (rows: AccountRows) => evidenceOfRows(rows, NOW);
const at = ago(0);

test.each<{ when: string; links: Link[]; says: object }>([
  { when: 'no link', links: [], says: { state: 'none' } },
  { when: 'a live one', links: [link()], says: { state: 'live', since: ago(5000) } },
  { when: 'a pending one', links: [link({ state: 'pending' })], says: { state: 'not-completed' } },
  {
    when: 'disabled in the app',
    links: [link({ state: 'ended', endedBecause: 'skill-disabled', endedAt: ago(9) })],
    says: { state: 'skill-disabled', since: ago(9) },
  },
  {
    when: 'ended here by a person',
    links: [link({ state: 'ended', endedBecause: 'revoked', endedAt: ago(9) })],
    says: { state: 'ended-by-person', since: ago(9) },
  },
  {
    when: 'ended for safety',
    links: [link({ state: 'ended', endedBecause: 'code-replayed', endedAt: ago(9) })],
    says: { state: 'ended-for-safety', since: ago(9) },
  },
  {
    when: 'one ended, and another made since',
    links: [
      link({ state: 'ended', endedBecause: 'skill-disabled', endedAt: ago(9) }),
      link({ id: 'l2', createdAt: ago(5) }),
    ],
    says: { state: 'live', since: ago(5) },
  },
  {
    when: 'Amazon says that it is not linked',
    links: [link({ alexaStatus: { status: 'NOT_LINKED', checkedAt: ago(60) } })],
    says: { state: 'not-linked', since: ago(60) },
  },
  {
    when: 'Amazon says so of one of two',
    links: [
      link({ alexaStatus: { status: 'NOT_LINKED', checkedAt: ago(60) } }),
      link({ id: 'l2', createdAt: ago(6000), lastUsedAt: ago(60) }),
    ],
    says: { state: 'live', since: ago(6000) },
  },
  {
    when: 'a grant withdrawn a day ago, and no refresh since',
    links: [link({ grantRevokedAt: ago(1500) })],
    says: { state: 'grant-revoked', since: ago(1500) },
  },
  {
    when: 'a grant withdrawn an hour ago',
    links: [link({ grantRevokedAt: ago(60) })],
    says: { state: 'live', since: ago(5000) },
  },
  {
    when: 'only one that Amazon did not take',
    links: [link({ state: 'ended', endedBecause: 'never-linked', endedAt: ago(9) })],
    says: { state: 'none' },
  },
])('links: $when', ({ links, says }) => {
  expect(read({ links }).link).toEqual({ at, ...says });
});

describe('a link that Alexa may never have finished, and a later one that was disabled', () => {
  const later = link({
    ...{ id: 'l2', createdAt: ago(50), lastUsedAt: ago(40) },
    ...{ state: 'ended', endedBecause: 'skill-disabled', endedAt: ago(9) },
  });
  const disabled = { state: 'skill-disabled', since: ago(9) };
  const live = { state: 'live', since: ago(5000) };
  test.each<{ when: string; first?: Partial<Link>; grants?: Grant[]; says: object }>([
    { when: 'it has no grant, and was not used in the hours of its first token', grants: [], says: disabled },
    { when: 'it has a grant', grants: [grant()], says: live },
    { when: 'it was used', first: { lastUsedAt: ago(60) }, grants: [], says: live },
    { when: 'the grants could not be read', says: live },
    {
      when: 'its first token may still be in use',
      first: { createdAt: ago(64) },
      grants: [],
      says: { state: 'live', since: ago(64) },
    },
  ])('$when', ({ first, grants, says }) => {
    expect(read({ links: [link(first), later], ...(grants && { grants }) }).link).toEqual({ at, ...says });
  });

  test('without a later one it counts', () => {
    expect(read({ links: [link()], grants: [] }).link).toEqual({ at, ...live });
  });
});

const refused = (minutes: number): LinkRefusal => ({
  ...{ at: ago(minutes), request: 'refresh', error: 'invalid_client', reason: 'unknown client, or wrong secret' },
});

test.each<{ when: string; links: Link[]; says: unknown }>([
  {
    when: 'that of the only link',
    links: [link({ refusal: refused(9) })],
    says: { at: ago(9), code: 'invalid_client', reason: 'unknown client, or wrong secret' },
  },
  { when: 'that of one of two links', links: [link({ refusal: refused(9) }), link({ id: 'l2' })], says: undefined },
  {
    when: 'that of a link that the same person has replaced',
    links: [link({ supersededAt: ago(50), refusal: refused(9) }), link({ id: 'l2' })],
    says: undefined,
  },
  {
    when: 'of both links',
    links: [link({ refusal: refused(9) }), link({ id: 'l2', refusal: refused(3) })],
    says: { at: ago(3), code: 'invalid_client', reason: 'unknown client, or wrong secret' },
  },
  { when: 'none', links: [link()], says: undefined },
])('a refused refresh: $when', ({ links, says }) => {
  expect(read({ links }).refusedRefresh).toEqual(says);
});

describe('the set-up', () => {
  test.each<{ when: string; rows: AccountRows; says: object }>([
    {
      when: 'a code of ten minutes ago was not exchanged',
      rows: { links: [link({ state: 'pending', createdAt: ago(10) })] },
      says: { exchange: { at: ago(10), state: 'missing' } },
    },
    {
      when: 'the exchange was refused',
      rows: {
        links: [
          link({
            ...{ state: 'pending', createdAt: ago(10) },
            refusal: { at: ago(9), request: 'exchange', error: 'invalid_grant', reason: 'the code is too old' },
          }),
        ],
      },
      says: { exchange: { at: ago(9), state: 'refused', error: 'invalid_grant', reason: 'the code is too old' } },
    },
    {
      when: 'the client of the exchange is another one',
      rows: {
        links: [
          link({
            ...{ state: 'pending', createdAt: ago(2), clientId: 'client-91aa' },
            refusal: { at: ago(1), request: 'exchange', error: 'invalid_client', clientId: '…7f2c' },
          }),
        ],
      },
      says: { exchange: { at: ago(1), state: 'client-refused', theirs: '…7f2c', ours: '…91aa' } },
    },
    {
      when: 'the code was spent, and the answer came too late',
      rows: {
        links: [
          link({
            ...{ createdAt: ago(10), exchange: { state: 'unanswered', at: ago(9) } },
            refusal: { at: ago(9), request: 'exchange', error: 'late', ms: 4000 },
          }),
        ],
        grants: [],
      },
      says: { link: { state: 'not-completed' }, exchange: { at: ago(9), state: 'late', ms: 4000 } },
    },
    {
      when: 'Amazon did not take the link',
      rows: { links: [link({ state: 'ended', endedBecause: 'never-linked', endedAt: ago(9) })] },
      says: { exchange: { at: ago(9), state: 'not-taken' } },
    },
    {
      when: 'a new link has no grant',
      rows: { links: [link({ createdAt: ago(10) })], grants: [] },
      says: { acceptGrant: { at, state: 'missing' } },
    },
    {
      when: 'a new link has one',
      rows: { links: [link({ createdAt: ago(10) })], grants: [grant()] },
      says: { acceptGrant: { at, state: 'stored' } },
    },
    {
      when: 'the grant was withdrawn',
      rows: { links: [link({ grantRevokedAt: ago(60) })], grants: [] },
      says: { eventToken: { at, state: 'revoked' } },
    },
    {
      when: 'Alexa was not told about a device',
      rows: { links: [link()], devices: [record({ views: {} })] },
      says: {
        discovery: { at, described: 0, heldBack: [{ id: 'p1', name: 'Bedroom lamp', reason: 'not-announced' }] },
      },
    },
    ...(
      [
        ['MessagingClientRefused', 'client-refused'],
        ['TokenServiceUnreachable', 'no-answer'],
        ['GrantRevoked', 'refused'],
        ['CloudUnreachable', 'missing'],
      ] as const
    ).map(([error, state]) => ({
      when: `AcceptGrant of a new link failed with ${error}`,
      rows: {
        links: [link({ createdAt: ago(10) })],
        grants: [],
        notes: { failedDirective: { at: ago(9), error } },
      },
      says: { acceptGrant: { at, state } },
    })),
    {
      when: 'AcceptGrant had no time to wait for Login with Amazon',
      rows: {
        links: [link({ createdAt: ago(10) })],
        grants: [],
        notes: { failedDirective: { at: ago(9), error: 'DeadlineExceeded', waitingFor: 'Login with Amazon' } },
      },
      says: { acceptGrant: { at, state: 'no-answer' } },
    },
    {
      when: 'Login with Amazon failed before the link was made',
      rows: {
        links: [link({ createdAt: ago(10) })],
        grants: [],
        notes: { failedDirective: { at: ago(11), error: 'TokenServiceUnreachable' } },
      },
      says: { acceptGrant: { at, state: 'missing' } },
    },
  ])('$when', ({ rows, says }) => {
    expect(read(rows)).toMatchObject(says);
  });

  test('a code of two minutes ago, and an old link without a grant, say nothing', () => {
    expect(read({ links: [link({ state: 'pending', createdAt: ago(2) })] })).not.toHaveProperty('exchange');
    expect(read({ links: [link()], grants: [] })).not.toHaveProperty('acceptGrant');
  });
});

test('a grant whose reports Amazon does not answer: since when, whatever a gateway took before', () => {
  const devices = [record()];
  expect(read({ devices, grants: [grant({ unreachableSince: ago(14) })] }).gateway).toEqual({
    at,
    state: 'no-answer',
    since: ago(14),
  });
  const both = [grant({ unreachableSince: ago(2) }), grant({ id: 'l2', unreachableSince: ago(14) })];
  expect(read({ devices, grants: both }).gateway).toMatchObject({ since: ago(14) });
});

const late = (minutes: number) => ({ at: ago(minutes), ms: 7_300, cloudMs: 7_100 });

test.each([
  { when: 'a late one', notes: { lateAnswer: late(3) }, verdict: 'late' },
  { when: 'a malformed one', notes: { malformedAnswer: { at: ago(3) } }, verdict: 'malformed' },
  { when: 'a late one after it', notes: { lateAnswer: late(3), malformedAnswer: { at: ago(4) } }, verdict: 'late' },
  { when: 'a late one before', notes: { lateAnswer: late(4), malformedAnswer: { at: ago(3) } }, verdict: 'malformed' },
  { when: 'one that was both', notes: { lateAnswer: late(3), malformedAnswer: { at: ago(3) } }, verdict: 'malformed' },
])('of the answers that Alexa could not use, the latest is known: $when', ({ notes, verdict }) => {
  expect(read({ notes }).badAnswer).toMatchObject({ verdict, at: ago(3) });
});

test('plugs, reports and notes', () => {
  const devices = [record(), record({ offline: { since: ago(90) } }), record({ removedSince: ago(9) })];
  const notes = { goodDirectiveAt: ago(40), failedDirective: { at: ago(3), error: 'DeviceUnreachable' as const } };
  expect(read({ devices, grants: [grant()], notes })).toMatchObject({
    plugs: {
      at,
      list: [
        { id: 'p1', connected: true },
        { id: 'p1', connected: false, since: ago(90) },
      ],
    },
    gateway: { at: ago(30), state: 'accepted' },
    grants: { at, list: [{ id: 'l1', region: 'EU', state: 'ok' }] },
    goodDirective: { at: ago(40) },
    failedDirective: { at: ago(3), error: 'DeviceUnreachable' },
  });
});

test.each<{ when: string; leases: readonly [shard: number, minutesLeft: number][]; shards: number; says: unknown }>([
  {
    when: 'every shard is held',
    leases: [
      [0, 1],
      [1, 1],
    ],
    shards: 2,
    says: { at, state: 'watched' },
  },
  {
    when: 'none is',
    leases: [
      [0, -40],
      [1, -30],
    ],
    shards: 2,
    says: { at, state: 'silent', since: ago(30) },
  },
  {
    when: 'one of two is',
    leases: [
      [0, 1],
      [1, -30],
    ],
    shards: 2,
    says: undefined,
  },
  { when: 'none ever was', leases: [], shards: 1, says: { at, state: 'silent' } },
])('watching: $when', ({ leases, shards, says }) => {
  const rows = leases.map(([shard, minutes]) => ({
    ...{ shard, holder: 'run', expiresAt: ago(-minutes), endsAt: ago(-minutes), listening: true, version: 1 },
  }));
  expect(read({ watch: { shards, leases: rows } }).watch).toEqual(says);
});

test('no secret leaves a row', () => {
  const session = { accountId: 'a1', expiresAt: ago(-9), credential: 'canary-session' };
  const account = {
    ...{ id: 'a1', maskedEmail: 'm…y@example.org', session, signIns: [], version: 1, state: 'healthy' as const },
    credentials: { email: 'canary-email', password: 'canary-password' },
  };
  const evidence = read({ account, links: [link()], grants: [grant()], devices: [record()] });
  expect(JSON.stringify(evidence)).not.toMatch(/canary|hash/);
  expect(evidence.account).toEqual({ at, state: 'healthy' });
});

describe('each link of an account', () => {
  const each = (...links: Link[]) => read({ links }).links?.list;
  const second = (more: Partial<Link>) => link({ id: 'l2', createdAt: ago(4000), ...more });

  test.each([
    { when: 'both live', more: { lastUsedAt: ago(10) }, is: { state: 'live' } },
    {
      when: 'its skill was disabled',
      more: { state: 'ended', endedBecause: 'skill-disabled', endedAt: ago(90) },
      is: { state: 'skill-disabled', since: ago(90) },
    },
    {
      when: 'its refresh is refused',
      more: { refusal: { at: ago(3), request: 'refresh', error: 'invalid_grant' } },
      is: { state: 'refused', since: ago(3) },
    },
    {
      when: 'its request is refused, which is not about the link',
      more: { refusal: { at: ago(3), request: 'refresh', error: 'invalid_client' } },
      is: { state: 'live' },
    },
  ] as const)('$when', ({ more, is }) => {
    expect(each(second(more), link({ lastUsedAt: ago(20) }))).toEqual([
      { linkedAt: ago(5000), state: 'live' },
      { linkedAt: ago(4000), ...is },
    ]);
  });

  test('what somebody has replaced, or never completed, is none', () => {
    const replaced = link({ id: 'l0', createdAt: ago(9000), supersededAt: ago(4000) });
    const pending = link({ id: 'l3', state: 'pending', createdAt: ago(2) });
    const never = link({ id: 'l4', state: 'ended', endedBecause: 'never-linked', endedAt: ago(3) });
    expect(each(replaced, pending, never, link({ lastUsedAt: ago(20) }))).toEqual([
      { linkedAt: ago(5000), state: 'live' },
    ]);
  });
});
