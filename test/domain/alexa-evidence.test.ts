import { describe, expect, test } from '@jest/globals';
import {
  alexaEvidence,
  isReplaced,
  type LossReason,
  lossesToReport,
  lossOf,
} from '../../lambda/domain/alexa-evidence.ts';
import type { Link, LinkEnd } from '../../lambda/ports/link-store.ts';

const NOW = new Date('2026-03-02T12:00:00.000Z');

const link = (fields: Partial<Link> = {}): Link => ({
  id: 'link-1',
  accountId: 'account-1',
  clientId: 'alexa',
  scope: 'lamps',
  state: 'live',
  code: { hash: 'h', redirectUri: 'https://alexa.example', expiresAt: '2026-02-01T00:05:00.000Z' },
  createdAt: '2026-02-01T00:00:00.000Z',
  version: 1,
  ...fields,
});
const used = (lastUsedAt: string, fields: Partial<Link> = {}) => link({ lastUsedAt, ...fields });
const ended = (endedBecause: LinkEnd, endedAt = '2026-03-01T08:00:00.000Z') =>
  link({ state: 'ended', endedBecause, endedAt });
const says = (status: 'LINKED' | 'NOT_LINKED', checkedAt: string) => ({ alexaStatus: { status, checkedAt } });
const NOT_LINKED = says('NOT_LINKED', '2026-03-02T06:00:00.000Z');
const SUPERSEDED = { supersededAt: '2026-02-20T00:00:00.000Z' };
/** More than a day ago. */
const REVOKED = { grantRevokedAt: '2026-03-01T11:00:00.000Z' };

describe("what is known of Alexa's half of an account's links", () => {
  test.each<{ when: string; links: readonly Link[]; known: string }>([
    { when: 'no link', links: [], known: 'unknown' },
    { when: 'a link that was never refreshed', links: [link()], known: 'unknown' },
    { when: 'a refresh a moment ago', links: [used('2026-03-02T11:59:59.000Z')], known: 'used' },
    { when: 'a refresh 24 hours ago', links: [used('2026-03-01T12:00:00.000Z')], known: 'used' },
    { when: 'a refresh longer ago', links: [used('2026-03-01T11:59:59.999Z')], known: 'unknown' },
    { when: 'a refresh in the future', links: [used('2026-03-02T12:00:00.001Z')], known: 'unknown' },
    { when: 'a link that is pending', links: [link({ state: 'pending' })], known: 'unknown' },
    { when: 'a link that has ended', links: [ended('skill-disabled')], known: 'gone' },
    {
      when: 'a link that has ended, and a code that may be exchanged',
      links: [ended('skill-disabled'), link({ id: 'link-2', state: 'pending' })],
      known: 'unknown',
    },
    { when: 'an ended link of a row without its reason', links: [link({ state: 'ended' })], known: 'unknown' },
    {
      when: 'two links, one of them not used',
      links: [used('2026-03-02T11:00:00.000Z'), link({ id: 'link-2' })],
      known: 'unknown',
    },
    {
      when: 'a used link beside an ended and a pending one',
      links: [
        ended('revoked'),
        used('2026-03-02T11:00:00.000Z', { id: 'link-2' }),
        link({ id: 'link-3', state: 'pending' }),
      ],
      known: 'used',
    },
    { when: 'a link that is lost', links: [link(NOT_LINKED)], known: 'gone' },
    {
      when: 'a superseded link that is not used, and the newer one is',
      links: [link(SUPERSEDED), used('2026-03-02T11:00:00.000Z', { id: 'link-2' })],
      known: 'used',
    },
    {
      when: 'a superseded link that is used, and the newer one is not',
      links: [used('2026-03-02T11:00:00.000Z', SUPERSEDED), link({ id: 'link-2' })],
      known: 'unknown',
    },
    { when: 'two links, one of them lost', links: [link(NOT_LINKED), link({ id: 'link-2' })], known: 'unknown' },
    { when: 'two links, both lost', links: [link(NOT_LINKED), link({ id: 'link-2', ...REVOKED })], known: 'gone' },
    {
      when: 'a replaced link, and the one that replaced it is lost',
      links: [link(), link({ id: 'link-2', createdAt: '2026-02-10T00:00:00.000Z', ...NOT_LINKED })],
      known: 'gone',
    },
  ])('$when: $known', ({ links, known }) => {
    expect(alexaEvidence(links, NOW).state).toBe(known);
  });

  test('of several losses the last one is named', () => {
    expect(alexaEvidence([link(NOT_LINKED), link({ id: 'link-2', ...REVOKED })], NOW)).toEqual({
      state: 'gone',
      reason: 'not-linked',
      since: '2026-03-02T06:00:00.000Z',
    });
  });
});

