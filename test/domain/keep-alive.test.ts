import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { createNoticeStore } from '../../lambda/adapters/dynamodb/notices.ts';
import { openTable } from '../../lambda/adapters/dynamodb/table.ts';
import { keepAlive as keepAliveOf } from '../../lambda/domain/keep-alive.ts';
import type { Home } from '../../lambda/ports/home-store.ts';
import { EMAIL, openHome, PASSWORD, type TestHome, turnOn } from '../support/home.ts';
import { kindsOf, linkIn, mendWith } from '../support/mending.ts';

// Months pass in seconds here, and a busy machine is slow to.
jest.setTimeout(30_000);

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

let home: TestHome;
beforeEach(async () => {
  home = await openHome();
  home.house.myLeviton.resetCounts();
});
afterEach(() => home.house.close());

const keepAlive = (signal?: AbortSignal) => home.house.keepAlive(signal);
const logins = () => home.house.myLeviton.counts.logins;
const notices = () => kindsOf(home.house.notices);
const answered = async (): Promise<string> => {
  const { name, errorType } = await home.customer.send(turnOn(home.endpointId));
  return errorType ?? name;
};
const row = async (id = String(home.account.userId)): Promise<Home> => {
  const found = await home.house.ports.homes.get(id);
  if (!found) throw new Error('there is no home');
  return found;
};
const change = async (fields: Partial<Home>) => {
  const standing = await row();
  await home.house.ports.homes.replace(standing, { ...standing, ...fields });
};
/** The lines of the log with this event. */
const logged = (event: string): Record<string, unknown>[] =>
  home.lines.map((line) => JSON.parse(line) as Record<string, unknown>).filter((line) => line.event === event);
/** A link of a home's whose code was made now. */
const addLink = (homeId: string, state: 'pending' | 'live') =>
  home.house.ports.links.create({
    id: `link-of-${homeId}`,
    homeId,
    clientId: 'alexa-desk',
    scope: 'lamps',
    state,
    code: {
      hash: 'hash',
      redirectUri: 'https://alexa.example.org/back',
      expiresAt: new Date(home.clock.now().getTime() + 5 * 60_000).toISOString(),
    },
    createdAt: home.clock.now().toISOString(),
  });
/** Runs every hour; answers in which of them there was a login. */
const hoursWithLogin = async (hours: number, meanwhile: () => Promise<unknown> = async () => undefined) => {
  const tried: number[] = [];
  for (let hour = 0; hour < hours; hour++) {
    const before = logins();
    await meanwhile();
    await keepAlive();
    if (logins() > before) tried.push(hour);
    home.clock.advance(HOUR + 1_000);
  }
  return tried;
};
/** Winds the clock to a day on which the session of 60 days is due for renewal. */
const untilDue = async () => {
  await keepAlive();
  home.clock.advance(49 * DAY);
};

test('400 days with a run each day: sessions are renewed ahead, and no directive fails', async () => {
  const answers = new Set<string>();
  for (let day = 0; day < 400; day += 2) {
    await keepAlive();
    answers.add(await answered());
    home.clock.advance(2 * DAY);
  }
  expect([...answers]).toEqual(['Response']);
  expect(logged('session-rejected')).toEqual([]);
  expect(logins()).toBe(8);
  expect(notices()).toEqual([]);
}, 30_000);

test('a session is renewed within 70 and 80 percent of its life, and the old one goes on', async () => {
  const { expiresAt } = (await row()).session;
  await keepAlive();
  const planned = (Date.parse((await row()).dueAt ?? '') - home.clock.now().getTime()) / DAY;
  expect(planned).toBeGreaterThan(0.7 * 60 - 1);
  expect(planned).toBeLessThan(0.8 * 60 + 1);
  home.clock.advance(41 * DAY);
  await keepAlive();
  expect(logins()).toBe(0);
  home.clock.advance(8 * DAY);
  await keepAlive();
  expect(logins()).toBe(1);
  expect(Date.parse((await row()).session.expiresAt)).toBeGreaterThan(Date.parse(expiresAt) + 40 * DAY);
  expect(await answered()).toBe('Response');
  expect(logged('session-rejected')).toEqual([]);
});

