import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createMyLeviton } from '../../lambda/adapters/my-leviton/cloud.ts';
import { SignInRefused } from '../../lambda/ports/errors.ts';
import {
  authorizationQuery,
  cloudThat,
  EMAIL,
  type LinkingDesk,
  linkUp,
  PASSWORD,
  type Page,
  signInAt,
  startLinkingDesk,
} from './support.ts';

// Strangers who guess many passwords.

const signIn = () => Promise.reject(new SignInRefused('wrong-password', 'refused'));

let desk: LinkingDesk;
beforeEach(async () => {
  desk = await startLinkingDesk();
});
afterEach(() => desk.close());

const typing = (typed: Readonly<Record<string, string | undefined>>): Promise<Page> =>
  signInAt(desk, authorizationQuery(), typed);

test('guesses from one IPv6 /48 do not close the page for everybody', async () => {
  desk.change({ cloud: cloudThat(signIn) });
  const statuses: number[] = [];
  for (let guess = 0; guess < 85; guess += 1) {
    desk.address = `2001:db8:1:${guess.toString(16)}::1`;
    statuses.push((await typing({ email: `person${guess}@example.org` })).status);
  }
  expect(statuses.filter((status) => status === 200)).toHaveLength(80);
  desk.address = '203.0.113.8';
  expect((await typing({ email: 'somebody@example.org' })).status).toBe(200);
});

test('fifty failures of one address in an hour are enough, whatever the accounts', async () => {
  desk.change({ cloud: cloudThat(signIn) });
  let last = 0;
  for (let guess = 0; guess < 51; guess += 1) {
    last = (await typing({ email: `person${guess}@example.org` })).status;
    desk.clock.advance(61_000);
  }
  expect(last).toBe(429);
  desk.address = '203.0.113.8';
  expect((await typing({ email: 'somebody@example.org' })).status).toBe(200);
});

describe('a sign-in link, while strangers guess', () => {
  /** Opens the sign-in link of a notice and signs in. */
  async function signInByLink(link: string, typed: Readonly<Record<string, string>>): Promise<Response> {
    const url = link.replace('https://link.example.org', desk.url);
    const opened = await fetch(url);
    const hidden = /name="form" value="([^"]*)"/.exec(await opened.text())?.[1] ?? '';
    const [cookie = ''] = (opened.headers.get('set-cookie') ?? '').split(';');
    const body = new URLSearchParams({ form: hidden, email: EMAIL, password: PASSWORD, ...typed });
    return await fetch(`${desk.url}/reauth`, { method: 'POST', body, headers: { Cookie: cookie } });
  }

  async function linkOfNotice(): Promise<string> {
    await linkUp(desk);
    const [id = ''] = await desk.stores.accounts.list();
    const kept = await desk.stores.accounts.get(id);
    if (!kept) throw new Error('no account');
    const marked = { state: 'needs-reauth', reason: 'password-changed', since: '2026-03-01T11:00:00.000Z' } as const;
    await desk.stores.accounts.put({ ...kept, ...marked });
    await desk.raise({ accountId: kept.id, cause: 'password-changed', maskedEmail: 'm…y@example.org' });
    const [link] = /https\S+\/reauth\?t=\S+/.exec(desk.notices.at(-1)?.text ?? '') ?? [];
    return link ?? '';
  }

  const STRANGERS = ['198.51.100.1', '192.0.2.1', '2001:db8:1::1', '2001:db8:2::1', '2001:db8:3::1'];

  test('always has one attempt of its own', async () => {
    const link = await linkOfNotice();
    const own = desk.address;
    for (const address of STRANGERS) {
      desk.address = address;
      await typing({ password: 'not it' });
    }
    desk.address = own;
    expect((await typing({ password: PASSWORD })).status).toBe(429);
    expect(await (await signInByLink(link, {})).text()).toContain('Done.');
  });

  test.each(['Mary@example.org', ' MARY@EXAMPLE.ORG'])(
    'also for the address as a phone writes it: "%s"',
    async (email) => {
      const link = await linkOfNotice();
      for (const address of STRANGERS) {
        desk.address = address;
        await typing({ password: 'not it' });
      }
      expect((await signInByLink(link, { email })).status).not.toBe(429);
    },
  );

  test('does not have it for other accounts', async () => {
    const link = await linkOfNotice();
    for (const address of STRANGERS) {
      desk.address = address;
      await typing({ email: 'ada@example.org', password: 'not it' });
    }
    expect((await signInByLink(link, { email: 'ada@example.org' })).status).toBe(429);
  });

  test('works while a region, or everybody, is refused', async () => {
    const link = await linkOfNotice();
    desk.change({ cloud: cloudThat(signIn) });
    let last = 200;
    for (let guess = 0; last === 200 && guess < 200; guess += 1) {
      desk.address = `2001:db8:${guess}::1`;
      last = (await typing({ email: `person${guess}@example.org` })).status;
    }
    expect(last).toBe(429);
    const refused = desk.lines.filter((line) => line.includes('"page-sign-in-throttled"'));
    expect(refused.some((line) => line.includes('"error"') && line.includes('"everyone"'))).toBe(true);
    desk.change({ cloud: createMyLeviton({ url: desk.myLeviton.url, clock: desk.clock }) });
    expect(await (await signInByLink(link, {})).text()).toContain('Done.');
  });
});
