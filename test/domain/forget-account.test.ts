import { expect, test } from '@jest/globals';
import { isForgotten } from '../../lambda/domain/forget-account.ts';

type Made = Parameters<typeof isForgotten>[0];
const NOW = new Date('2026-06-01T12:00:00.000Z');
const CREATED = '2026-01-01T12:00:00.000Z';
const ended = (endedAt: string) => ({ state: 'ended', createdAt: CREATED, endedAt }) as const;
const live = { state: 'live', createdAt: CREATED } as const;
const session = { expiresAt: '2026-02-01T12:00:00.000Z' };
const pending = (createdAt: string) => ({ state: 'pending', createdAt }) as const;

test.each<{ when: string; made: Made; expiresAt?: string; forgotten: boolean }>([
  { when: 'a link is live', made: [live, ended('2026-01-02T12:00:00.000Z')], forgotten: false },
  { when: 'the last link ended 90 days ago', made: [ended('2026-03-03T12:00:00.000Z')], forgotten: true },
  { when: 'the last link ended a moment less ago', made: [ended('2026-03-03T12:00:00.001Z')], forgotten: false },
  {
    when: 'one link ended long ago and another yesterday',
    made: [ended('2026-01-02T12:00:00.000Z'), ended('2026-05-31T12:00:00.000Z')],
    forgotten: false,
  },
  { when: 'somebody is about to link', made: [pending('2026-06-01T11:58:00.000Z')], forgotten: false },
  { when: 'somebody never finished to link', made: [pending('2026-03-01T12:00:00.000Z')], forgotten: true },
  {
    when: 'somebody signed in 89 days ago and linked nothing',
    made: [],
    expiresAt: '2026-05-03T12:00:00.000Z',
    forgotten: false,
  },
  {
    when: 'somebody signed in 90 days ago and linked nothing',
    made: [],
    expiresAt: '2026-05-02T12:00:00.000Z',
    forgotten: true,
  },
  {
    when: 'somebody looked at the page of connections last week',
    made: [ended('2026-01-02T12:00:00.000Z')],
    expiresAt: '2026-07-24T12:00:00.000Z',
    forgotten: false,
  },
  { when: 'the clock jumped back', made: [ended('2026-12-01T12:00:00.000Z')], forgotten: false },
])('$when: forgotten $forgotten', ({ made, expiresAt, forgotten }) => {
  expect(isForgotten(made, { session: { ...session, ...(expiresAt && { expiresAt }) } }, NOW)).toBe(forgotten);
});
