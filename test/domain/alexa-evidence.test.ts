import { expect, test } from '@jest/globals';
import { alexaEvidence } from '../../lambda/domain/alexa-evidence.ts';
import type { Link } from '../../lambda/ports/link-store.ts';

const NOW = new Date('2026-03-02T12:00:00.000Z');

const link = (state: Link['state'], lastUsedAt?: string): Link => ({
  id: 'link-1',
  accountId: 'account-1',
  clientId: 'alexa',
  scope: 'lamps',
  state,
  code: { hash: 'h', redirectUri: 'https://alexa.example', expiresAt: '2026-02-01T00:05:00.000Z' },
  ...(lastUsedAt && { lastUsedAt }),
  createdAt: '2026-02-01T00:00:00.000Z',
  version: 1,
});

test.each<{ when: string; links: readonly Link[]; known: string }>([
  { when: 'no link', links: [], known: 'unknown' },
  { when: 'a link that was never refreshed', links: [link('live')], known: 'unknown' },
  { when: 'a refresh a moment ago', links: [link('live', '2026-03-02T11:59:59.000Z')], known: 'used' },
  { when: 'a refresh 24 hours ago', links: [link('live', '2026-03-01T12:00:00.000Z')], known: 'used' },
  { when: 'a refresh longer ago', links: [link('live', '2026-03-01T11:59:59.999Z')], known: 'unknown' },
  { when: 'a refresh in the future', links: [link('live', '2026-03-02T12:00:00.001Z')], known: 'unknown' },
  { when: 'a link that has ended', links: [link('ended', '2026-03-02T11:00:00.000Z')], known: 'unknown' },
  {
    when: 'two links, one of them not used',
    links: [link('live', '2026-03-02T11:00:00.000Z'), link('live')],
    known: 'unknown',
  },
  {
    when: 'a used link beside an ended and a pending one',
    links: [link('ended'), link('live', '2026-03-02T11:00:00.000Z'), link('pending')],
    known: 'used',
  },
])('$when: $known', ({ links, known }) => {
  expect(alexaEvidence(links, NOW)).toBe(known);
});
