import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { kindsOf, linkIn, reauthWith, toldPeople, wordsAt } from '../support/reauth.ts';
import { EMAIL, openSetup, PASSWORD, type TestSetup, turnOn } from '../support/setup.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NEW_PASSWORD = 'canary-newer-password-Xk2';
const CODE = '860317';

let setup: TestSetup;
beforeEach(async () => {
  setup = await openSetup();
  setup.system.myLeviton.resetCounts();
});
afterEach(() => setup.system.close());

const answered = async (): Promise<string> => {
  const { name, errorType } = await setup.customer.send(turnOn(setup.endpointId));
  return errorType ?? name;
};
const notices = () => toldPeople(setup.system.notices);
const person = { email: EMAIL, password: NEW_PASSWORD, keep: true };

const changePassword = () => setup.system.myLeviton.changePassword(EMAIL, NEW_PASSWORD);

const switchOnTwoFactor = () => {
  setup.system.myLeviton.changePassword(EMAIL, NEW_PASSWORD);
  setup.system.myLeviton.changePassword(EMAIL, PASSWORD);
  setup.system.myLeviton.setTwoFactorCode(EMAIL, CODE);
};

/** Somebody guesses until the account is locked, and goes on until the page stops them. */
const lockAccount = async () => {
  for (let guess = 0; guess < 5; guess++) {
    await fetch(`${setup.system.myLeviton.url}/Person/login`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ email: EMAIL, password: 'a guess' }),
    });
  }
  setup.system.myLeviton.revokeSessions();
  setup.system.myLeviton.resetCounts();
  return setup.system.myLeviton.inject({ kind: 'status', status: 403, path: /login/i });
};

describe.each([
  {
    when: 'the password was changed',
    break: async () => {
      changePassword();
      return () => undefined;
    },
    cause: 'password-changed',
    says: 'did not take the password that this skill had kept',
    typed: person,
    remindedLater: false,
    logins: 1,
  },
  {
    when: 'two-factor was switched on',
    break: async () => {
      switchOnTwoFactor();
      return () => undefined;
    },
    cause: 'code-needed',
    says: 'without a two-step code',
    typed: { ...person, password: PASSWORD, code: CODE },
    remindedLater: true,
    logins: 1,
  },
  {
    when: 'the account was locked',
    break: lockAccount,
    cause: 'locked',
    says: 'has locked the account',
    typed: { ...person, password: PASSWORD },
    remindedLater: false,
    // The runs try again after one hour and after three more.
    logins: 3,
  },
])('$when', ({ break: breakIt, cause, says, typed, remindedLater, logins }) => {
  test('one notice with the first directive that fails, few logins, and the sign-in-again page revives the account', async () => {
    const end = await breakIt();
    expect(await answered()).toBe('BRIDGE_UNREACHABLE');
    expect(kindsOf(notices())).toEqual([`notice ${cause}`]);
    const [notice] = notices();
    expect(notice?.text).toContain(says);
    expect(notice?.text).toContain('a…e@example.org');
    expect(notice?.text).toContain('do not unlink or disable anything in the Alexa app');
    expect(notice?.subject.length).toBeLessThan(100);

    for (let hour = 0; hour < 12; hour++) {
      setup.clock.advance(HOUR);
      expect(await answered()).toBe('BRIDGE_UNREACHABLE');
      await setup.system.maintainAccounts();
    }
    expect(setup.system.myLeviton.counts.logins).toBe(logins);
    expect(kindsOf(notices())).toEqual([`notice ${cause}`]);

    end();
    expect(await reauthWith(notice, typed)).toContain(
      'Done. This skill is signed in to My Leviton again. Please say something to Alexa.',
    );
    expect(kindsOf(notices())).toEqual([`notice ${cause}`, `all-clear ${cause}`]);
    expect(notices()[1]?.text).toContain('signed in to My Leviton again for the account a…e@example.org');
    expect(await answered()).toBe('Response');
    expect(setup.amazonAccount.linked).toBe(true);
    expect(setup.customer.linked).toBe(true);
    expect(setup.system.alexa.problems).toEqual([]);

    const accountId = String(setup.account.userId);
    const kept = await setup.system.ports.accounts.get(accountId);
    expect(kept).toMatchObject({ state: 'healthy' });
    expect(kept?.credentials?.password).toBe(remindedLater ? undefined : typed.password);
  });
});