test('homes that were linked in one hour are renewed on different days', async () => {
  const standing = await row();
  await Promise.all(
    Array.from({ length: 12 }, async (_, n) => {
      await addLink(`other-${n}`, 'live');
      await home.house.ports.homes.put({ ...standing, id: `other-${n}` });
    }),
  );
  await keepAlive();
  const rows = await Promise.all(Array.from({ length: 12 }, (_, n) => row(`other-${n}`)));
  const hours = rows.map(({ dueAt }) => Math.floor(Date.parse(dueAt ?? '') / HOUR));
  expect(new Set(hours).size).toBeGreaterThan(8);
});

test('many runs at once make one login', async () => {
  await untilDue();
  await Promise.all(Array.from({ length: 10 }, () => keepAlive()));
  expect(logins()).toBe(1);
  await keepAlive();
  expect(logins()).toBe(1);
  expect((await row()).dueAt).toBeDefined();
});

test('a home that the index names late, when another run has seen to it, is left alone', async () => {
  await untilDue();
  await keepAlive();
  await keepAlive();
  const { ports } = home.house;
  const homes = {
    get: (id: string) => ports.homes.get(id),
    put: (next: Omit<Home, 'version'>) => ports.homes.put(next),
    replace: (standing: Home, next: Omit<Home, 'id' | 'version'>) => ports.homes.replace(standing, next),
    list: () => ports.homes.list(),
    due: async () => [String(home.account.userId)],
  };
  await keepAliveOf({ ...ports, homes }, new AbortController().signal);
  expect(logins()).toBe(1);
});

test('a run and a directive at once make one login', async () => {
  await untilDue();
  home.house.myLeviton.revokeSessions();
  const both = Promise.all([keepAlive(), answered()]);
  const winding = setInterval(() => home.clock.advance(50), 5);
  const [, answer] = await both;
  clearInterval(winding);
  expect(answer).toBe('Response');
  expect(logins()).toBe(1);
});

describe('the device cloud gives no answer', () => {
  test.each([
    { when: 'it is down', fault: { kind: 'html', status: 502 } as const },
    { when: 'it asks for fewer requests', fault: { kind: 'status', status: 429 } as const },
    { when: 'it cuts connections', fault: { kind: 'reset' } as const },
  ])('$when for two days: pauses of 1, 3, 9 and 24 hours, nothing is lost, and nobody is told', async ({ fault }) => {
    await untilDue();
    const end = home.house.myLeviton.inject({ ...fault, path: /login/i });
    const tried: number[] = [];
    for (let hour = 0; hour < 48; hour++) {
      const before = logins();
      await keepAlive();
      if (logins() > before) tried.push(hour);
      home.clock.advance(HOUR + 1_000);
    }
    expect(tried).toEqual([0, 1, 4, 13, 37]);
    expect(await row()).toMatchObject({ state: 'healthy', renewalFailures: 5, credentials: { email: EMAIL } });
    expect(notices()).toEqual([]);
    expect(logged('renewal-failed').map(({ level }) => level)).toEqual(Array.from({ length: 5 }, () => 'warn'));
    end();
    expect(await answered()).toBe('Response');
    home.clock.advance(DAY);
    await keepAlive();
    expect(logged('session-renewed')).toHaveLength(1);
    expect((await row()).renewalFailures).toBeUndefined();
  });

  test('a login that hangs is given up, and the next home is looked at', async () => {
    await untilDue();
    const end = home.house.myLeviton.inject({ kind: 'hang', path: /login/i });
    const run = keepAlive();
    const winding = setInterval(() => home.clock.advance(500), 5);
    await run;
    clearInterval(winding);
    end();
    expect(await row()).toMatchObject({ state: 'healthy' });
    home.clock.advance(2 * HOUR);
    await keepAlive();
    expect(logged('session-renewed')).toHaveLength(1);
  });

  test('with less than a week left it is an error', async () => {
    await untilDue();
    home.clock.advance(5 * DAY);
    home.house.myLeviton.inject({ kind: 'server-error', path: /login/i });
    await keepAlive();
    expect(logged('renewal-failed')).toMatchObject([{ level: 'error', daysLeft: 5, failures: 1 }]);
  });
});

