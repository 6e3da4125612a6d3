import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createLog } from '../../lambda/adapters/json-log/log.ts';
import { signIn } from '../../lambda/linking/sign-in.ts';
import { CloudRateLimited, CloudUnreachable, SignInRefused, StoreUnavailable } from '../../lambda/ports/errors.ts';
import {
  askToken,
  authorizationQuery,
  Browser,
  cloudThat,
  codeFrom,
  EMAIL,
  exchange,
  type LinkingDesk,
  linkUp,
  locationOf,
  PASSWORD,
  type Page,
  signInAt,
  startLinkingDesk,
} from './support.ts';

let desk: LinkingDesk;
beforeEach(async () => {
  desk = await startLinkingDesk();
});
afterEach(() => desk.close());

const typing = (typed: Readonly<Record<string, string | undefined>>): Promise<Page> =>
  signInAt(desk, authorizationQuery(), typed);

/** The only account there is. */
async function account() {
  const [id, ...others] = await desk.stores.accounts.list();
  expect(others).toEqual([]);
  return await desk.stores.accounts.get(id ?? '');
}

test('a wrong password is named on the page, which keeps the address and forgets the password', async () => {
  const { status, text, alert, hidden } = await typing({ password: 'not it', keep: 'yes' });
  expect(status).toBe(200);
  expect(alert).toContain('does not know this e-mail address with this password');
  expect(text).toContain('value="mary@example.org"');
  expect(text).toMatch(/name="keep" type="checkbox" value="yes" checked/);
  expect(text).not.toContain('not it');
  expect(hidden).not.toBe('');
});

test('an address that nobody has gets the same words', async () => {
  const known = await typing({ password: 'not it' });
  const unknown = await typing({ email: 'nobody@example.org', password: 'not it' });
  expect(unknown.alert).toBe(known.alert);
  expect(unknown.status).toBe(known.status);
});

test('the page can be used again after a wrong password', async () => {
  const browser = new Browser(desk);
  const first = await browser.get(authorizationQuery());
  const second = await browser.post({ form: first.hidden, email: EMAIL, password: 'not it' });
  expect(second.attempt).toBe(first.attempt);
  expect((await browser.post({ form: second.hidden, email: EMAIL, password: PASSWORD })).status).toBe(303);
});

test.each([
  { when: 'no address', typed: { email: '' } },
  { when: 'an address without @', typed: { email: 'mary' } },
  { when: 'no password', typed: { password: '' } },
  { when: 'an endless password', typed: { password: 'x'.repeat(501) } },
])('$when is not tried', async ({ typed }) => {
  const { status, alert } = await typing(typed);
  expect(status).toBe(200);
  expect(alert).toContain('fill in both');
  expect(desk.myLeviton.counts.logins).toBe(0);
});

test('what was typed cannot become part of the page', async () => {
  const { text } = await typing({ email: '"><img src=x>@example.org', password: 'not it' });
  expect(text).toContain('value="&quot;&gt;&lt;img src=x&gt;@example.org"');
  expect(text).not.toContain('<img');
});

const refusal = (reason: 'locked' | 'wrong-password') => new SignInRefused(reason, 'refused');

test.each([
  { when: 'locked', error: refusal('locked'), status: 429, wait: '3600', alert: 'locked this account' },
  {
    when: 'busy',
    error: new CloudRateLimited('429'),
    status: 503,
    wait: '300',
    alert: 'This has nothing to do with your account',
  },
  {
    when: 'down',
    error: new CloudUnreachable('no'),
    status: 503,
    wait: '60',
    alert: 'This has nothing to do with your account',
  },
])('the device cloud is $when: said in its own words, with the form', async ({ error, status, wait, alert }) => {
  desk.change({ cloud: cloudThat(() => Promise.reject(error)) });
  const page = await typing({});
  expect({ status: page.status, wait: page.headers.get('retry-after') }).toEqual({ status, wait });
  expect(page.alert).toContain(alert);
  expect(page.hidden).not.toBe('');
});