test('after a sign-in with a two-step code, a person is asked 14, 7 and 2 days ahead of the end', async () => {
  switchOnTwoFactor();
  await answered();
  await reauthWith(notices()[0], { ...person, password: PASSWORD, code: CODE });
  const recoveredAt = setup.clock.now().getTime();
  const days: number[] = [];
  setup.system.onNotice(({ kind, at }) => {
    if (kind !== 'digest') days.push(Math.floor((at.getTime() - recoveredAt) / DAY));
  });
  for (let day = 0; day < 59; day++) {
    await setup.system.maintainAccounts();
    setup.clock.advance(DAY);
  }
  expect(kindsOf(notices()).slice(2)).toEqual(['notice session-ends', 'notice session-ends', 'notice session-ends']);
  expect(days).toEqual([46, 53, 58]);
  // The clock began on 1 March 2026, and a session lasts 60 days.
  expect(notices().at(-1)?.text).toContain('Thursday, April 30, 2026');
  expect(await reauthWith(notices().at(-1), { ...person, password: PASSWORD, code: CODE })).toContain('Done.');
  expect(kindsOf(notices()).slice(5)).toEqual(['all-clear session-ends']);
  setup.clock.advance(30 * DAY);
  expect(await answered()).toBe('Response');
});

describe('a sign-in link', () => {
  const broken = async () => {
    changePassword();
    await answered();
    const [notice] = notices();
    if (!notice) throw new Error('there is no notice');
    return notice;
  };

  test('is not used up by a look or a mistake', async () => {
    const notice = await broken();
    for (let look = 0; look < 3; look++) expect((await fetch(linkIn(notice))).status).toBe(200);
    expect(await reauthWith(notice, { ...person, password: 'wrong' })).toContain('does not know this e-mail address');
    expect(await reauthWith(notice, person)).toContain('Done.');
  });

  test('does not let anybody guess the password: the pauses of the sign-in page hold here, too', async () => {
    const notice = await broken();
    setup.system.myLeviton.resetCounts();
    const pages: string[] = [];
    for (let guess = 0; guess < 6; guess++) {
      pages.push(await reauthWith(notice, { ...person, password: `guess ${guess}` }));
    }
    expect(setup.system.myLeviton.counts.logins).toBe(3);
    expect(pages.at(-1)).toContain('too many attempts in a short time');
    setup.clock.advance(HOUR);
    expect(await reauthWith(notice, person)).toContain('Done.');
  });

  test('the sign-in that the skill made by itself counts: together they stay below the lock of the device cloud', async () => {
    const notice = await broken(); // one refused sign-in of the skill's own
    const page = setup.amazonAccount.startUrl;
    for (let guess = 0; guess < 5; guess++) await wordsAt(page, { ...person, password: `guess ${guess}` });
    expect(setup.system.myLeviton.counts.logins).toBe(3);
    for (let guess = 0; guess < 5; guess++) await reauthWith(notice, { ...person, password: `guess ${guess}` });
    expect(setup.system.myLeviton.counts.logins).toBe(4);
    setup.clock.advance(HOUR);
    expect(await reauthWith(notice, person)).toContain('Done.');
  });

  test('sign-ins of the skill whose answers are lost count as well', async () => {
    const { myLeviton } = setup.system;
    myLeviton.changePassword(EMAIL, 'another');
    myLeviton.revokeSessions();
    myLeviton.resetCounts();
    const end = myLeviton.inject({ kind: 'reset', takesEffect: true, path: /login/i, email: EMAIL });
    for (let minute = 0; minute < 5; minute++) {
      await answered();
      setup.clock.advance(MINUTE);
    }
    end();
    expect(myLeviton.counts.logins).toBe(3);
    const page = setup.amazonAccount.startUrl;
    for (let guess = 0; guess < 5; guess++) await wordsAt(page, { ...person, password: `guess ${guess}` });
    expect(myLeviton.counts.logins).toBe(4);
  });

  test('works once', async () => {
    const notice = await broken();
    await reauthWith(notice, person);
    expect(await reauthWith(notice, person)).toContain('This link was used already');
    expect((await fetch(linkIn(notice))).status).toBe(410);
    setup.clock.advance(10 * MINUTE);
    setup.system.myLeviton.changePassword(EMAIL, 'another again');
    setup.system.myLeviton.resetCounts();
    await answered();
    expect(kindsOf(notices()).at(-1)).toBe('notice password-changed');
    expect(await reauthWith(notice, { ...person, password: 'another again' })).toContain('This link was used already');
    expect(setup.system.myLeviton.counts.logins).toBe(1);
    expect(linkIn(notices().at(-1) ?? notice)).not.toBe(linkIn(notice));
  });

  test('opened and used twice at once is done once', async () => {
    const notice = await broken();
    const pages = await Promise.all([reauthWith(notice, person), reauthWith(notice, person)]);
    expect(pages.map((page) => page.includes('Done.')).sort()).toEqual([false, true]);
    expect(pages.join()).toContain('This link was used already');
    expect(kindsOf(notices())).toEqual(['notice password-changed', 'all-clear password-changed']);
    expect(await answered()).toBe('Response');
  });

  test('works for a week; then a new one is sent, to the helper and not to whoever asks', async () => {
    const notice = await broken();
    setup.clock.advance(7 * DAY - MINUTE);
    expect((await fetch(linkIn(notice))).status).toBe(200);
    setup.clock.advance(2 * MINUTE);
    setup.system.myLeviton.resetCounts();
    const page = await (await fetch(linkIn(notice))).text();
    expect(page).toContain('This link is too old');
    expect(page).not.toContain('name="password"');
    const ask = async () => {
      const body = new URLSearchParams({
        action: 'renew',
        t: new URL(linkIn(notice)).searchParams.get('t') ?? '',
      });
      return await (await fetch(linkIn(notice).replace(/\?.*/, ''), { method: 'POST', body })).text();
    };
    expect(await ask()).toContain('A new link is on its way');
    expect(await ask()).toContain('A new link is on its way');
    expect(kindsOf(notices())).toEqual(['notice password-changed', 'notice password-changed']);
    expect(setup.system.myLeviton.counts.logins).toBe(0);
    expect(await reauthWith(notices()[1], person)).toContain('Done.');
  });

  test('is for its own account alone', async () => {
    const notice = await broken();
    setup.system.myLeviton.addAccount({ email: 'eve@example.org', password: 'hers' });
    const page = await reauthWith(notice, { email: 'eve@example.org', password: 'hers', keep: true });
    expect(page).toContain('another My Leviton account than the one your lamps are in');
    expect(await setup.system.ports.accounts.list()).toEqual([String(setup.account.userId)]);
    expect(await answered()).toBe('BRIDGE_UNREACHABLE');
    expect(await reauthWith(notice, person)).toContain('Done.');
  });

  test.each([
    { when: 'missing', change: (link: string) => link.replace(/\?.*/, '') },
    { when: 'changed', change: (link: string) => link.slice(0, -3) },
    { when: 'given twice', change: (link: string) => `${link}&${link.split('?')[1]}` },
    { when: 'another kind of sealed text', change: (link: string) => link.replace(/t=.*/, 't=dps.desk-1.AAAA') },
  ])('that is $when is refused', async ({ change }) => {
    const link = change(linkIn(await broken()));
    const answer = await fetch(link);
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('This link is not complete');
  });

  test('that was forged with what another page holds is refused', async () => {
    const notice = await broken();
    const page = await (await fetch(linkIn(notice))).text();
    const form = /name="form" value="([^"]*)"/.exec(page)?.[1] ?? '';
    expect((await fetch(linkIn(notice).replace(/t=.*/, `t=${encodeURIComponent(form)}`))).status).toBe(400);
    // And the form is worth nothing in a browser without its cookie.
    const body = new URLSearchParams({ form, ...person, keep: 'yes' });
    const posted = await fetch(linkIn(notice).replace(/\?.*/, ''), { method: 'POST', body });
    expect(posted.status).toBe(400);
    expect(await posted.text()).toContain('opened elsewhere');
    expect(await answered()).toBe('BRIDGE_UNREACHABLE');
  });

  test('says that nobody needs to sign in when the person has signed in elsewhere', async () => {
    const notice = await broken();
    await setup.system.link(person);
    expect(kindsOf(notices())).toEqual(['notice password-changed', 'all-clear password-changed']);
    expect(await wordsAt(linkIn(notice), person)).toContain('This skill is signed in to My Leviton.');
    expect(await answered()).toBe('Response');
  });

  test('does not say that the skill is signed in while the skill waits before it signs in again, but until when it waits', async () => {
    const notice = await broken();
    await setup.system.link(person);
    await answered(); // Alexa has the new session
    setup.system.myLeviton.revokeSessions();
    const end = setup.system.myLeviton.inject({ kind: 'unauthorized' });
    expect(await answered()).toBe('BRIDGE_UNREACHABLE');
    const account = await setup.system.ports.accounts.get(String(setup.account.userId));
    if (account?.state !== 'waiting-to-retry') throw new Error(`the account is ${account?.state}`);
    const words = await wordsAt(linkIn(notice), person);
    expect(words).toContain(`signs in again by itself, not before ${account.retryAt.slice(11, 16)} UTC`);
    expect(words).not.toContain('This skill is signed in to My Leviton.');
    end();
    setup.clock.advance(2 * MINUTE);
    expect(await answered()).toBe('Response');
    expect(await wordsAt(linkIn(notice), person)).toContain('This skill is signed in to My Leviton.');
  });

  test('leads to a page of the same strictness as the sign-in page', async () => {
    const { headers } = await fetch(linkIn(await broken()));
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("form-action 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('set-cookie')).toMatch(/HttpOnly; SameSite=Lax/);
    expect((await fetch(linkIn(notices()[0] ?? { text: '' }), { method: 'PUT' })).status).toBe(405);
  });

  test('is spared when the table fails, and works afterwards', async () => {
    const notice = await broken();
    const recover = setup.system.table.fail('error');
    expect((await fetch(linkIn(notice))).status).toBe(503);
    recover();
    const gone = setup.system.table.fail('empty');
    expect((await fetch(linkIn(notice))).status).toBe(503);
    gone();
    expect(await reauthWith(notice, person)).toContain('Done.');
  });
});

