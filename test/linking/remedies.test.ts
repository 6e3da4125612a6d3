import { expect, test } from '@jest/globals';
import type { Cause } from '../../lambda/domain/diagnosis/causes.ts';
import { remedyText } from '../../lambda/linking/lamps-words.ts';
import { en } from '../../lambda/texts/en.ts';

// Where one cause has two remedies, the page gives the one that helps.
const rows: readonly { readonly cause: Cause; readonly says: RegExp }[] = [
  {
    cause: { code: 'device-held-back', name: 'Desk', reason: 'not-announced' },
    says: /^Say: “Alexa, discover my devices”\.$/,
  },
  {
    cause: { code: 'device-held-back', name: '*!*', reason: 'name' },
    says: /^Give the lamp a name of letters and digits /,
  },
  { cause: { code: 'needs-sign-in', reason: 'locked', sessionWorks: false }, says: /hour/ },
  { cause: { code: 'needs-sign-in', reason: 'password-changed', sessionWorks: false }, says: /^Sign in to Acme Home / },
];

test.each(rows)('$cause.code, $cause.reason', ({ cause, says }) => {
  const context = { texts: en, cloud: 'Acme Home', skill: 'Dimmer Plug Bridge' };
  expect(remedyText({ cause, who: 'person' }, context)).toMatch(says);
});
