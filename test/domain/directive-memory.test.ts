import { expect, test } from '@jest/globals';
import { DirectiveMemory } from '../../lambda/domain/directive-memory.ts';
import type { FailedDirective, LateAnswer } from '../../lambda/ports/evidence-store.ts';

const START = Date.parse('2026-03-01T12:00:00.000Z');
const at = (minutes: number) => new Date(START + minutes * 60_000);
const failed = (minutes: number, error: FailedDirective['error'] = 'CloudUnreachable'): FailedDirective => ({
  at: at(minutes).toISOString(),
  error,
});

test('a good directive is noted once an hour at most, and never by a function that has just started', () => {
  const memory = new DirectiveMemory();
  const noted = [];
  for (let minute = 0; minute <= 180; minute++) if (memory.good('a', at(minute))) noted.push(minute);
  expect(noted).toEqual([60, 120, 180]);
  expect(memory.good('b', at(180))).toBeUndefined();
});

test.each([
  { minutes: 0.5, isNoted: false },
  { minutes: 1, isNoted: true },
  { minutes: -300, isNoted: true },
])('one more malformed answer, $minutes minutes later: noted $isNoted', ({ minutes, isNoted }) => {
  const memory = new DirectiveMemory();
  expect(memory.malformed('a', at(0))).toEqual({ malformedAnswer: { at: '2026-03-01T12:00:00.000Z' } });
  expect(memory.malformed('b', at(0))).toBeDefined();
  expect(memory.malformed('a', at(minutes)) !== undefined).toBe(isNoted);
});

test('a failure is noted with the good directive before it', () => {
  const memory = new DirectiveMemory();
  memory.good('a', at(0));
  expect(memory.failed('a', failed(5), at(5))).toEqual({
    failedDirective: { at: '2026-03-01T12:05:00.000Z', error: 'CloudUnreachable' },
    goodDirectiveAt: '2026-03-01T12:00:00.000Z',
  });
});

test.each([
  { when: 'half a minute later', next: failed(0.5), isNoted: false },
  { when: 'a minute later', next: failed(1), isNoted: true },
  { when: 'another failure at once', next: failed(0.1, 'DeviceUnreachable'), isNoted: true },
  { when: 'after a good one', next: failed(0.5), good: 0.2, isNoted: true },
  { when: 'after the clock was set back for hours', next: failed(-300), isNoted: true },
])('the same failure once more, $when: noted $isNoted', ({ next, good, isNoted }) => {
  const memory = new DirectiveMemory();
  memory.failed('a', failed(0), at(0));
  if (good !== undefined) memory.good('a', at(good));
  expect(memory.failed('a', next, new Date(next.at)) !== undefined).toBe(isNoted);
});

const late = (minutes: number): LateAnswer => ({ at: at(minutes).toISOString(), ms: 7_300, cloudMs: 7_100 });

test('a good answer that was late is noted at once, and once an hour at most', () => {
  const memory = new DirectiveMemory();
  const noted = [];
  for (let minute = 0; minute <= 120; minute++) noted.push(memory.good('a', at(minute), late(minute))?.lateAnswer?.at);
  expect(noted.filter(Boolean)).toEqual([
    '2026-03-01T12:00:00.000Z',
    '2026-03-01T13:00:00.000Z',
    '2026-03-01T14:00:00.000Z',
  ]);
});

test('a failure that came late takes no write of its own', () => {
  const memory = new DirectiveMemory();
  expect(memory.failed('a', failed(0, 'DeadlineExceeded'), at(0), late(0))).toEqual({
    failedDirective: { at: '2026-03-01T12:00:00.000Z', error: 'DeadlineExceeded' },
    lateAnswer: { at: '2026-03-01T12:00:00.000Z', ms: 7_300, cloudMs: 7_100 },
  });
  expect(memory.failed('a', failed(0.5, 'DeadlineExceeded'), at(0.5), late(0.5))).toBeUndefined();
});