test('a device cloud that never answers is down', async () => {
  let asked = false;
  desk.change({
    cloud: cloudThat(() => {
      asked = true;
      return new Promise(() => undefined);
    }),
  });
  const page = typing({});
  while (!asked) await new Promise((resolve) => setTimeout(resolve, 5));
  desk.clock.advance(10_001);
  expect((await page).status).toBe(503);
});

test('a bug is a 500 without details', async () => {
  desk.change({ cloud: cloudThat(() => Promise.reject(new TypeError('canary of a bug'))) });
  const page = await typing({});
  expect(page.status).toBe(500);
  expect(page.headers.get('retry-after')).toBe('60');
  expect(page.text).not.toContain('canary of a bug');
  expect(
    desk.lines.some((line) => line.includes('"authorization-request-failed"') && line.includes('canary of a bug')),
  ).toBe(true);
});

test.each([
  { when: 'ticked', keep: 'yes', credentials: { email: EMAIL, password: PASSWORD } },
  { when: 'not ticked', keep: undefined, credentials: undefined },
])('credentials are kept if that was $when', async ({ keep, credentials }) => {
  await typing({ keep });
  const kept = await account();
  expect(kept?.credentials).toEqual(credentials);
  expect(kept).toMatchObject({ state: 'healthy', maskedEmail: 'm…y@example.org', signIns: [] });
  expect(kept?.id).toBe(kept?.session.accountId);
});

test('nothing of a person lies readable in the table', async () => {
  await typing({ keep: 'yes' });
  const rows = JSON.stringify(await desk.table.scan());
  expect(rows).toContain('m…y@example.org');
  for (const secret of [EMAIL, PASSWORD, 'dpsc.', (await account())?.session.credential ?? '?']) {
    expect(rows).not.toContain(secret);
  }
});

test('an account that needed a person is revived; its sign-ins and other links stay', async () => {
  const first = await linkUp(desk);
  const before = await account();
  if (!before) throw new Error('no account');
  const signIns = ['2026-03-01T11:00:00.000Z'];
  await desk.stores.accounts.put({
    ...before,
    state: 'needs-reauth',
    reason: 'locked',
    since: signIns[0] ?? '',
    signIns,
  });
  await linkUp(desk);
  const after = await account();
  expect(after).toMatchObject({ state: 'healthy', signIns });
  expect(after).not.toHaveProperty('reason');
  expect(after).not.toHaveProperty('since');
  expect(after?.session.credential).not.toBe(before.session.credential);
  const { linkId } = await desk.bearers.open(first.access, desk.clock.now());
  expect((await desk.stores.links.get(linkId))?.state).toBe('live');
});

test.each([
  { when: 'by the same password', typed: {}, kept: true },
  { when: 'with the address in other letters', typed: { email: ' MARY@example.org ' }, kept: true },
  { when: 'by a password that is new', typed: { password: 'canary-newer-Pa55' }, kept: false },
  { when: 'when nobody is linked any more', minutes: 6, typed: {}, kept: false },
])(
  'credentials kept for one who is linked, and another signs in $when, not ticked: kept $kept',
  async ({ minutes = 0, typed, kept }) => {
    await typing({ keep: 'yes' });
    const { session } = (await account()) ?? {};
    if (!session) throw new Error('no account');
    desk.change({ cloud: cloudThat(async () => session) });
    desk.clock.advance(minutes * 60_000);
    expect((await typing(typed)).status).toBe(303);
    expect((await account())?.credentials).toEqual(kept ? { email: EMAIL, password: PASSWORD } : undefined);
  },
);

test('credentials kept before go when the account has come to ask for codes', async () => {
  await typing({ keep: 'yes' });
  desk.myLeviton.setTwoFactorCode(EMAIL, '123456');
  const browser = new Browser(desk);
  const first = await browser.get(authorizationQuery());
  const page = await browser.post({ form: first.hidden, email: EMAIL, password: PASSWORD });
  expect((await browser.post({ form: page.hidden, code: '123456' })).status).toBe(303);
  expect((await account())?.credentials).toBeUndefined();
});

test('an account whose key was lost is made anew', async () => {
  await typing({ keep: 'yes' });
  desk.useKeys([{ id: 'k3', key: Buffer.alloc(32, 3).toString('base64') }]);
  const code = await codeFrom(desk);
  expect(desk.lines.filter((line) => line.includes('"account-recreated"'))).toHaveLength(1);
  expect((await askToken(desk, exchange(code))).status).toBe(200);
});