describe('what only a person can mend is found ahead of the end', () => {
  test('two-factor: told with the day, the session is used to its end, no further login', async () => {
    await untilDue();
    home.house.myLeviton.setTwoFactorCode(EMAIL, '860317');
    for (let day = 0; day < 10; day++) {
      await keepAlive();
      expect(await answered()).toBe('Response');
      home.clock.advance(DAY);
    }
    expect(logins()).toBe(1);
    expect(notices()).toEqual(['notice code-needed', 'notice code-needed']);
    expect(home.house.notices[0]?.text).toContain('go on reacting to Alexa until Thursday, April 30, 2026');
    home.clock.advance(2 * DAY);
    expect(await answered()).toBe('BRIDGE_UNREACHABLE');
    expect(logins()).toBe(1);
    expect(notices()).toEqual(['notice code-needed', 'notice code-needed']);
  });

  test('told once a week, four times, each with a link that works and the day while it is ahead', async () => {
    await untilDue();
    home.house.myLeviton.setTwoFactorCode(EMAIL, '860317');
    const start = home.clock.now().getTime();
    const days: number[] = [];
    home.house.onNotice(({ at }) => days.push(Math.floor((at.getTime() - start) / DAY)));
    const shown: number[] = [];
    for (let day = 0; day < 50; day++) {
      const told = notices().length;
      await keepAlive();
      const latest = home.house.notices.at(-1);
      if (latest && notices().length > told) shown.push((await fetch(linkIn(latest))).status);
      home.clock.advance(DAY + 60_000);
    }
    expect(days).toEqual([0, 7, 14, 21]);
    expect(shown).toEqual([200, 200, 200, 200]);
    const untilWhen = home.house.notices.map(({ text }) => text.includes('go on reacting to Alexa until Thursday'));
    expect(untilWhen).toEqual([true, true, false, false]);
    expect(home.house.notices[2]?.text).toContain('Until this is mended the lamps do not react');
    expect(logins()).toBe(1);
  });

  test('a lock: told once, tried again after 1, 3 and 9 hours and then daily, one login each, and healed', async () => {
    await untilDue();
    const end = home.house.myLeviton.inject({ kind: 'status', status: 403, path: /login/i });
    expect(await hoursWithLogin(62)).toEqual([0, 1, 4, 13, 37, 61]);
    expect(notices()).toEqual(['notice locked']);
    expect(logged('person-needed')).toHaveLength(1);
    end();
    expect(await hoursWithLogin(26)).toEqual([23]);
    expect(notices()).toEqual(['notice locked', 'all-clear locked']);
    const standing = await row();
    expect(standing).toMatchObject({ state: 'healthy', credentials: { email: EMAIL } });
    expect([standing.reason, standing.since]).toEqual([undefined, undefined]);
    expect(await answered()).toBe('Response');
  });

  test('a lock that no directive gets past is gone within hours, without anybody', async () => {
    const end = home.house.myLeviton.inject({ kind: 'status', status: 403, path: /login/i });
    home.house.myLeviton.revokeSessions();
    expect(await answered()).toBe('BRIDGE_UNREACHABLE');
    end();
    expect(await answered()).toBe('BRIDGE_UNREACHABLE');
    expect(logins()).toBe(1);
    expect(await hoursWithLogin(3)).toEqual([1]);
    expect(notices()).toEqual(['notice locked', 'all-clear locked']);
    expect(await answered()).toBe('Response');
  });

  test('a lock that turns into a wrong password is told as such', async () => {
    const end = home.house.myLeviton.inject({ kind: 'status', status: 403, path: /login/i });
    home.house.myLeviton.changePassword(EMAIL, 'changed');
    await answered();
    end();
    expect(await hoursWithLogin(30)).toEqual([1]);
    expect(notices()).toEqual(['notice locked', 'notice password-changed']);
  });

  test('a lock, and then no answer: the pauses stay', async () => {
    const end = home.house.myLeviton.inject({ kind: 'status', status: 403, path: /login/i });
    home.house.myLeviton.revokeSessions();
    await answered();
    end();
    home.house.myLeviton.inject({ kind: 'html', status: 502, path: /login/i });
    expect(await hoursWithLogin(38)).toEqual([1, 4, 13, 37]);
    expect(notices()).toEqual(['notice locked']);
  });

  test('a notice that was told before the table was restored is told again', async () => {
    home.house.myLeviton.setTwoFactorCode(EMAIL, '860317');
    home.house.myLeviton.revokeSessions();
    await answered();
    const { id: homeId } = await row();
    const key = { homeId, cause: 'code-needed' } as const;
    const { tableName, url: endpoint } = home.house.table;
    const noticeStore = createNoticeStore(openTable({ tableName, endpoint }));
    const [backup, record] = [await row(), await noticeStore.get(key)];
    await mendWith(home.house.notices[0], { email: EMAIL, password: PASSWORD, code: '860317', keep: true });
    home.clock.advance(30 * DAY);
    const now = await noticeStore.get(key);
    if (!record || !now) throw new Error('there is no notice');
    await noticeStore.replace(now, record);
    await home.house.ports.homes.put(backup);
    await keepAlive();
    expect(notices().slice(2)).toEqual(['notice code-needed']);
  });
});

