import { expect, test } from '@jest/globals';
import { CAUSES, type CauseCode } from '../../lambda/domain/diagnosis/causes.ts';
import { convictions, diagnose } from '../../lambda/domain/diagnosis/diagnose.ts';
import type { Evidence } from '../../lambda/domain/diagnosis/evidence.ts';
import { FAULTS } from '../domain/diagnosis/faults.ts';
import { HEALTHY, NOW } from '../domain/diagnosis/support.ts';
import { JUDGED, JUDGED_CAUSES } from './judged-lamp-texts.ts';
import { saidOf, viewsOf, wrongIn } from './true-lamp-support.ts';

test('a healthy chain: no sentence is false', () => expect(wrongIn([])).toEqual([]));

test.each(FAULTS)('$fault: no sentence of the page is false', (fault) => expect(wrongIn([fault])).toEqual([]));

test.each(FAULTS)('$fault: in each language the page says the same, and has a remedy', (fault) => {
  const evidence = { ...HEALTHY, ...fault.evidence };
  const views = viewsOf(evidence);
  const shapes = views.map(({ chain }) => chain.map(({ part, state }) => `${part} ${state}`));
  expect(new Set(shapes.map((shape) => shape.join())).size).toBe(1);
  for (const { verdict } of views) {
    expect(verdict.kind).toBe('broken');
    for (const text of [verdict.what, verdict.remedy, verdict.who]) expect(text).toMatch(/\p{L}{3}.*[.?]?$/u);
  }
  expect(convictions(diagnose(evidence, NOW)).map(({ cause }) => cause.code)).toContain(fault.cause);
});

test('every cause is shown by some fault, and judged', () => {
  const shown = new Set<CauseCode>(FAULTS.map(({ cause }) => cause));
  expect(Object.keys(CAUSES).filter((code) => !shown.has(code as CauseCode))).toEqual([]);
});

test('every judged sentence is shown', () => {
  const shown = new Set(
    [HEALTHY, ...FAULTS.map(({ evidence }) => ({ ...HEALTHY, ...evidence }) as Evidence), {}].flatMap(saidOf),
  );
  const judged = [...Object.keys(JUDGED), ...Object.values(JUDGED_CAUSES).flat()];
  expect(judged.filter((sentence) => !shown.has(sentence))).toEqual([]);
});