test('an account that cannot be read for now is left as it is', async () => {
  await typing({ keep: 'yes' });
  const before = await account();
  const { accounts } = desk.stores;
  desk.change({ accounts: { ...accounts, get: () => Promise.reject(new StoreUnavailable('no')) } });
  expect((await typing({})).status).toBe(503);
  expect(await account()).toEqual(before);
});

describeTwoFactor();

function describeTwoFactor() {
  const begin = async () => {
    desk.myLeviton.setTwoFactorCode(EMAIL, '123456');
    const browser = new Browser(desk);
    const first = await browser.get(authorizationQuery());
    const page = await browser.post({ form: first.hidden, email: EMAIL, password: PASSWORD, keep: 'yes' });
    return { browser, first, page };
  };

  test('the code is asked for only when the device cloud asks, on a page that shows no password', async () => {
    const { first, page } = await begin();
    expect(first.text).not.toContain('name="code"');
    expect(page.status).toBe(200);
    expect(page.text).toContain('autocomplete="one-time-code"');
    expect(page.text).toContain('do not keep your password');
    expect(page.text).toContain('around April 30, 2026');
    expect(page.text).not.toContain('canary-Pa55');
    expect(page.text).not.toContain(EMAIL);
    expect(page.attempt).toBe(first.attempt);
  });

  test('the right code signs in, and the credentials are not kept', async () => {
    const { browser, page } = await begin();
    const done = await browser.post({ form: page.hidden, code: ' 123456 ' });
    expect(done.status).toBe(303);
    expect(locationOf(done).searchParams.get('code')).toMatch(/^dpsc\./);
    const kept = await account();
    expect(kept?.state).toBe('healthy');
    expect(kept?.credentials).toBeUndefined();
  });

  test('a missing code is not tried', async () => {
    const { browser, page } = await begin();
    desk.myLeviton.resetCounts();
    const repeated = await browser.post({ form: page.hidden, code: '' });
    expect(repeated.alert).toBe('Please fill in the code.');
    expect(desk.myLeviton.counts.logins).toBe(0);
    expect((await browser.post({ form: repeated.hidden, code: '123456' })).status).toBe(303);
  });

  test('two wrong codes may be corrected, from whatever copy of the page; the fourth does not reach the device cloud', async () => {
    const { browser, page } = await begin();
    desk.myLeviton.resetCounts();
    const seen: number[] = [];
    for (const code of ['000001', '000002', '000003', '123456']) {
      seen.push((await browser.post({ form: page.hidden, code })).status);
    }
    expect(seen).toEqual([200, 200, 200, 429]);
    expect(desk.myLeviton.counts.logins).toBe(3);
    desk.clock.advance(9 * 60_000);
    expect((await browser.post({ form: page.hidden, code: '123456' })).status).toBe(429);
  });

  test('a page has three codes, whatever addresses it is posted from', async () => {
    const { browser, page } = await begin();
    const seen: number[] = [];
    for (const address of ['198.51.100.1', '203.0.113.99', '192.0.2.1', '192.0.2.200']) {
      desk.address = address;
      seen.push((await browser.post({ form: page.hidden, code: '000001' })).status);
    }
    expect(seen).toEqual([200, 200, 200, 429]);
  });

  test('new pages bring no more codes: passwords and codes of an account are counted together', async () => {
    desk.myLeviton.setTwoFactorCode(EMAIL, '123456');
    await typing({ password: 'not it' });
    for (const code of ['000001', '000002', '000003', '000004']) {
      const { browser, page } = await begin();
      if (page.text.includes('name="code"')) await browser.post({ form: page.hidden, code });
    }
    desk.address = '198.51.100.1';
    const { browser, page } = await begin();
    expect((await browser.post({ form: page.hidden, code: '123456' })).status).toBe(303);
  });

  test('a password waits ten minutes for its code', async () => {
    const { browser, page } = await begin();
    desk.clock.advance(10 * 60_000 + 1_000);
    const late = await browser.post({ form: page.hidden, code: '123456' });
    expect(late.alert).toContain('took too long');
    expect(late.text).toContain('name="password"');
    const done = await browser.post({ form: late.hidden, email: EMAIL, password: PASSWORD });
    expect(done.text).toContain('name="code"');
  });

  test('cancelling is possible here as well', async () => {
    const { browser, page } = await begin();
    const done = await browser.post({ form: page.hidden, action: 'cancel' });
    expect(done.headers.get('location')).toMatch(/\?error=access_denied&state=st4te$/);
  });
}

