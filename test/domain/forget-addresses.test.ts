import { expect, test } from '@jest/globals';
import { isForgotten } from '../../lambda/domain/forget-addresses.ts';

const NOW = new Date('2026-06-01T12:00:00.000Z');
const CREATED = '2026-01-01T12:00:00.000Z';
const ended = (endedAt: string) => ({ state: 'ended', createdAt: CREATED, endedAt }) as const;
const live = { state: 'live', createdAt: CREATED } as const;
const pending = (createdAt: string) => ({ state: 'pending', createdAt }) as const;

test.each([
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
  { when: 'the clock jumped back', made: [ended('2026-12-01T12:00:00.000Z')], forgotten: false },
])('$when: forgotten $forgotten', ({ made, forgotten }) => {
  expect(isForgotten(made, NOW)).toBe(forgotten);
});
