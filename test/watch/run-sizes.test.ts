import { expect, test } from '@jest/globals';
import { RUN_SIZES, runSizeOf } from '../../lambda/watch/run-sizes.ts';
import { overlapMs } from '../../lambda/watch/watch.ts';

test.each([
  { when: 'nobody says', megabytes: undefined, accountsPerRun: 300, readsPerMinute: 60 },
  { when: 'of 128 MB', megabytes: 128, accountsPerRun: 300, readsPerMinute: 60 },
  { when: 'of 159 MB', megabytes: 159, accountsPerRun: 300, readsPerMinute: 60 },
  { when: 'of 160 MB', megabytes: 160, accountsPerRun: 800, readsPerMinute: 160 },
  { when: 'of 3,000 MB, for want of file descriptors', megabytes: 3_000, accountsPerRun: 800, readsPerMinute: 160 },
])(
  'a function $when: $accountsPerRun accounts in a run, $readsPerMinute reads a minute',
  ({ megabytes, accountsPerRun, readsPerMinute }) => {
    expect(runSizeOf(megabytes)).toMatchObject({ accountsPerRun, readsPerMinute });
  },
);

test.each([
  { accounts: 300, seconds: 120 },
  { accounts: 800, seconds: 220 },
])(
  'a run for $accounts accounts is followed $seconds s before it ends: a minute to start, and the time to open its channels',
  ({ accounts, seconds }) => {
    expect(overlapMs(accounts)).toBe(seconds * 1000);
  },
);

test('a full run has file descriptors for all that it may open', () => {
  // Node and Lambda's runtime 28; connections to the device cloud's REST server 96, to the table and to the queue 50 each
  expect(RUN_SIZES.large.accountsPerRun + 28 + 96 + 50 + 50).toBeLessThanOrEqual(1_024);
});
