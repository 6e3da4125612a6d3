import { expect, test } from '@jest/globals';
import { type NoticeOutcome, noticeOutcomeOf } from '../../lambda/domain/alexa-notice-outcome.ts';
import type { Link } from '../../lambda/ports/link-store.ts';
import type { NoticeCause } from '../../lambda/ports/notices.ts';

const NOW = new Date('2026-03-10T12:00:00.000Z');
/** When the notice was raised. */
const SINCE = '2026-03-08T12:00:00.000Z';

const link = (fields: Partial<Link> = {}): Link => ({
  id: 'link-1',
  accountId: 'account-1',
  clientId: 'alexa',
  scope: 'lamps',
  state: 'live',
  code: { hash: 'h', redirectUri: 'https://alexa.example', expiresAt: '2026-02-01T00:05:00.000Z' },
  createdAt: '2026-02-01T00:00:00.000Z',
  lastUsedAt: '2026-03-07T08:00:00.000Z',
  version: 1,
  ...fields,
});
const lost = { alexaStatus: { status: 'NOT_LINKED', checkedAt: '2026-03-08T11:00:00.000Z' } } as const;
const usedSince = { lastUsedAt: '2026-03-08T13:00:00.000Z' };
const newer = link({ id: 'link-2', createdAt: '2026-03-09T00:00:00.000Z' });
const ended = (endedBecause: Link['endedBecause']): Link =>
  link({ state: 'ended', ...(endedBecause && { endedBecause }), endedAt: '2026-03-09T00:00:00.000Z' });

test.each<{ when: string; cause: NoticeCause; links: readonly Link[]; fate: NoticeOutcome }>([
  { when: 'a loss that lasts', cause: 'alexa-let-go', links: [link(lost)], fate: 'stays' },
  {
    when: 'a loss, and Alexa has used the link since',
    cause: 'alexa-let-go',
    links: [link({ ...lost, ...usedSince })],
    fate: 'solved',
  },
  { when: 'a loss, and a person has linked again', cause: 'alexa-let-go', links: [link(lost), newer], fate: 'solved' },
  {
    when: 'a loss, disabled and linked again',
    cause: 'alexa-let-go',
    links: [ended('skill-disabled'), newer],
    fate: 'solved',
  },
  {
    when: 'a loss, and a person has disabled the skill',
    cause: 'alexa-let-go',
    links: [ended('skill-disabled')],
    fate: 'outdated',
  },
  {
    when: 'a loss, and a person has ended the link',
    cause: 'alexa-let-go',
    links: [ended('revoked')],
    fate: 'outdated',
  },
  { when: 'a link that was ended for safety', cause: 'alexa-let-go', links: [ended('code-replayed')], fate: 'stays' },
  { when: 'a link that the table does not know', cause: 'alexa-let-go', links: [], fate: 'outdated' },
  { when: 'a loss whose sign is refuted, not used since', cause: 'alexa-let-go', links: [link()], fate: 'stays' },
  { when: 'a question without an answer', cause: 'alexa-silent', links: [link()], fate: 'stays' },
  {
    when: 'a question, and Alexa has used the link since',
    cause: 'alexa-silent',
    links: [link(usedSince)],
    fate: 'solved',
  },
  { when: 'a question, and a person has linked again', cause: 'alexa-silent', links: [link(), newer], fate: 'solved' },
  { when: 'a question, and the loss is certain now', cause: 'alexa-silent', links: [link(lost)], fate: 'outdated' },
  {
    when: 'a question, and a use in the future',
    cause: 'alexa-silent',
    links: [link({ lastUsedAt: '2031-01-01T00:00:00.000Z' })],
    fate: 'stays',
  },
  { when: 'a withdrawn grant of a live link', cause: 'grant-revoked', links: [link()], fate: 'stays' },
  {
    when: 'a withdrawn grant, and nobody is linked',
    cause: 'grant-revoked',
    links: [ended('skill-disabled')],
    fate: 'outdated',
  },
  { when: 'a notice about something else', cause: 'password-changed', links: [], fate: 'stays' },
])('$when: $fate', ({ cause, links, fate }) => {
  expect(noticeOutcomeOf({ cause, subject: 'link-1', since: SINCE }, links, NOW)).toBe(fate);
});