test('the fourth wrong password within a quarter of an hour does not reach the device cloud', async () => {
  for (let guess = 0; guess < 3; guess += 1) expect((await typing({ password: `guess ${guess}` })).status).toBe(200);
  expect(desk.myLeviton.counts.logins).toBe(3);
  const refused = await typing({ password: PASSWORD });
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(880);
  expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(900);
  expect(refused.alert).toContain('Please try again in 15 minutes.');
  expect(desk.myLeviton.counts.logins).toBe(3);
  desk.clock.advance(15 * 60_000);
  expect((await typing({ password: PASSWORD })).status).toBe(303);
});

test('guesses side by side are counted before they are made', async () => {
  const pages = await Promise.all(Array.from({ length: 8 }, (_, guess) => typing({ password: `guess ${guess}` })));
  expect(desk.myLeviton.counts.logins).toBeLessThanOrEqual(3);
  expect(pages.filter(({ status }) => status === 200).length).toBe(desk.myLeviton.counts.logins);
});

test('writing the address in other ways brings no more guesses', async () => {
  for (const email of ['mary@example.org', 'MARY@example.org', ' mary@EXAMPLE.org ']) {
    await typing({ email, password: 'not it' });
  }
  expect((await typing({ password: 'not it' })).status).toBe(429);
});

describe('a stranger who knows the e-mail address', () => {
  /** Wrong passwords from these addresses, one after the other. */
  async function guess(...addresses: string[]): Promise<number[]> {
    const own = desk.address;
    const statuses: number[] = [];
    for (const address of addresses) {
      desk.address = address;
      statuses.push((await typing({ password: 'not it' })).status);
    }
    desk.address = own;
    return statuses;
  }

  test.each([
    { from: 'one address', addresses: Array<string>(6).fill('198.51.100.1'), tried: 3 },
    { from: 'one IPv4 /24', addresses: [1, 2, 3, 4, 5, 6].map((host) => `198.51.100.${host}`), tried: 3 },
    { from: 'one IPv6 /48', addresses: [1, 2, 3, 4, 5, 6].map((net) => `2001:db8:1:${net}::1`), tried: 3 },
  ])(
    'from $from uses up $tried attempts; the owner signs in at once, for as long as it goes on',
    async ({ addresses, tried }) => {
      for (let halfHour = 0; halfHour < 3; halfHour += 1) {
        desk.myLeviton.resetCounts();
        expect((await guess(...addresses)).filter((status) => status === 200)).toHaveLength(tried);
        expect(desk.myLeviton.counts.logins).toBe(tried);
        expect((await typing({ password: PASSWORD })).status).toBe(303);
        desk.clock.advance(30 * 60_000);
      }
    },
  );

  test('from many networks uses up four, and a page that waits half an hour at most', async () => {
    const statuses = await guess('198.51.100.1', '192.0.2.1', '2001:db8:1::1', '2001:db8:2::1', '2001:db8:3::1');
    expect(statuses).toEqual([200, 200, 200, 200, 429]);
    expect(desk.myLeviton.counts.logins).toBe(4);
    const refused = await typing({ password: PASSWORD });
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(1_800);
    expect(
      desk.lines.filter((line) => line.includes('"page-sign-in-throttled"') && line.includes('"account"')),
    ).toHaveLength(2);
    desk.clock.advance(30 * 60_000);
    expect((await typing({ password: PASSWORD })).status).toBe(303);
  });
});

