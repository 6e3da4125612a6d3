import { expect, test } from '@jest/globals';
import { newestOnly } from '../../../desk/console/desk-state.ts';
import { ageWords, causeWords, durationWords, lampWords, stateWords } from '../../../desk/console/words.ts';

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
  { when: 'unplugged', plug: { ...on, online: false }, dimmable: true, words: 'Unplugged' },
])('a lamp that is $when is "$words"', ({ plug, dimmable, words }) => {
  expect(lampWords({ plug, dimmable })).toBe(words);
});

test('a tile that was told nothing says so', () => {
  expect(stateWords(undefined, 30)).toBe('Unknown');
});

test.each([
  { cause: 'PHYSICAL_INTERACTION', words: "the plug's button" },
  { cause: 'RULE_TRIGGER', words: 'RULE_TRIGGER' },
])('cause $cause is "$words"', ({ cause, words }) => {
  expect(causeWords(cause)).toBe(words);
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