describe('the certain signs', () => {
  test.each<{ when: string; link: Link; reason: LossReason | undefined; since?: string }>([
    { when: 'nothing', link: link(), reason: undefined },
    { when: 'a year without a refresh', link: used('2025-03-02T12:00:00.000Z'), reason: undefined },
    // our own row
    { when: 'SkillDisabled', link: ended('skill-disabled'), reason: 'skill-disabled' },
    { when: 'a person revoked the link', link: ended('revoked'), reason: 'ended-by-person' },
    { when: 'a person erased the account', link: ended('erased'), reason: 'ended-by-person' },
    { when: 'Amazon never took the link', link: ended('never-linked'), reason: undefined },
    { when: 'a code was shown twice', link: ended('code-replayed'), reason: 'ended-for-safety' },
    { when: 'a token was shown twice', link: ended('token-replayed'), reason: 'ended-for-safety' },
    {
      when: 'an ended link whose tokens were used after its end by a wrong clock',
      link: { ...ended('token-replayed'), lastUsedAt: '2026-03-02T11:00:00.000Z' },
      reason: 'ended-for-safety',
    },
    // Amazon's status
    {
      when: 'the status is not LINKED',
      link: link(NOT_LINKED),
      reason: 'not-linked',
      since: NOT_LINKED.alexaStatus.checkedAt,
    },
    { when: 'the status is LINKED', link: link(says('LINKED', '2026-03-02T06:00:00.000Z')), reason: undefined },
    { when: 'not LINKED, used before', link: used('2026-03-02T05:59:00.000Z', NOT_LINKED), reason: 'not-linked' },
    { when: 'not LINKED, used since', link: used('2026-03-02T06:01:00.000Z', NOT_LINKED), reason: undefined },
    {
      when: 'not LINKED, used in the future: a wrong clock',
      link: used('2031-01-01T00:00:00.000Z', NOT_LINKED),
      reason: 'not-linked',
    },
    {
      when: 'not LINKED by a wrong clock',
      link: link(says('NOT_LINKED', '2031-01-01T00:00:00.000Z')),
      reason: undefined,
    },
    // the grant
    { when: 'the grant is withdrawn', link: link(REVOKED), reason: 'grant-revoked', since: REVOKED.grantRevokedAt },
    { when: 'withdrawn an hour ago', link: link({ grantRevokedAt: '2026-03-02T11:00:00.000Z' }), reason: undefined },
    {
      when: 'withdrawn 20 hours ago',
      link: link({ grantRevokedAt: '2026-03-01T16:00:00.000Z' }),
      reason: 'grant-revoked',
    },
    {
      when: 'withdrawn almost 20 hours ago',
      link: link({ grantRevokedAt: '2026-03-01T16:00:00.001Z' }),
      reason: undefined,
    },
    {
      when: 'withdrawn by a wrong clock',
      link: link({ grantRevokedAt: '2031-01-01T00:00:00.000Z' }),
      reason: undefined,
    },
    { when: 'withdrawn, used before', link: used('2026-03-01T10:59:00.000Z', REVOKED), reason: 'grant-revoked' },
    { when: 'withdrawn, used since', link: used('2026-03-01T11:01:00.000Z', REVOKED), reason: undefined },
    {
      when: 'withdrawn, and Amazon said LINKED before',
      link: link({ ...REVOKED, ...says('LINKED', '2026-03-01T10:00:00.000Z') }),
      reason: 'grant-revoked',
    },
    {
      when: 'withdrawn, and Amazon says LINKED since',
      link: link({ ...REVOKED, ...says('LINKED', '2026-03-02T10:00:00.000Z') }),
      reason: undefined,
    },
  ])('$when: $reason', ({ link: one, reason, since }) => {
    const loss = lossOf(one, NOW);
    expect(loss?.reason).toBe(reason);
    if (since !== undefined) expect(loss?.since).toBe(since);
  });
});