test('an answer of the device cloud that does not come counts as an attempt', async () => {
  desk.change({
    cloud: cloudThat(() => Promise.reject(new CloudUnreachable('no answer within 10 s'))),
  });
  const statuses: number[] = [];
  for (let attempt = 0; attempt < 4; attempt += 1) statuses.push((await typing({})).status);
  expect(statuses).toEqual([503, 503, 503, 429]);
});

test('a sign-in that our own deadline ended counts as an attempt', async () => {
  let asked = 0;
  const signIn = () => {
    asked += 1;
    return new Promise<never>(() => undefined);
  };
  desk.change({ cloud: cloudThat(signIn) });
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    const page = typing({});
    while (asked < attempt) await new Promise((resolve) => setTimeout(resolve, 5));
    desk.clock.advance(10_001);
    expect((await page).status).toBe(503);
  }
  expect((await typing({})).status).toBe(429);
  expect(asked).toBe(3);
});

test('one page may be used for five accounts', async () => {
  desk.change({ cloud: cloudThat(() => Promise.reject(refusal('wrong-password'))) });
  const browser = new Browser(desk);
  const { hidden } = await browser.get(authorizationQuery());
  const statuses: number[] = [];
  for (let person = 0; person < 6; person += 1) {
    desk.address = `2001:db8:${person}::1`;
    statuses.push((await browser.post({ form: hidden, email: `p${person}@example.org`, password: 'x' })).status);
  }
  expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
});

test('one IPv6 network counts as one address', async () => {
  for (const host of ['1', '2', 'ffff:1']) {
    desk.address = `2001:db8:1:2::${host}`;
    await typing({ password: 'not it' });
  }
  desk.address = '2001:db8:1:2:aaaa:bbbb:cccc:dddd';
  expect((await typing({ password: PASSWORD })).status).toBe(429);
  desk.address = '2001:db8:1:3::1';
  expect((await typing({ password: PASSWORD })).status).toBe(303);
});

test('signing in often, and a device cloud that was not reached or is busy, use nothing up', async () => {
  for (let visit = 0; visit < 6; visit += 1) expect((await typing({})).status).toBe(303);
  const down = () => Promise.reject(new CloudUnreachable('refused', { sent: false }));
  desk.change({ cloud: cloudThat(down) });
  for (let visit = 0; visit < 6; visit += 1) expect((await typing({})).status).toBe(503);
  desk.change({ cloud: cloudThat(() => Promise.reject(new CloudRateLimited('429'))) });
  for (let visit = 0; visit < 6; visit += 1) expect((await typing({})).status).toBe(503);
});

test('when attempts cannot be counted nobody gets to try', async () => {
  desk.change({ throttle: { take: () => Promise.reject(new StoreUnavailable('no')) } });
  const page = await typing({});
  expect(page.status).toBe(503);
  expect(page.alert).toContain('This has nothing to do with your account');
  expect(desk.myLeviton.counts.logins).toBe(0);
});

test.each([
  { when: 'its own account', accountId: 'account-1', outcome: { kind: 'signed-in' }, state: 'healthy' },
  {
    when: 'another account',
    accountId: 'account-2',
    outcome: { kind: 'refused', problem: 'other-account' },
    state: 'needs-reauth',
  },
])('a sign-in for one account alone, with $when', async ({ accountId, outcome, state }) => {
  const session = { accountId, expiresAt: '2026-05-01T00:00:00.000Z', credential: 'c' };
  const { accounts, links, throttle } = desk.stores;
  const maskedEmail = 'm…y@example.org';
  const needsReauth = { state: 'needs-reauth', reason: 'locked', since: '2026-03-01T10:00:00.000Z' } as const;
  await accounts.put({ id: 'account-1', maskedEmail, session, ...needsReauth, signIns: [] });
  const ports = {
    accounts,
    links,
    throttle,
    cloud: cloudThat(async () => session),
    clock: desk.clock,
    log: createLog('silent', desk.clock),
  };
  const form = { email: EMAIL, password: PASSWORD, keep: true };
  expect(await signIn(form, { address: '203.0.113.7', onlyAccount: 'account-1' }, ports)).toMatchObject(outcome);
  expect(await accounts.list()).toEqual(['account-1']);
  expect((await accounts.get('account-1'))?.state).toBe(state);
});
