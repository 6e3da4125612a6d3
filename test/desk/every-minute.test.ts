import { expect, test } from '@jest/globals';
import { everyMinute } from '../../desk/every-minute.ts';
import { aMoment, testClock } from '../support/clock.ts';

/** Runs that last until they are ended. */
function openRuns() {
  const states: ('running' | 'ended')[] = [];
  const run = (signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      const index = states.push('running') - 1;
      signal.addEventListener('abort', () => {
        states[index] = 'ended';
        resolve();
      });
    });
  return { states, run };
}

test('a run starts every minute, a restart ends all and starts one, and close ends them', async () => {
  const clock = testClock();
  const { states, run } = openRuns();
  const schedule = everyMinute(run, clock);
  expect(states).toEqual(['running']);
  clock.advance(60_000);
  await aMoment();
  await aMoment();
  expect(states).toEqual(['running', 'running']);
  await schedule.restart();
  expect(states).toEqual(['ended', 'ended', 'running']);
  await schedule.close();
  expect(states).toEqual(['ended', 'ended', 'ended']);
  await schedule.restart();
  clock.advance(600_000);
  await aMoment();
  expect(states).toHaveLength(3);
});
