import { describe, expect, test } from '@jest/globals';
import { createSealer } from '../../lambda/adapters/aes-gcm/sealer.ts';
import { isAlexaCause, openAlexaLink, sealAlexaLink } from '../../lambda/domain/alexa-link.ts';
import { openReauthLink } from '../../lambda/domain/reauth-link.ts';

const key = (id: string) => ({ id, key: Buffer.alloc(32, id).toString('base64') });
const sealer = createSealer([key('k1')]);
const until = new Date('2026-03-09T08:00:00.000Z');
const notice = { accountId: 'account-1', cause: 'alexa-let-go', subject: 'link-1', reauthId: 'notice-1' } as const;

test('a link comes back with its account, notice and end', () => {
  expect(openAlexaLink(sealAlexaLink(notice, until, sealer), sealer)).toEqual({
    accountId: 'account-1',
    cause: 'alexa-let-go',
    subject: 'link-1',
    noticeId: 'notice-1',
    expiresAt: '2026-03-09T08:00:00.000Z',
  });
});

test('a notice about the whole account has no subject', () => {
  const { subject: _, ...whole } = notice;
  expect(openAlexaLink(sealAlexaLink(whole, until, sealer), sealer)).toEqual({
    accountId: 'account-1',
    cause: 'alexa-let-go',
    noticeId: 'notice-1',
    expiresAt: '2026-03-09T08:00:00.000Z',
  });
});

const sealed = sealAlexaLink(notice, until, sealer);
const content = { accountId: 'a', cause: 'alexa-let-go', noticeId: 'n', expiresAt: '2026-03-09T08:00:00.000Z' };

describe('what is no link of ours opens to nothing', () => {
  test.each([
    { when: 'no text at all', token: '' },
    { when: 'a text of somebody else', token: 'dps.k1.AAAA' },
    { when: 'one character more', token: `${sealed}A` },
    { when: 'sealed for another purpose', token: sealer.seal(JSON.stringify(content), 'reauth-link') },
    { when: 'sealed with a key that is gone', token: sealAlexaLink(notice, until, createSealer([key('k0')])) },
    { when: 'no JSON', token: sealer.seal('<html>', 'alexa-link') },
    { when: 'another cause', token: sealer.seal(JSON.stringify({ ...content, cause: 'locked' }), 'alexa-link') },
    { when: 'no account', token: sealer.seal(JSON.stringify({ ...content, accountId: '' }), 'alexa-link') },
    { when: 'no end', token: sealer.seal(JSON.stringify({ ...content, expiresAt: 'soon' }), 'alexa-link') },
  ])('$when', ({ token }) => {
    expect(openAlexaLink(token, sealer)).toBeUndefined();
  });

  test('nor is it a sign-in link', () => {
    expect(openReauthLink(sealed, sealer)).toBeUndefined();
  });
});

test('the causes whose remedy is the page', () => {
  expect(
    ['alexa-let-go', 'alexa-silent', 'grant-revoked', 'password-changed', 'plug-offline'].map(isAlexaCause),
  ).toEqual([true, true, true, false, false]);
});
