import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { kindsOf } from '../support/reauth.ts';
import { openSetup, type TestSetup, turnOn } from '../support/setup.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

let setup: TestSetup;
beforeEach(async () => {
  setup = await openSetup();
  setup.system.myLeviton.resetCounts();
});
afterEach(() => setup.system.close());

const maintainAccounts = () => setup.system.maintainAccounts();
const logins = () => setup.system.myLeviton.counts.logins;
const notices = () => kindsOf(setup.system.notices);
const answered = async (): Promise<string> => {
  const { name, errorType } = await setup.customer.send(turnOn(setup.endpointId));
  return errorType ?? name;
};
/** The lines of the log with this event. */
const logged = (event: string): Record<string, unknown>[] =>
  setup.lines.map((line) => JSON.parse(line) as Record<string, unknown>).filter((line) => line.event === event);
/** Runs every hour. */
const passHours = async (hours: number) => {
  for (let hour = 0; hour < hours; hour++) {
    await maintainAccounts();
    setup.clock.advance(HOUR + 1_000);
  }
};
/** Winds the clock to a day on which the session of 60 days is due for renewal. */
const untilDue = async () => {
  await maintainAccounts();
  setup.clock.advance(49 * DAY);
};

test('400 days with a run each day: sessions are renewed ahead, and no directive fails', async () => {
  const answers = new Set<string>();
  for (let day = 0; day < 400; day += 2) {
    await maintainAccounts();
    answers.add(await answered());
    setup.clock.advance(2 * DAY);
  }
  expect([...answers]).toEqual(['Response']);
  expect(logged('session-rejected')).toEqual([]);
  expect(logins()).toBe(8);
  expect(notices()).toEqual([]);
});

test('a renewal ahead of time that neither succeeds nor is refused: silent while the session lives, told once it is dead', async () => {
  await untilDue();
  setup.system.myLeviton.inject({ kind: 'status', status: 422, path: /login/i });
  await passHours(10 * 24);
  expect(await answered()).toBe('Response');
  expect(notices()).toEqual([]);
  await passHours(3 * 24);
  expect(notices()).toEqual(['notice sign-in-inconclusive']);
});
