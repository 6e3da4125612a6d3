import { expect, test } from '@jest/globals';
import { FAULTS, type Fault } from '../domain/diagnosis/faults.ts';
import { wrongIn } from './true-lamp-support.ts';

/** Signs that Alexa has no link, or has not finished it. A directive that came since refutes them. */
const REFUTED_BY_USE: readonly string[] = ['alexa-not-linked', 'alexa-grant-revoked', 'grant-missing'];
const isRefuted = (one: Fault, other: Fault) =>
  REFUTED_BY_USE.includes(one.cause) && other.evidence.badAnswer !== undefined;
const clash = (one: Fault, other: Fault) => Object.keys(one.evidence).some((field) => field in other.evidence);

test('of no pair of faults that can be seen side by side is a sentence false', () => {
  const wrong = FAULTS.flatMap((one, index) =>
    FAULTS.slice(index + 1)
      .filter((other) => !clash(one, other) && !isRefuted(one, other))
      .flatMap((other) => wrongIn([one, other])),
  );
  expect(wrong).toEqual([]);
});
