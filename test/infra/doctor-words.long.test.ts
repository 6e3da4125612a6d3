import { expect, test } from '@jest/globals';
import { FAULTS } from '../domain/diagnosis/faults.ts';
import { HEALTHY } from '../domain/diagnosis/support.ts';
import { falseIn } from './doctor-truth-support.ts';

test('of no pair of faults is a sentence of the doctor false', () => {
  const wrong = FAULTS.flatMap((one, index) =>
    FAULTS.slice(index + 1).flatMap((other) => falseIn({ ...HEALTHY, ...one.evidence, ...other.evidence })),
  );
  expect(wrong).toEqual([]);
});
