import { expect, test } from '@jest/globals';
import { FAULTS } from '../domain/diagnosis/faults.ts';
import { wrongIn } from './true-lamp-support.ts';

test('of no pair of faults that can be seen side by side is a sentence false', () => {
  const wrong = FAULTS.flatMap((one, index) =>
    FAULTS.slice(index + 1)
      .filter((other) => Object.keys(one.evidence).every((field) => !(field in other.evidence)))
      .flatMap((other) => wrongIn([one, other])),
  );
  expect(wrong).toEqual([]);
});