describe('a sign-in that neither succeeds nor is refused', () => {
  test.each([
    { when: 'each new session is refused at the first call', fault: { kind: 'unauthorized' } as const },
    {
      when: 'the login gets an answer that nobody knows',
      fault: { kind: 'status', status: 422, path: /login/i } as const,
    },
  ])(
    '$when: told once, at the third; then a pause of an hour, pauses of three, and an all-clear',
    async ({ fault }) => {
      const end = home.house.myLeviton.inject(fault);
      home.house.myLeviton.revokeSessions();
      const answers = new Set<string>();
      const told: number[] = [];
      const tried = await hoursWithLogin(16, async () => {
        answers.add(await answered());
        told.push(notices().length);
      });
      expect(tried).toEqual([0, 1, 2, 3, 6, 9, 12, 15]);
      expect([...answers]).toEqual(['BRIDGE_UNREACHABLE']);
      expect(told.indexOf(1)).toBe(2);
      expect(notices()).toEqual(['notice sign-in-in-vain']);
      expect(logged('sign-in-in-vain').map(({ level, signIns }) => [level, signIns])).toEqual(
        [1, 2, 3, 4, 5, 6, 7, 8].map((signIns) => [signIns < 3 ? 'warn' : 'error', signIns]),
      );
      expect(await row()).toMatchObject({ state: 'healthy', credentials: { email: EMAIL } });
      end();
      await hoursWithLogin(4);
      expect(notices()).toEqual(['notice sign-in-in-vain', 'all-clear sign-in-in-vain']);
      expect(await answered()).toBe('Response');
      expect((await row()).inVain).toBeUndefined();
    },
  );

  test('nobody speaks to Alexa: the runs alone find it, tell it, and find its end', async () => {
    home.house.myLeviton.revokeSessions();
    const end = home.house.myLeviton.inject({ kind: 'unauthorized' });
    await answered();
    await hoursWithLogin(4);
    expect(notices()).toEqual(['notice sign-in-in-vain']);
    end();
    await hoursWithLogin(2);
    expect(notices()).toEqual(['notice sign-in-in-vain', 'all-clear sign-in-in-vain']);
  });

  test('a renewal ahead of time that gets such an answer: silent while the session lives, told once it is dead', async () => {
    await untilDue();
    home.house.myLeviton.inject({ kind: 'status', status: 422, path: /login/i });
    await hoursWithLogin(10 * 24);
    expect(await answered()).toBe('Response');
    expect(notices()).toEqual([]);
    await hoursWithLogin(3 * 24);
    expect(notices()).toEqual(['notice sign-in-in-vain']);
  });

  test('twenty directives at once count a sign-in once', async () => {
    home.house.myLeviton.inject({ kind: 'unauthorized' });
    const all = Promise.all(Array.from({ length: 20 }, answered));
    const winding = setInterval(() => home.clock.advance(50), 5);
    await all;
    clearInterval(winding);
    expect(logins()).toBe(1);
    expect((await row()).inVain?.signIns).toBe(1);
    expect(notices()).toEqual([]);
  });

  test('two in vain and then a good one count for nothing', async () => {
    for (let round = 0; round < 4; round++) {
      home.house.myLeviton.revokeSessions();
      home.house.myLeviton.inject({ kind: 'status', status: 422, path: /login/i, times: 2 });
      for (let hour = 0; hour < 3; hour++) {
        await answered();
        home.clock.advance(2 * HOUR);
      }
      expect((await row()).inVain).toBeUndefined();
    }
    await keepAlive();
    expect(notices()).toEqual([]);
  });
});

