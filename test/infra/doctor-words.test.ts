import { describe, expect, test } from '@jest/globals';
import { type Conviction, diagnose } from '../../lambda/domain/diagnosis/diagnose.ts';
import type { Evidence } from '../../lambda/domain/diagnosis/evidence.ts';
import { FAULTS } from '../domain/diagnosis/faults.ts';
import { HEALTHY, NOW } from '../domain/diagnosis/support.ts';
import { JUDGED_CAUSES, JUDGED_OK } from './doctor-truth.ts';
import { falseIn, judgedBy, printed } from './doctor-truth-support.ts';
import { VARIANTS } from './doctor-variants.ts';

const faults = FAULTS.map(({ fault, evidence }) => ({ fault, evidence }));
const everything = [...faults, ...VARIANTS];

test('everything works: no sentence is false', () => expect(falseIn(HEALTHY)).toEqual([]));
test('nothing is known: no sentence is false', () => expect(falseIn({})).toEqual([]));

test.each(everything)('$fault: no sentence is false', ({ evidence }) => {
  expect(falseIn({ ...HEALTHY, ...evidence })).toEqual([]);
  expect(falseIn({ ...HEALTHY, lampId: 'id of Lamp 1', ...evidence })).toEqual([]);
});

test.each(everything)('$fault, and nothing else is known: no sentence is false', ({ evidence }) => {
  expect(falseIn(evidence)).toEqual([]);
});

test('every judged sentence is shown by some evidence', () => {
  const shown = [HEALTHY, ...everything.flatMap(({ evidence }) => [evidence, { ...HEALTHY, ...evidence }])].flatMap(
    (evidence) => printed(evidence).map(({ says }) => says),
  );
  const judged = [...Object.values(JUDGED_CAUSES), ...Object.values(JUDGED_OK)].flat();
  expect(judged.map(([sentence]) => sentence).filter((sentence) => !shown.some((one) => sentence.test(one)))).toEqual(
    [],
  );
});

describe('a wrong sentence is caught', () => {
  const offline: Evidence = {
    ...HEALTHY,
    plugs: {
      at: NOW.toISOString(),
      list: [
        { id: 'p1', name: 'Bedroom lamp', connected: false },
        { id: 'p2', name: 'Desk lamp', connected: true },
      ],
    },
  };
  const cause = (diagnose(offline, NOW) as Partial<Conviction>).cause;

  test.each([
    { says: '"Bedroom lamp" is offline; 1 of 1 other plug online', is: 'true' },
    { says: '"Bedroom lamp" is offline; 0 of 1 other plug online', is: 'false' },
    { says: '"Desk lamp" is offline; 1 of 1 other plug online', is: 'false' },
    { says: '"Bedroom lamp" is offline, and no other plug was read', is: 'false' },
    { says: '"Bedroom lamp" is broken', is: 'not judged' },
    { says: 'no Alexa is linked with this account', is: 'not judged' },
  ])('$says: $is', ({ says, is }) => {
    expect(judgedBy(JUDGED_CAUSES[cause?.code ?? 'not-linked'], says, offline)).toBe(is);
  });

  test('a hop is said to work that does not', () => {
    expect(judgedBy(JUDGED_OK['token-refresh'] ?? [], 'Alexa refreshed its token', {})).toBe('false');
  });

  test('a moment that nothing shows', () => {
    expect(falseIn(HEALTHY, (report) => report.replace('2026-03-01 11:50', '2026-03-01 11:40'))).not.toEqual([]);
  });
});