describe('a link that another one has replaced', () => {
  const other = (fields: Partial<Link>) => link({ id: 'link-2', ...fields });
  test.each<{ when: string; link: Link; other: Link; replaced: boolean }>([
    { when: 'made later', link: link(), other: other({ createdAt: '2026-02-10T00:00:00.000Z' }), replaced: true },
    { when: 'made earlier', link: link(), other: other({ createdAt: '2026-01-10T00:00:00.000Z' }), replaced: false },
    {
      when: 'made later, and this one was used since: another Amazon account',
      link: used('2026-02-11T00:00:00.000Z'),
      other: other({ createdAt: '2026-02-10T00:00:00.000Z' }),
      replaced: false,
    },
    {
      when: 'made later, and ended',
      link: link(),
      other: other({ createdAt: '2026-02-10T00:00:00.000Z', state: 'ended' }),
      replaced: false,
    },
    {
      when: 'made later, and its code was not exchanged',
      link: link(),
      other: other({ createdAt: '2026-02-10T00:00:00.000Z', state: 'pending' }),
      replaced: false,
    },
    {
      when: 'said by an event, although this one was used since',
      link: used('2026-03-01T00:00:00.000Z', SUPERSEDED),
      other: other({ createdAt: '2026-02-20T00:00:00.000Z' }),
      replaced: true,
    },
    {
      when: 'made after this one ended',
      link: ended('token-replayed'),
      other: other({ createdAt: '2026-03-01T09:00:00.000Z' }),
      replaced: true,
    },
  ])('$when: $replaced', ({ link: one, other: second, replaced }) => {
    expect(isReplaced(one, [one, second])).toBe(replaced);
  });
});

test.each<{ when: string; links: readonly Link[]; noticed: readonly string[] }>([
  { when: 'a person disabled the skill', links: [ended('skill-disabled')], noticed: [] },
  { when: 'a person ended the link', links: [ended('revoked')], noticed: [] },
  { when: 'this skill cut the link', links: [ended('code-replayed')], noticed: ['link-1'] },
  {
    when: 'this skill cut the link, and a person has linked again',
    links: [ended('code-replayed'), link({ id: 'link-2', createdAt: '2026-03-01T09:00:00.000Z' })],
    noticed: [],
  },
  { when: 'Amazon says not linked', links: [link(NOT_LINKED)], noticed: ['link-1'] },
  {
    when: 'Amazon says not linked, and has not taken the new link either',
    links: [link(NOT_LINKED), { ...ended('never-linked'), id: 'link-2' }],
    noticed: ['link-1'],
  },
  {
    when: 'one of two Amazon accounts lost its half',
    links: [link(REVOKED), used('2026-03-02T11:00:00.000Z', { id: 'link-2', createdAt: '2026-01-01T00:00:00.000Z' })],
    noticed: ['link-1'],
  },
])('$when: a notice about $noticed', ({ links, noticed }) => {
  expect(lossesToReport(links, NOW).map(({ link: { id } }) => id)).toEqual(noticed);
});
