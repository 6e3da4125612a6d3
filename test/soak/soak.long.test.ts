import { expect, test } from '@jest/globals';
import { soak } from './soak.ts';

test.each([
  { when: 'as CI runs it', seed: 20_261_124, seconds: 8 },
  // Seeds that failed once. What they met depends on the machine as well; what was wrong has its own tests.
  { when: 'Alexa kept the state of an answer, and no report corrected it', seed: 2, seconds: 3 },
  { when: 'a report of an endpoint that Alexa had yet to hear of', seed: 4, seconds: 3 },
  { when: 'two workers sent the catch-up of one grant at once', seed: 6, seconds: 3 },
  { when: 'the same, with a level', seed: 8, seconds: 3 },
  { when: 'an equal state counted as reported', seed: 11, seconds: 3 },
  { when: 'a device went before it was noted that Alexa knew it', seed: 14, seconds: 3 },
  { when: 'a new device was reported before Alexa knew it', seed: 41, seconds: 3 },
  { when: 'a list that was overtaken by a later one took a new device for gone', seed: 47, seconds: 3 },
  { when: 'a reconcile while sign-ins were held back', seed: 51, seconds: 3 },
])('seed $seed, $when: all holds', async ({ seed, seconds }) => {
  const { problems, changes, reports, presses } = await soak({ seed, seconds, accounts: 3 });
  expect(problems).toEqual([]);
  // It has done something.
  expect(changes.total).toBeGreaterThan(50);
  expect(reports.accepted).toBeGreaterThan(5);
  expect(presses.length).toBeGreaterThan(1);
});
