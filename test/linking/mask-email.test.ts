import { expect, test } from '@jest/globals';
import { maskEmail } from '../../lambda/linking/mask-email.ts';

test.each([
  { email: 'mary@example.org', masked: 'm…y@example.org' },
  { email: 'al@example.org', masked: 'a…@example.org' },
  { email: 'x@example.org', masked: '…@example.org' },
  { email: 'a@b@example.org', masked: 'a…b@example.org' },
])('$email is shown as $masked', ({ email, masked }) => {
  expect(maskEmail(email)).toBe(masked);
});
