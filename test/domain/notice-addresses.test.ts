import { describe, expect, test } from '@jest/globals';
import { toMailAddress } from '../../lambda/domain/mail-address.ts';
import {
  added,
  askedAgain,
  confirmed,
  confirmMailAsked,
  confirmMailDone,
  failed,
  type MailFailure,
  mayConfirm,
  reachable,
  removed,
  unconfirmed,
  unsubscribed,
} from '../../lambda/domain/notice-addresses.ts';
import type { NoticeAddress, NoticeAddressState } from '../../lambda/ports/notice-addresses.ts';

const NOW = new Date('2026-03-01T12:00:00.000Z');
const EARLIER = '2026-02-01T12:00:00.000Z';

const address = (fields: Partial<NoticeAddress> = {}): NoticeAddress => ({
  id: 'a',
  email: 'mary@example.org',
  language: 'en-US',
  state: 'pending',
  since: EARLIER,
  confirmMails: 1,
  ...fields,
});
const inState = (state: NoticeAddressState) => [address({ state })];
const stateOf = (after: readonly NoticeAddress[] | string | undefined) =>
  typeof after === 'object' ? after[0]?.state : (after ?? 'unchanged');

const bounce: MailFailure = {
  kind: 'bounced',
  email: 'Mary@Example.org',
  sentAt: new Date('2026-03-01T11:00:00.000Z'),
};
const complaint: MailFailure = { ...bounce, kind: 'complained' };

/** The state after each event; `unchanged` where the event says nothing. */
const TABLE = [
  {
    from: 'pending',
    typedAnew: 'already-there',
    asked: 'unchanged',
    confirmed: 'confirmed',
    unsubscribed: 'unsubscribed',
    bounced: 'bounced',
    complained: 'complained',
  },
  {
    from: 'confirmed',
    typedAnew: 'already-there',
    asked: 'unchanged',
    confirmed: 'unchanged',
    unsubscribed: 'unsubscribed',
    bounced: 'bounced',
    complained: 'complained',
  },
  {
    from: 'unsubscribed',
    typedAnew: 'pending',
    asked: 'pending',
    confirmed: 'unchanged',
    unsubscribed: 'unchanged',
    bounced: 'unchanged',
    complained: 'complained',
  },
  {
    from: 'bounced',
    typedAnew: 'pending',
    asked: 'pending',
    confirmed: 'unchanged',
    unsubscribed: 'unchanged',
    bounced: 'unchanged',
    complained: 'complained',
  },
  {
    from: 'complained',
    typedAnew: 'already-there',
    asked: 'unchanged',
    confirmed: 'unchanged',
    unsubscribed: 'unchanged',
    bounced: 'unchanged',
    complained: 'unchanged',
  },
] as const;

test.each(TABLE)('an address that is $from', ({ from, ...after }) => {
  const before = inState(from);
  expect({
    typedAnew: stateOf(added(before, { id: 'b', email: 'MARY@example.org', language: 'en-US' }, NOW)),
    asked: stateOf(askedAgain(before, 'a', NOW)),
    confirmed: stateOf(confirmed(before, 'a', 'es-419', NOW)),
    unsubscribed: stateOf(unsubscribed(before, 'a', NOW)),
    bounced: stateOf(failed(before, 'a', bounce, NOW)),
    complained: stateOf(failed(before, 'a', complaint, NOW)),
  }).toEqual(after);
});

test('only a confirmed address gets messages', () => {
  expect(TABLE.map(({ from }) => reachable(inState(from)).length)).toEqual([0, 1, 0, 0, 0]);
});

test('every change notes its moment, and keeps the id, so that links in old mails work', () => {
  expect(confirmed(inState('pending'), 'a', 'en-US', NOW)).toEqual([
    address({ state: 'confirmed', since: '2026-03-01T12:00:00.000Z' }),
  ]);
  expect(added(inState('bounced'), { id: 'b', email: 'mary@example.org', language: 'fr-CA' }, NOW)).toEqual([
    address({ state: 'pending', since: '2026-03-01T12:00:00.000Z', confirmMails: 0, confirmMailDue: true }),
  ]);
});

test('an account has at most three addresses', () => {
  const three = ['a', 'b', 'c'].map((id) => address({ id, email: `${id}@example.org` }));
  expect(added(three, { id: 'd', email: 'd@example.org', language: 'en-US' }, NOW)).toBe('full');
  expect(added(three.slice(1), { id: 'd', email: 'd@example.org', language: 'en-US' }, NOW)).toHaveLength(3);
});