describe('a home that another is signing in to', () => {
  test('is left alone until that is over', async () => {
    await untilDue();
    await change({ claimedUntil: new Date(home.clock.now().getTime() + 10_000).toISOString() });
    const { dueAt: _, ...fresh } = await row();
    await home.house.ports.homes.replace(await row(), fresh);
    const { version } = await row();
    await keepAlive();
    expect((await row()).version).toBe(version);
    home.clock.advance(15_000);
    await keepAlive();
    expect((await row()).version).toBe(version + 1);
  });
});

describe('a password without a link', () => {
  test.each([
    { when: 'found at once and again an hour later', early: true },
    { when: 'found an hour later', early: false },
  ])('whose code was never exchanged is forgotten, and never used: $when', async ({ early }) => {
    const { dueAt: _, ...rest } = await row();
    await addLink('abandoned', 'pending');
    await home.house.ports.homes.put({ ...rest, id: 'abandoned' });
    if (early) await keepAlive();
    home.clock.advance(HOUR);
    await keepAlive();
    expect((await row('abandoned')).credentials).toBeUndefined();
    for (let day = 0; day < 70; day++) {
      home.clock.advance(DAY);
      await keepAlive();
    }
    // The renewal of the home that is linked.
    expect(logins()).toBe(1);
    expect(notices()).toEqual([]);
  });

  test('while the code may still be exchanged, it stays, and nothing is done', async () => {
    const { dueAt: _, ...rest } = await row();
    await addLink('pending', 'pending');
    await home.house.ports.homes.put({ ...rest, id: 'pending' });
    const { version } = await row('pending');
    await keepAlive();
    expect(await row('pending')).toMatchObject({ version, credentials: { email: EMAIL } });
    const [link] = await home.house.ports.links.ofHome('pending');
    if (!link) throw new Error('there is no link');
    await home.house.ports.links.replace(link, { ...link, state: 'live' });
    home.clock.advance(HOUR);
    await keepAlive();
    expect(Date.parse((await row('pending')).dueAt ?? '') - home.clock.now().getTime()).toBeGreaterThan(40 * DAY);
  });

  test('whose link is just being made stays', async () => {
    const { dueAt: _, ...rest } = await row();
    await home.house.ports.homes.put({ ...rest, id: 'new' });
    await keepAlive();
    expect((await row('new')).credentials).toBeDefined();
    home.clock.advance(HOUR);
    await keepAlive();
    expect((await row('new')).credentials).toBeUndefined();
  });

  test('is not tried again after a lock, and nobody is asked to sign in', async () => {
    await untilDue();
    home.house.myLeviton.inject({ kind: 'status', status: 403, path: /login/i });
    await keepAlive();
    for (const link of await home.house.ports.links.ofHome((await row()).id)) {
      await home.house.ports.links.replace(link, { ...link, state: 'ended', endedBecause: 'revoked' });
    }
    for (let day = 0; day < 20; day++) {
      home.clock.advance(DAY);
      await keepAlive();
    }
    expect(logins()).toBe(1);
    expect((await row()).credentials).toBeUndefined();
    expect(notices()).toEqual(['notice locked']);
  });
});

