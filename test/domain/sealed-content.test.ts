import { describe, expect, test } from '@jest/globals';
import { createSealer } from '../../lambda/adapters/aes-gcm/sealer.ts';
import { addressUrl, openAddressLink } from '../../lambda/domain/address-links.ts';
import { openAlexaLink, sealAlexaLink } from '../../lambda/domain/alexa-link.ts';
import { openLampsLink, sealLampsLink } from '../../lambda/domain/lamps-link.ts';
import { openReauthLink, sealReauthLink } from '../../lambda/domain/reauth-link.ts';
import { hasEnded } from '../../lambda/domain/sealed-content.ts';
import { openReadyLink, sealReadyLink } from '../../lambda/linking/ready-link.ts';
import type { Sealer } from '../../lambda/ports/sealer.ts';

const sealer = createSealer([{ id: 'k1', key: Buffer.alloc(32, 'k1').toString('base64') }]);
const END = '2026-03-09T08:00:00.000Z';
const until = new Date(END);
const addressLink = { accountId: 'a', addressId: 'd', expiresAt: END };
const tokenIn = (url: string): string => new URL(url).searchParams.get('t') ?? '';

/** Mails that were sent carry these: neither the purpose nor the names of the fields may change. */
const LINKS: readonly {
  readonly purpose: string;
  readonly token: string;
  readonly content: object;
  readonly open: (token: string, by: Sealer) => object | undefined;
}[] = [
  {
    purpose: 'lamps-link',
    token: sealLampsLink('a', until, sealer),
    content: { accountId: 'a', expiresAt: END },
    open: openLampsLink,
  },
  {
    purpose: 'alexa-link',
    token: sealAlexaLink({ accountId: 'a', cause: 'alexa-silent', reauthId: 'n' }, until, sealer),
    content: { accountId: 'a', cause: 'alexa-silent', noticeId: 'n', expiresAt: END },
    open: openAlexaLink,
  },
  {
    purpose: 'reauth-link',
    token: sealReauthLink({ accountId: 'a', cause: 'locked', reauthId: 'n' }, until, sealer),
    content: { accountId: 'a', cause: 'locked', reauthId: 'n', expiresAt: END },
    open: openReauthLink,
  },
  {
    purpose: 'alexa-ready-link',
    token: sealReadyLink({ id: 'r', accountId: 'a', expiresAt: END }, sealer),
    content: { id: 'r', accountId: 'a', expiresAt: END },
    open: openReadyLink,
  },
  ...(['confirm', 'unsubscribe', 'page'] as const).map((kind) => ({
    purpose: `notice-address-link ${kind}`,
    token: tokenIn(addressUrl(kind, addressLink, 'https://skill.example.org', sealer)),
    content: { accountId: 'a', addressId: 'd', expiresAt: END },
    open: (token: string, by: Sealer) => openAddressLink(kind, token, by),
  })),
];

describe.each(LINKS)('$purpose', ({ purpose, token, content, open }) => {
  test('is sealed for this purpose, and opens', () => {
    expect(JSON.parse(sealer.open(token, purpose))).toEqual(content);
    expect(open(token, sealer)).toEqual(content);
  });

  test.each([
    ...LINKS.filter((other) => other.purpose !== purpose).map((other) => ({
      when: other.purpose,
      sealed: other.token,
    })),
    { when: 'no text', sealed: '' },
    { when: 'no JSON', sealed: sealer.seal('<html>', purpose) },
    { when: 'no account', sealed: sealer.seal(JSON.stringify({ ...content, accountId: '' }), purpose) },
    {
      when: 'an end that is no moment',
      sealed: sealer.seal(JSON.stringify({ ...content, expiresAt: 'soon' }), purpose),
    },
  ])('nothing opens from: $when', ({ sealed }) => {
    expect(open(sealed, sealer)).toBeUndefined();
  });

  test('nor with a ring that has lost the key; a failure of another kind is no refusal', () => {
    expect(open(token, createSealer([{ id: 'k2', key: Buffer.alloc(32, 'k2').toString('base64') }]))).toBeUndefined();
    const broken: Sealer = {
      seal: () => '',
      open: () => {
        throw new TypeError('a bug');
      },
    };
    expect(() => open(token, broken)).toThrow('a bug');
  });
});

test.each([
  { when: 'a millisecond before its end', now: '2026-03-09T07:59:59.999Z', ended: false },
  { when: 'at its end', now: '2026-03-09T08:00:00.000Z', ended: true },
])('$when a link has ended: $ended', ({ now, ended }) => {
  expect(hasEnded({ expiresAt: END }, new Date(now))).toBe(ended);
});
