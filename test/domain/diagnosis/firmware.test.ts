import { expect, test } from '@jest/globals';
import { isNewer, newerThan } from '../../../lambda/domain/diagnosis/firmware.ts';

test.each([
  { one: '1.7.1', other: '1.6.9', is: true },
  { one: '1.10.0', other: '1.9.9', is: true },
  { one: '1.7.1', other: '1.7', is: true },
  { one: '1.7.0', other: '1.7', is: false },
  { one: '1.7.1; CP 1.13', other: '1.7.1; CP 1.12', is: true },
  { one: '1.7.1; CP 1.13', other: '1.7.2; CP 1.12', is: false },
  { one: '1.7.2', other: '1.7.1; CP 1.13', is: false },
  { one: '1.7.1; CP 1.13', other: '1.7.0; MCU 1.13', is: false },
  { one: '1.7.2-beta', other: '1.7.1', is: false },
  { one: 'newest', other: '1.7.1', is: false },
  { one: '', other: '', is: false },
  { one: '1.7.1', other: '', is: false },
  { one: `${'9.'.repeat(5000)}9`, other: '1', is: true },
])('$one is newer than $other: $is', ({ one, other, is }) => {
  expect(isNewer(one, other)).toBe(is);
});

test('of several the newest counts, and what cannot be compared does not', () => {
  expect(newerThan('1.6.0', ['1.7.0', 'x', '1.8.1', '1.7.9', '1.5.0'])).toBe('1.8.1');
  expect(newerThan('1.8.1', ['1.7.0', '1.8.1', ''])).toBeUndefined();
  expect(newerThan('', ['1.7.0'])).toBeUndefined();
});
