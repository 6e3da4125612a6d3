import { expect, test } from '@jest/globals';
import { newestOnly } from '../../desk/page/desk-state.ts';
import { groupsOf } from '../../desk/page/groups.ts';
import {
  ageWords,
  causeWords,
  dateWords,
  durationWords,
  evidenceWords,
  lampWords,
  momentWords,
  noticeLinkWords,
  personReasonWords,
  refreshWords,
  stateWords,
} from '../../desk/page/words.ts';

test.each([
  { ageMs: 0, words: 'just now' },
  { ageMs: 1_999, words: 'just now' },
  { ageMs: 2_000, words: '2 s ago' },
  { ageMs: 59_999, words: '59 s ago' },
  { ageMs: 60_000, words: '1 min ago' },
  { ageMs: 3_600_000, words: '1 h ago' },
  { ageMs: 86_400_000, words: 'a day ago' },
  { ageMs: 400 * 86_400_000, words: '400 days ago' },
])('an age of $ageMs ms is "$words"', ({ ageMs, words }) => {
  expect(ageWords(ageMs)).toBe(words);
});

test.each([
  { ms: 0.4, words: '0 ms' },
  { ms: 99, words: '99 ms' },
  { ms: 100, words: '0.1 s' },
  { ms: 9_949, words: '9.9 s' },
  { ms: 9_950, words: '10 s' },
  { ms: 61_000, words: '61 s' },
])('$ms ms is "$words"', ({ ms, words }) => {
  expect(durationWords(ms)).toBe(words);
});

const on = { power: 'ON', level: 30, online: true } as const;
test.each([
  { when: 'on', plug: on, dimmable: true, words: 'On · 30%' },
  { when: 'on, without a level', plug: on, dimmable: false, words: 'On' },
  { when: 'off, and keeping its level', plug: { ...on, power: 'OFF' as const }, dimmable: true, words: 'Off' },
  { when: 'unplugged', plug: { ...on, online: false }, dimmable: true, words: 'Not connected' },
  {
    when: 'its own switch off',
    plug: on,
    dimmable: true,
    dark: 'own-switch' as const,
    words: 'Dark: its own switch is off',
  },
  {
    when: 'dimmed below what its bulb shows',
    plug: { ...on, level: 4 },
    dimmable: true,
    dark: 'level-too-low' as const,
    words: 'Dark: too low for its bulb',
  },
])('a lamp that is $when is "$words"', ({ words, ...lamp }) => {
  expect(lampWords(lamp)).toBe(words);
});

test('a tile that got nothing says so', () => {
  expect(stateWords(undefined, 30)).toBe('Unknown');
});

test.each([
  { cause: 'PHYSICAL_INTERACTION', words: "the plug's button" },
  { cause: 'RULE_TRIGGER', words: 'RULE_TRIGGER' },
])('cause $cause is "$words"', ({ cause, words }) => {
  expect(causeWords(cause)).toBe(words);
});

test.each([
  { timeZone: 'UTC', words: '24 November 2027' },
  { timeZone: 'Asia/Tokyo', words: '25 November 2027' },
])('a date in $timeZone is "$words"', ({ timeZone, words }) => {
  expect(dateWords(Date.UTC(2027, 10, 24, 21, 40), timeZone)).toBe(words);
});

test('a moment says its date and its time', () => {
  expect(momentWords(Date.UTC(2027, 10, 24, 21, 40), 'UTC')).toBe('24 November 2027, 21:40');
});

test.each([
  { refreshes: 0, refused: 0, words: 'not refreshed yet' },
  { refreshes: 1, refused: 0, words: 'refreshed once, never refused' },
  { refreshes: 412, refused: 0, words: 'refreshed 412 times, never refused' },
  { refreshes: 412, refused: 1, words: 'refused once, of 412' },
  { refreshes: 412, refused: 2, words: 'refused twice, of 412' },
])('$refreshes refreshes, $refused of them refused, are "$words"', ({ refreshes, refused, words }) => {
  expect(refreshWords({ refreshes, refused })).toBe(words);
});

const AT = '2027-11-24T21:40:00.000Z';
test.each([
  {
    evidence: { state: 'used', lastUsedAt: AT },
    words: 'Alexa has used the link: in the last 24 hours, on 24 November 2027, 21:40',
  },
  { evidence: { state: 'unknown' }, words: 'not known whether Alexa can use the link: no refresh is noted' },
  {
    evidence: { state: 'unknown', lastUsedAt: AT },
    words: 'not known whether Alexa can use the link: the last refresh that is noted is of 24 November 2027, 21:40',
  },
  {
    evidence: { state: 'gone', reason: 'not-linked', since: AT },
    words: "Alexa's half is gone: Amazon says that the skill is not linked; seen on 24 November 2027, 21:40",
  },
  {
    evidence: { state: 'gone', reason: 'stolen', since: AT },
    words: "Alexa's half is gone: stolen; seen on 24 November 2027, 21:40",
  },
] as const)('the skill knows: "$words"', ({ evidence, words }) => {
  const { verdict, why } = evidenceWords(evidence, 'UTC');
  expect(`${verdict}: ${why}`).toBe(words);
});

test.each([
  { reason: 'password-changed', words: 'the password was changed' },
  { reason: 'moved-out', words: 'moved-out' },
])('a person is needed for $reason: "$words"', ({ reason, words }) => {
  expect(personReasonWords(reason)).toBe(words);
});

test.each([
  { link: 'https://lamps.example.org/alexa?t=x', words: 'Open the link to connect Alexa' },
  { link: 'https://lamps.example.org/reauth?t=x', words: 'Open the sign-in link' },
  { link: 'https://lamps.example.org/lamps?t=x', words: 'See how the lamps are' },
])('the button for $link says "$words"', ({ link, words }) => {
  expect(noticeLinkWords(link)).toBe(words);
});

test('groups keep the order in which they first come, and the order within', () => {
  expect(groupsOf(['pear', 'apple', 'plum', 'avocado'], (word) => word[0])).toEqual([
    ['p', ['pear', 'plum']],
    ['a', ['apple', 'avocado']],
  ]);
});

test('of values that come while one is on its way, only the newest follows', async () => {
  const sent: number[] = [];
  const waiting: (() => void)[] = [];
  const send = newestOnly(
    (value: number) =>
      new Promise<void>((resolve) => {
        sent.push(value);
        waiting.push(resolve);
      }),
  );
  const arrive = async () => {
    waiting.shift()?.();
    await new Promise(setImmediate);
  };
  send(1);
  send(2);
  send(3);
  expect(sent).toEqual([1]);
  await arrive();
  expect(sent).toEqual([1, 3]);
  await arrive();
  send(4);
  expect(sent).toEqual([1, 3, 4]);
});
