import { expect, test } from '@jest/globals';
import { judgePresses, verdict } from './verdict.ts';

test.each([
  { when: 'all is quick', p99: 1_999, load: 9, is: {} },
  {
    when: 'it is slow on a quiet machine',
    p99: 2_000,
    load: 2,
    is: { problem: 'a report took longer than 2 s without any failure' },
  },
  {
    when: 'it is slow on a busy machine',
    p99: 2_500,
    load: 17.26,
    is: { note: 'noisy, as 17.3 processes want to run on 2 cores' },
  },
])('$when: $is', ({ p99, load, is }) => {
  expect(judgePresses(p99, { load, cores: 2 })).toEqual(is);
});

const REST = 'No grant is lost, nothing is unlinked, and Alexa reports no problem.';
const none = { states: 0, added: 0, changed: 0, gone: 0 };

test.each([
  {
    when: 'nothing was wrong',
    ended: { wrong: { atFirst: 0, beforeReconcile: 0 }, repaired: none, truthMs: 0 },
    says: `Every tile equals its lamp. Nothing was wrong when the failures stopped. ${REST}`,
  },
  {
    when: 'the watcher repaired all',
    ended: { wrong: { atFirst: 3, beforeReconcile: 0 }, repaired: none, truthMs: 4_250 },
    says: `Every tile equals its lamp. Watcher and queue repaired 3 tiles or names, the last after 4.3 s by the clock; nothing was left for the daily reconcile. ${REST}`,
  },
  {
    when: 'the reconcile reported what Alexa had',
    ended: { wrong: { atFirst: 1, beforeReconcile: 0 }, repaired: { ...none, states: 2 }, truthMs: 1_000 },
    says: `Every tile equals its lamp. Watcher and queue repaired 1 tile or name, the last after 1.0 s by the clock; the daily reconcile reported 2 more that Alexa already showed. ${REST}`,
  },
  {
    when: 'the run needed the reconcile',
    ended: { wrong: { atFirst: 5, beforeReconcile: 2 }, repaired: { ...none, states: 2 }, truthMs: 3_600_000 },
    says: `Every tile equals its lamp, but only thanks to the daily reconcile: it repaired 2 tiles or names. Watcher and queue repaired 3. ${REST}`,
  },
  {
    when: 'more was wrong before the reconcile than at first',
    ended: { wrong: { atFirst: 0, beforeReconcile: 1 }, repaired: { ...none, gone: 1 } },
    says: `Every tile equals its lamp, but only thanks to the daily reconcile: it repaired 1 tile or name. Watcher and queue repaired 0. ${REST}`,
  },
])('$when: the last line says what repaired it', ({ ended, says }) => {
  expect(verdict(ended)).toBe(says);
});