test('credentials that are not kept: told 14, 7 and 2 days ahead, and by then the lamp has not failed', async () => {
  const { credentials: _, ...rest } = await row();
  await home.house.ports.homes.put(rest);
  const days: number[] = [];
  const start = home.clock.now().getTime();
  home.house.onNotice(({ at }) => days.push((at.getTime() - start) / DAY));
  for (let day = 0; day < 59; day++) {
    await keepAlive();
    await keepAlive();
    expect(day % 20 === 0 ? await answered() : 'Response').toBe('Response');
    home.clock.advance(DAY);
  }
  expect(days.map(Math.floor)).toEqual([46, 53, 58]);
  expect(home.house.notices.map(({ text }) => text.includes('on Thursday, April 30, 2026'))).toEqual([
    true,
    true,
    true,
  ]);
  expect(logins()).toBe(0);
  expect(await mendWith(home.house.notices[1], { email: EMAIL, password: PASSWORD, keep: true })).toContain('Done.');
  expect(notices().at(-1)).toBe('all-clear session-ends');
  home.clock.advance(100 * DAY);
  await keepAlive();
  expect(await answered()).toBe('Response');
  expect(notices()).toHaveLength(4);
});

test('a session whose end nobody heeded: told when a directive meets it', async () => {
  const { credentials: _, ...rest } = await row();
  await home.house.ports.homes.put(rest);
  home.clock.advance(61 * DAY);
  await keepAlive();
  expect(notices()).toEqual([]);
  expect(await answered()).toBe('BRIDGE_UNREACHABLE');
  expect(notices()).toEqual(['notice credentials-not-kept']);
});

describe('notices that could not be sent', () => {
  test('are sent by the next run, once, and so are all-clears', async () => {
    home.house.myLeviton.changePassword(EMAIL, 'changed');
    const heal = home.house.refuseNotices();
    expect(await answered()).toBe('BRIDGE_UNREACHABLE');
    expect(notices()).toEqual([]);
    expect(logged('notice-not-sent')).toMatchObject([{ level: 'error', cause: 'password-changed' }]);
    await keepAlive();
    expect(logged('notice-not-sent')).toHaveLength(1);
    home.clock.advance(HOUR);
    await keepAlive();
    heal();
    home.clock.advance(HOUR);
    await Promise.all([keepAlive(), keepAlive(), keepAlive()]);
    expect(notices()).toEqual(['notice password-changed']);

    const again = home.house.refuseNotices();
    await mendWith(home.house.notices[0], { email: EMAIL, password: 'changed', keep: true });
    again();
    expect(notices()).toEqual(['notice password-changed']);
    home.clock.advance(HOUR);
    await keepAlive();
    await keepAlive();
    expect(notices()).toEqual(['notice password-changed', 'all-clear password-changed']);
  });

  test('whoever was never told gets no all-clear', async () => {
    home.house.myLeviton.changePassword(EMAIL, 'changed');
    const heal = home.house.refuseNotices();
    await answered();
    heal();
    await home.house.link({ email: EMAIL, password: 'changed', keep: true });
    home.clock.advance(HOUR);
    await keepAlive();
    expect(notices()).toEqual([]);
  });

  test('a notice that could not even be written is raised by the next run', async () => {
    await change({ state: 'needs-person', reason: 'locked', since: home.clock.now().toISOString() });
    await keepAlive();
    await keepAlive();
    expect(notices()).toEqual(['notice locked']);
  });

  test('a trouble whose end could not be noted is closed by the next run', async () => {
    home.house.myLeviton.changePassword(EMAIL, 'changed');
    await answered();
    const { reason: _, since: __, dueAt: ___, ...rest } = await row();
    const credentials = { email: EMAIL, password: 'changed' };
    const session = await home.house.ports.cloud.signIn(credentials, undefined, AbortSignal.timeout(5_000));
    await home.house.ports.homes.put({ ...rest, session, credentials, state: 'healthy' });
    await keepAlive();
    expect(notices()).toEqual(['notice password-changed', 'all-clear password-changed']);
  });
});

