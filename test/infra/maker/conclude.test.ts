import { expect, test } from '@jest/globals';
import { conclude } from '../../../infra/preflight/maker/conclude.ts';
import type { Observation, Outcome } from '../../../infra/preflight/maker/observation.ts';
import { isSound, summary, toFinding } from '../../../infra/preflight/maker/print.ts';

// What several observations come to.

const saw = (outcome: Outcome, more: Partial<Observation> = {}): Observation => ({
  question: 'repeat',
  outcome,
  what: 'rotation',
  seen: 'on',
  wanted: 'off',
  why: `it is ${outcome}`,
  ...more,
});
const repeat = (...observations: readonly Observation[]) => {
  const found = conclude(observations).find(({ practice }) => practice === '2.1');
  if (!found) throw new Error('there is no finding');
  return found;
};

test('there is one finding for each practice, and what nobody saw is asked for', () => {
  const findings = conclude([]);
  expect(findings.map(({ practice, outcome }) => `${practice} ${outcome}`)).toEqual([
    '1.1 ask',
    '1.2 ask',
    '1.3 ask',
    '2.1 ask',
    '3.1 ask',
    '4.1 ask',
    'OAuth ask',
  ]);
  expect(isSound(findings)).toBe(true);
});

test.each([
  {
    when: 'a setting and a probe agree',
    of: [saw('good', { by: 'settings' }), saw('good', { by: 'linking-flow' })],
    outcome: 'good',
  },
  {
    when: 'a probe finds what a setting does not say',
    of: [saw('good', { by: 'settings' }), saw('bad', { by: 'linking-flow' })],
    outcome: 'bad',
  },
  { when: 'no setting helps', of: [saw('bad'), saw('bridge')], outcome: 'bridge' },
  { when: 'one source cannot see it and another can', of: [saw('ask'), saw('good')], outcome: 'good' },
  {
    when: 'settings cannot be read and a probe saw it',
    of: [saw('unchecked', { by: 'settings' }), saw('good', { by: 'linking-flow' })],
    outcome: 'good',
  },
  {
    when: 'a setting says it and no probe could run',
    of: [saw('good', { by: 'settings' }), saw('unchecked', { by: 'linking-flow' })],
    outcome: 'good',
  },
  {
    when: 'one probe saw it and another could not run',
    of: [saw('good', { by: 'linking-flow' }), saw('unchecked', { by: 'linking-flow' })],
    outcome: 'unchecked',
  },
  { when: 'nothing could run', of: [saw('unchecked'), saw('ask')], outcome: 'unchecked' },
  { when: 'somebody should know something', of: [saw('good'), saw('advice')], outcome: 'advice' },
] as const)('$when: $outcome', ({ of, outcome }) => {
  expect(repeat(...of).outcome).toBe(outcome);
});

test.each([
  { outcome: 'good', sound: true },
  { outcome: 'advice', sound: true },
  { outcome: 'ask', sound: true },
  { outcome: 'bad', sound: false },
  { outcome: 'bridge', sound: false },
  { outcome: 'unchecked', sound: false },
] as const)('$outcome is sound: $sound', ({ outcome, sound }) => {
  expect(isSound([repeat(saw(outcome))])).toBe(sound);
});

test('the summary names what is to be done', () => {
  expect(summary([repeat(saw('good'))])).toBe('All practices are met.');
  expect(summary([repeat(saw('bridge'))])).toBe(
    'Practice 2.1 cannot be met by any setting of this server: put this skill’s own server in front of it (LINK_MODE=bridge).',
  );
  expect(summary([repeat(saw('unchecked'))])).toBe('Practice 2.1 could not be checked.');
});

// Doctor and preflight list findings of one form.
test.each([
  { of: saw('good'), finding: { check: 'maker-2.1', outcome: 'passed', says: 'rotation: on' } },
  {
    of: saw('unchecked', { seen: 'nobody signed in' }),
    finding: { check: 'maker-2.1', outcome: 'skipped', says: 'not checked: nobody signed in' },
  },
  {
    of: saw('bad', { remedy: { console: 'A > B', command: 'set it' } }),
    finding: { check: 'maker-2.1', outcome: 'failed', says: 'it is bad', remedy: 'set it' },
  },
  {
    of: saw('bridge', { remedy: { text: 'Use it.' } }),
    finding: {
      check: 'maker-2.1',
      outcome: 'failed',
      says: 'no setting can meet this: it is bridge',
      remedy: 'Use it.',
    },
  },
  {
    of: saw('advice', { remedy: { console: 'A > B' } }),
    finding: { check: 'maker-2.1', outcome: 'advice', says: 'it is advice', remedy: 'A > B' },
  },
  {
    of: saw('ask'),
    finding: { check: 'maker-2.1', outcome: 'advice', says: 'ask rotation', remedy: 'Ask whoever runs the server.' },
  },
])('as a finding of preflight: $finding.outcome', ({ of, finding }) => {
  expect(toFinding(repeat(of))).toEqual(finding);
});
