import { expect, test } from '@jest/globals';
import type { Cause } from '../../lambda/domain/diagnosis/causes.ts';
import type { Diagnosis } from '../../lambda/domain/diagnosis/diagnose.ts';
import { nameIn, remedyText, verdictOf } from '../../lambda/linking/lamps-words.ts';
import { en } from '../../lambda/texts/en.ts';

const context = { texts: en, cloud: 'Acme Home', skill: 'Dimmer Plug Bridge' };

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
  expect(remedyText({ cause, who: 'person' }, context)).toMatch(says);
});

test.each([
  { name: 'Bedroom lamp', shown: 'Bedroom lamp' },
  { name: '*!*', shown: '*!*' },
  { name: ' \u{1F4A1} ', shown: '\u{1F4A1}' },
  { name: '\u0000\u200B', shown: 'with a name that cannot be shown' },
  { name: '!'.repeat(13), shown: 'with a name that cannot be shown' },
  { name: 'Lamp: https://example.org', shown: 'Lamp https example org' },
])('a lamp named $name is called $shown', ({ name, shown }) => {
  expect(nameIn(name, context)).toBe(shown);
});

const convicted = (part: Pick<Diagnosis & { hop: 'gateway' | 'discovery' | 'plug' }, 'hop' | 'cause' | 'darkens'>) =>
  verdictOf({ acquitted: [], chain: [], hints: [], who: 'person', ...part }, context).title;

test.each<{ when: string; hop: 'gateway' | 'discovery' | 'plug'; cause: Cause; darkens: boolean; title: string }>([
  {
    when: 'commands do not arrive',
    hop: 'plug',
    cause: { code: 'plugs-offline', plugs: 2, connected: 0 },
    darkens: true,
    title: 'This is what does not work',
  },
  {
    when: 'only the tiles are wrong',
    hop: 'gateway',
    cause: { code: 'gateway-not-answering' },
    darkens: false,
    title: 'This does not work, but it does not stop commands to your lamps',
  },
  {
    when: 'Alexa does not know one of the lamps',
    hop: 'discovery',
    cause: { code: 'device-held-back', name: '*!*', reason: 'name' },
    darkens: false,
    title: 'This is what does not work',
  },
])('the heading where $when', ({ hop, cause, darkens, title }) => {
  expect(convicted({ hop, cause, darkens })).toBe(title);
});