describe('clocks that are wrong harm nothing', () => {
  test.each([
    { when: 'the session says it ended long ago', expiresAt: '2001-01-01T00:00:00.000Z' },
    { when: 'the session says it ends in a thousand years', expiresAt: '3026-01-01T00:00:00.000Z' },
  ])('$when', async ({ expiresAt }) => {
    const { session } = await row();
    await change({ session: { ...session, expiresAt } });
    for (let hour = 0; hour < 30; hour++) {
      await keepAlive();
      home.clock.advance(HOUR);
    }
    expect(logins()).toBeLessThanOrEqual(1);
    expect(await row()).toMatchObject({ state: 'healthy', credentials: { email: EMAIL } });
    expect(await answered()).toBe('Response');
    expect(notices()).toEqual([]);
  });

  test('our own clock was a year ahead, and met a lock: back in time it is tried again', async () => {
    const ahead = new Date(home.clock.now().getTime() + 365 * DAY).toISOString();
    await change({ state: 'needs-person', reason: 'locked', since: ahead, signIns: [ahead] });
    await keepAlive();
    home.clock.advance(HOUR);
    await keepAlive();
    expect((await row()).state).toBe('healthy');
    expect(logins()).toBe(1);
  });

  test('our own clock was a year ahead, and signed in: back in time it holds nothing up', async () => {
    const ahead = new Date(home.clock.now().getTime() + 365 * DAY).toISOString();
    await change({ signIns: [ahead, ahead, ahead], claimedUntil: ahead });
    home.house.myLeviton.revokeSessions();
    expect(await answered()).toBe('Response');
  });
});

test('a row that is unreadable troubles no other home', async () => {
  await untilDue();
  const { ports } = home.house;
  await Promise.all(
    Array.from({ length: 9 }, async (_, n) => ports.homes.put({ ...(await row()), id: `broken-${n}` })),
  );
  // What is sealed for one home does not open in another.
  const { sealer } = ports;
  const table = openTable({ tableName: home.house.table.tableName, endpoint: home.house.table.url });
  for (let n = 0; n < 9; n++) {
    await table.update(
      { pk: `home#broken-${n}`, sk: 'session' },
      { session: (await sealer()).seal('{}', 'elsewhere') },
    );
  }
  await keepAlive();
  expect(logins()).toBe(1);
  expect(logged('home-not-kept')).toHaveLength(9);
  expect(JSON.stringify(logged('home-not-kept'))).not.toContain(PASSWORD);
});

test('a table that is down fails the run, which may simply be repeated', async () => {
  await untilDue();
  const heal = home.house.table.fail('error');
  await expect(keepAlive()).rejects.toThrow('the table did not answer as it should');
  heal();
  await keepAlive();
  expect(logins()).toBe(1);
});

test('out of time it starts nothing more', async () => {
  await untilDue();
  await keepAlive(AbortSignal.abort());
  expect(logins()).toBe(0);
  expect(logged('kept-alive').at(-1)).toMatchObject({ due: 1, outOfTime: true });
  await keepAlive();
  expect(logins()).toBe(1);
});

test('a refusal that was a whim of the device cloud: found out within a day, and told', async () => {
  await change({ dueAt: new Date(home.clock.now().getTime() + 365 * DAY).toISOString() });
  const standing = await row();
  const { credentials: _, ...kept } = standing;
  await home.house.ports.homes.replace(standing, kept);
  const end = home.house.myLeviton.inject({ kind: 'unauthorized' });
  expect(await answered()).toBe('BRIDGE_UNREACHABLE');
  expect(await row()).toMatchObject({ state: 'needs-person', reason: 'credentials-not-kept' });
  end();
  home.clock.advance(DAY);
  await keepAlive();
  expect((await row()).state).toBe('healthy');
  expect(notices()).toEqual(['notice credentials-not-kept', 'all-clear credentials-not-kept']);
});