test('a helper whom nothing reaches has the lamps all the same: the all-clear does not hold up the page', async () => {
  changePassword();
  await answered();
  setup.system.refuseNotices();
  expect(await reauthWith(notices()[0], person)).toContain('Done.');
  expect(await answered()).toBe('Response');
});

test('no password, code, session or token is in a notice, a line of the log or a row; the sign-in link is in the notice alone', async () => {
  const { system } = setup;
  const accountId = String(setup.account.userId);
  const sessions = [(await system.ports.accounts.get(accountId))?.session.credential ?? '?'];
  switchOnTwoFactor();
  await answered();
  const notice = notices()[0];
  const recover = system.refuseNotices();
  await reauthWith(notice, { ...person, password: 'canary-typed-wrong' });
  await reauthWith(notice, { ...person, password: PASSWORD, code: CODE });
  recover();
  setup.clock.advance(50 * DAY);
  await system.maintainAccounts();
  sessions.push((await system.ports.accounts.get(accountId))?.session.credential ?? '?');
  expect(kindsOf(notices())).toEqual(['notice code-needed', 'all-clear code-needed', 'notice session-ends']);

  const tokens = sessions.map((credential) => String(JSON.parse(credential).id));
  const sent = notices().map(({ subject, text }) => `${subject} ${text.replace(/\/reauth\?t=\S+/, '')}`);
  const rows = JSON.stringify(await system.table.scan());
  for (const secret of [PASSWORD, NEW_PASSWORD, 'canary-typed-wrong', CODE, EMAIL, ...tokens]) {
    expect(sent.join()).not.toContain(secret);
    expect(setup.lines.join()).not.toContain(secret);
    expect(rows).not.toContain(secret);
  }
  const token = new URL(linkIn(notice ?? { text: '' })).searchParams.get('t') ?? '?';
  expect(setup.lines.join()).not.toContain(token);
  expect(rows).not.toContain(token);
  expect(setup.lines.length).toBeGreaterThan(10);
});

test.each([
  { when: 'the password that we kept was changed', keep: true, break: changePassword, ticked: true },
  {
    when: 'we kept none',
    keep: false,
    break: () => setup.system.myLeviton.revokeSessions(),
    ticked: false,
  },
])('the box on the sign-in-again page when $when: ticked $ticked', async ({ keep, break: breakIt, ticked }) => {
  const accountId = String(setup.account.userId);
  const standing = await setup.system.ports.accounts.get(accountId);
  if (!standing) throw new Error('no account');
  const { credentials: _, ...rest } = standing;
  if (!keep) await setup.system.ports.accounts.replace(standing, rest);
  breakIt();
  await answered();
  const page = await (await fetch(linkIn(notices()[0] ?? { text: '' }))).text();
  expect(/name="keep" type="checkbox" value="yes" checked/.test(page)).toBe(ticked);
});
