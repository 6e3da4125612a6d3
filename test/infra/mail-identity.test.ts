import { expect, test } from '@jest/globals';
import { identityAmong, identityProblem, type MailIdentity } from '../../infra/deploy/mail-identity.ts';

// Which identity of SES a sender is, and what is said of one that is not verified.

const known = (name: string, status: MailIdentity['status']): MailIdentity => ({ name, status });

test.each([
  { address: 'verified', domain: 'verified', uses: 'a@b.org' },
  { address: 'not-verified', domain: 'verified', uses: 'b.org' },
  { address: 'absent', domain: 'verified', uses: 'b.org' },
  { address: 'verified', domain: 'not-verified', uses: 'a@b.org' },
  { address: 'not-verified', domain: 'absent', uses: 'a@b.org' },
  { address: 'not-verified', domain: 'not-verified', uses: 'b.org' },
  { address: 'absent', domain: 'absent', uses: 'b.org' },
] as const)('address $address, domain $domain: SES sends as $uses', ({ address, domain, uses }) => {
  expect(identityAmong('a@b.org', [known('a@b.org', address), known('b.org', domain)]).name).toBe(uses);
});

test('an address of its own that is not verified yet has another remedy than a domain', () => {
  expect(identityProblem('a@b.org', known('a@b.org', 'not-verified'), 'eu-west-1')).toEqual({
    says: 'the address of NoticeFrom is not verified in SES in eu-west-1, so no mail is sent',
    remedy: 'Follow the link in the mail that Amazon sent to that address.',
  });
});