test('at most three confirming mails go to an address', () => {
  let list: readonly NoticeAddress[] = [address({ confirmMails: 0 })];
  for (let mail = 0; mail < 3; mail++) list = confirmMailDone(confirmMailAsked(list, 'a') ?? [], 'a', true) ?? [];
  expect(list[0]).toEqual(address({ confirmMails: 3 }));
  expect(confirmMailAsked(list, 'a')).toBeUndefined();
  expect(TABLE.map(({ from }) => mayConfirm(address({ state: from })))).toEqual([true, false, false, false, false]);
});

test('a confirming mail is due until it was sent or given up, and not for an address that needs none any more', () => {
  const due = confirmMailAsked(inState('pending'), 'a') ?? [];
  expect(unconfirmed(due)).toHaveLength(1);
  expect(unconfirmed(confirmMailDone(due, 'a', false) ?? [])).toEqual([]);
  expect(confirmMailDone(due, 'a', false)?.[0]?.confirmMails).toBe(1);
  expect(confirmMailDone(inState('pending'), 'a', true)).toBeUndefined();
  expect(confirmed(due, 'a', 'en-US', NOW)?.[0]).not.toHaveProperty('confirmMailDue');
  expect(unsubscribed(due, 'a', NOW)?.[0]).not.toHaveProperty('confirmMailDue');
});

describe('what Amazon says of a mail is not taken', () => {
  test.each([
    { when: 'it is about another recipient', failure: { ...bounce, email: 'other@example.org' } },
    {
      when: 'it bounced before the address was confirmed',
      failure: { ...bounce, sentAt: new Date('2026-01-31T12:00:00.000Z') },
    },
  ])('$when', ({ failure }) => {
    expect(failed(inState('confirmed'), 'a', failure, NOW)).toBeUndefined();
  });

  test('of an address that is not there', () => {
    expect(failed(inState('confirmed'), 'z', bounce, NOW)).toBeUndefined();
  });
});

test('a complaint counts however old its mail is', () => {
  const old = { ...complaint, sentAt: new Date('2026-01-31T12:00:00.000Z') };
  expect(stateOf(failed(inState('confirmed'), 'a', old, NOW))).toBe('complained');
});

test('an address that is removed is gone; one that is not there changes nothing', () => {
  expect(removed(inState('complained'), 'a')).toEqual([]);
  expect(removed(inState('pending'), 'z')).toBeUndefined();
});

test.each([
  { typed: 'mary@example.org', address: 'mary@example.org' },
  { typed: '  Mary.Jones+lamp@Example.ORG ', address: 'Mary.Jones+lamp@example.org' },
  { typed: 'mary@bücher.example', address: 'mary@xn--bcher-kva.example' },
  { typed: "o'neil@example.co.uk", address: "o'neil@example.co.uk" },
  { typed: '', address: undefined },
  { typed: 'mary', address: undefined },
  { typed: 'mary@', address: undefined },
  { typed: '@example.org', address: undefined },
  { typed: 'mary@localhost', address: undefined },
  { typed: 'mary@127.0.0.1', address: undefined },
  { typed: 'mary@[127.0.0.1]', address: undefined },
  { typed: 'mary@example.org:25', address: undefined },
  { typed: 'mary@example.org/x', address: undefined },
  { typed: 'mary@example..org', address: undefined },
  { typed: '.mary@example.org', address: undefined },
  { typed: 'ma ry@example.org', address: undefined },
  { typed: 'mary@example.org,eve@example.org', address: undefined },
  { typed: 'mary@example.org;eve@example.org', address: undefined },
  { typed: 'Mary <mary@example.org>', address: undefined },
  { typed: '"mary"@example.org', address: undefined },
  { typed: 'mary@example.org\r\nBcc: eve@example.org', address: undefined },
  { typed: 'mary\r\n@example.org', address: undefined },
  { typed: 'märy@example.org', address: undefined },
  { typed: `${'m'.repeat(65)}@example.org`, address: undefined },
  { typed: `mary@${'example.'.repeat(40)}org`, address: undefined },
])('typed $typed', ({ typed, address }) => {
  expect(toMailAddress(typed)).toBe(address);
});
