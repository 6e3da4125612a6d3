import { expect, test } from '@jest/globals';
import { systemClock } from '../../../lambda/adapters/system/clock.ts';

test('a wait is over after its time, whatever becomes of the signal', async () => {
  const ending = new AbortController();
  await systemClock.wait(1, ending.signal);
  await systemClock.wait(1);
  ending.abort();
});

test('a wait that is given up ends at once, with the reason of who gave it up', async () => {
  const reason = new Error('enough');
  const ending = new AbortController();
  const waiting = systemClock.wait(60_000, ending.signal);
  ending.abort(reason);
  await expect(waiting).rejects.toBe(reason);
  await expect(systemClock.wait(60_000, ending.signal)).rejects.toBe(reason);
});
