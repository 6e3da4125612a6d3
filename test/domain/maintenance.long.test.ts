import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { linkIn, reauthWith, toldPeople } from '../support/reauth.ts';
import { addLink } from '../support/seed.ts';
import { EMAIL, openSetup, PASSWORD, type TestSetup } from '../support/setup.ts';
import { DAY, HOUR, maintenanceViews } from './maintenance-views.ts';

let setup: TestSetup;
beforeEach(async () => {
  setup = await openSetup();
  setup.system.myLeviton.resetCounts();
});
afterEach(() => setup.system.close());

const maintainAccounts = () => setup.system.maintainAccounts();
const { logins, notices, answered, row, logged, untilDue } = maintenanceViews(() => setup);
const told = () => toldPeople(setup.system.notices);
/** Runs every hour. */
const passHours = async (hours: number) => {
  for (let hour = 0; hour < hours; hour++) {
    await maintainAccounts();
    setup.clock.advance(HOUR + 1_000);
  }
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

test('a renewal ahead of time that neither succeeds nor is refused: silent while the session lives, a notice once it is dead', async () => {
  await untilDue();
  setup.system.myLeviton.inject({ kind: 'status', status: 422, path: /login/i });
  await passHours(10 * 24);
  expect(await answered()).toBe('Response');
  expect(notices()).toEqual([]);
  await passHours(3 * 24);
  expect(notices()).toEqual(['notice sign-in-throttled', 'notice sign-in-inconclusive']);
});

test.each([
  { when: 'it is down', fault: { kind: 'html', status: 502 } as const },
  { when: 'it asks for fewer requests', fault: { kind: 'status', status: 429 } as const },
  { when: 'it cuts connections', fault: { kind: 'reset' } as const },
])(
  'the device cloud gives no answer, $when for two days: pauses of 1, 3, 9 and 24 hours, nothing is lost, and nobody gets a notice',
  async ({ fault }) => {
    await untilDue();
    const end = setup.system.myLeviton.inject({ ...fault, path: /login/i });
    const tried: number[] = [];
    for (let hour = 0; hour < 48; hour++) {
      const before = logins();
      await maintainAccounts();
      if (logins() > before) tried.push(hour);
      setup.clock.advance(HOUR + 1_000);
    }
    expect(tried).toEqual([0, 1, 4, 13, 37]);
    expect(await row()).toMatchObject({ state: 'renewal-failing', failures: 5, credentials: { email: EMAIL } });
    expect(notices()).toEqual([]);
    expect(logged('renewal-failed').map(({ level }) => level)).toEqual(Array.from({ length: 5 }, () => 'warn'));
    end();
    expect(await answered()).toBe('Response');
    setup.clock.advance(DAY);
    await maintainAccounts();
    expect(logged('session-renewed')).toHaveLength(1);
    expect((await row()).state).toBe('healthy');
  },
);

test('a notice once a week, four times, each with a link that works and the day while it is ahead', async () => {
  await untilDue();
  setup.system.myLeviton.setTwoFactorCode(EMAIL, '860317');
  const start = setup.clock.now().getTime();
  const days: number[] = [];
  setup.system.onNotice(({ kind, at }) => {
    if (kind !== 'digest') days.push(Math.floor((at.getTime() - start) / DAY));
  });
  const shown: number[] = [];
  for (let day = 0; day < 50; day++) {
    const before = notices().length;
    await maintainAccounts();
    const latest = told().at(-1);
    if (latest && notices().length > before) shown.push((await fetch(linkIn(latest))).status);
    setup.clock.advance(DAY + 60_000);
  }
  expect(days).toEqual([0, 7, 14, 21]);
  expect(shown).toEqual([200, 200, 200, 200]);
  const untilWhen = told().map(({ text }) => text.includes('can reach the lamps until Thursday'));
  expect(untilWhen).toEqual([true, true, false, false]);
  expect(told()[2]?.text).toContain('The lamps do not react to Alexa at the moment');
  expect(logins()).toBe(1);
});

test.each([
  { when: 'found at once and again an hour later', early: true },
  { when: 'found an hour later', early: false },
])('a password whose code was never exchanged is forgotten, and never used: $when', async ({ early }) => {
  const { nextCheckAt: _, ...rest } = await row();
  await addLink(setup.system, 'abandoned', 'pending');
  await setup.system.ports.accounts.put({ ...rest, id: 'abandoned' });
  if (early) await maintainAccounts();
  setup.clock.advance(HOUR);
  await maintainAccounts();
  expect((await row('abandoned')).credentials).toBeUndefined();
  for (let day = 0; day < 70; day++) {
    setup.clock.advance(DAY);
    await maintainAccounts();
  }
  // The renewal of the account that is linked.
  expect(logins()).toBe(1);
  expect(notices()).toEqual([]);
});

test('a password without a link is not tried after a lock, and nobody is asked to sign in', async () => {
  await untilDue();
  setup.system.myLeviton.inject({ kind: 'status', status: 403, path: /login/i });
  await maintainAccounts();
  for (const link of await setup.system.ports.links.ofAccount((await row()).id)) {
    await setup.system.ports.links.replace(link, { ...link, state: 'ended', endedBecause: 'revoked' });
  }
  for (let day = 0; day < 20; day++) {
    setup.clock.advance(DAY);
    await maintainAccounts();
  }
  expect(logins()).toBe(1);
  expect((await row()).credentials).toBeUndefined();
  expect(notices()).toEqual(['notice locked']);
});

test('credentials that are not kept: notices 14, 7 and 2 days before the end, and by then the lamp has not failed', async () => {
  const { credentials: _, ...rest } = await row();
  await setup.system.ports.accounts.put(rest);
  const days: number[] = [];
  const start = setup.clock.now().getTime();
  setup.system.onNotice(({ kind, at }) => {
    if (kind !== 'digest') days.push((at.getTime() - start) / DAY);
  });
  for (let day = 0; day < 59; day++) {
    await maintainAccounts();
    await maintainAccounts();
    expect(day % 20 === 0 ? await answered() : 'Response').toBe('Response');
    setup.clock.advance(DAY);
  }
  expect(days.map(Math.floor)).toEqual([46, 53, 58]);
  expect(told().map(({ text }) => text.includes('on Thursday, April 30, 2026'))).toEqual([true, true, true]);
  expect(logins()).toBe(0);
  expect(await reauthWith(told()[1], { email: EMAIL, password: PASSWORD, keep: true })).toContain('Done.');
  expect(notices().at(-1)).toBe('all-clear session-ends');
  setup.clock.advance(100 * DAY);
  await maintainAccounts();
  expect(await answered()).toBe('Response');
  expect(notices()).toHaveLength(4);
});
