import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { sealFlow } from '../../lambda/linking/sign-in-form.ts';
import { PASSWORD } from '../support/setup.ts';
import { type Visited, Visitor } from '../support/visitor.ts';
import { type LampsSetup, openLamps } from './lamps-support.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

let at: LampsSetup;
beforeEach(async () => {
  at = await openLamps();
});
afterEach(() => at.system.close());

const light = () => at.system.myLeviton.device(at.lamp);
/** The writes that have reached the device cloud. */
const writes = () => at.writes.length;
const fieldIn = ({ html }: Visited, name = 'page') =>
  new RegExp(`name="${name}" value="([^"]+)"`).exec(html)?.[1] ?? '';
const post = (by: Visitor, fields: Readonly<Record<string, string>>) =>
  by.open(at.url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(fields).toString(),
  });
const blink = { action: 'blink 1613723', consent: 'yes' };

describe('whoever has a forwarded link', () => {
  test('sees how the lamps are, and can switch nothing with what the page gives', async () => {
    const stranger = new Visitor();
    const link = await at.link();
    const page = await stranger.open(link);
    expect(page.status).toBe(200);
    const token = new URL(link).searchParams.get('t') ?? '';
    for (const fields of [{ t: token }, { page: token }, { page: token, t: token }, { form: token }]) {
      const answer = await post(stranger, { ...fields, ...blink });
      expect([answer.status, answer.words.includes('blink?')]).toEqual([400, false]);
    }
    expect((await stranger.open(`${link}&action=blink+1613723&consent=yes`)).status).toBe(200);
    expect(writes()).toBe(0);
  });

  test('a former partner with an old mail sees nothing after seven days', async () => {
    const link = await at.link();
    at.clock.advance(7 * DAY + MINUTE);
    const page = await new Visitor().open(link);
    expect([page.status, page.words.includes('This link is too old')]).toEqual([400, true]);
    expect(page.words).not.toContain('Bedroom lamp');
  });

  test.each([
    { what: 'text of somebody', token: () => 'dps.k1.AAAA' },
    {
      what: 'a link with one other letter',
      token: (good: string) => `${good.slice(0, -2)}${good.endsWith('A') ? 'B' : 'A'}A`,
    },
    { what: 'a hostile text', token: () => '"><script>alert(1)</script>' },
    { what: 'a very long text', token: () => 'x'.repeat(4_000) },
  ])('$what in place of the token is refused', async ({ token }) => {
    const good = new URL(await at.link()).searchParams.get('t') ?? '';
    const page = await new Visitor().open(`${at.url}?t=${encodeURIComponent(token(good))}`);
    expect([page.status, page.words.includes('This link does not work')]).toEqual([400, true]);
    expect(page.html).not.toContain('<script>alert');
  });

  test('the token twice is refused, and hostile answers show nothing of themselves', async () => {
    const link = await at.link();
    expect((await new Visitor().open(`${link}&t=x`)).status).toBe(400);
    const page = await new Visitor().open(
      `${link}&light=${encodeURIComponent('"><b>x')}&internet=maybe&app=&tile=${'y'.repeat(500)}`,
    );
    expect([page.status, page.html.includes('<b>x')]).toEqual([200, false]);
  });

  test('who opens it thirty times in five minutes waits', async () => {
    const link = await at.link();
    const stranger = new Visitor();
    const seen = [];
    for (let times = 0; times < 31; times++) seen.push((await stranger.open(link)).status);
    expect(seen).toEqual([...Array.from({ length: 30 }, () => 200), 429]);
    at.clock.advance(6 * MINUTE);
    expect((await stranger.open(link)).status).toBe(200);
  });

  test('the device cloud is asked six times in five minutes at most; what is stored is shown all the same', async () => {
    const link = await at.link();
    at.system.myLeviton.resetCounts();
    for (let times = 0; times < 12; times++) await new Visitor().open(link);
    expect(at.system.myLeviton.counts.requests).toBeLessThanOrEqual(6 * 4);
    const page = await new Visitor().open(link);
    expect(page.words).toContain('Bedroom lamp');
  });
});

describe('a form of somebody who has signed in', () => {
  test('does nothing in another browser, after half an hour, or as the form of another page', async () => {
    const page = await at.signedIn();
    const form = { page: fieldIn(page) };
    expect((await post(new Visitor(), { ...form, ...blink })).words).toContain('This page was opened elsewhere');
    at.clock.advance(31 * MINUTE);
    expect((await post(at.person, { ...form, ...blink })).words).toContain('This page is too old');
    const other = await at.person.open(at.url.replace('/lamps', '/connections'));
    expect((await post(at.person, { page: fieldIn(other, 'form'), ...blink })).status).toBe(400);
    expect(writes()).toBe(0);
  });

  test("another account's lamp is not blinked: the device cloud refuses it", async () => {
    const other = at.system.myLeviton.addAccount({ email: 'eve@example.org', password: PASSWORD });
    const lamp = at.system.myLeviton.addSwitch(other.residenceIds[0] ?? 0, { name: "Eve's lamp" }).id;
    const page = await at.signedIn();
    const answer = await post(at.person, { page: fieldIn(page), action: `blink ${lamp}`, consent: 'yes' });
    expect(answer.words).toContain('The lamp could not be made to blink.');
    for (const id of ['', '../Person', '0', '1613723 1613724', '%00'])
      expect((await post(at.person, { page: fieldIn(page), action: `blink ${id}`, consent: '' })).status).toBe(200);
    expect(at.system.myLeviton.device(lamp)).toMatchObject({ power: 'OFF' });
  });

  test('a person of another account who signs in sees their own lamps only; one that is not linked sees none', async () => {
    at.system.myLeviton.addAccount({ email: 'eve@example.org', password: PASSWORD });
    const page = await at.signedIn({ email: 'eve@example.org' }, new Visitor());
    expect(page.words).toContain('is not connected with this skill');
    expect(page.words).not.toContain('Bedroom lamp');
  });

  test('sent again and again it blinks three times in five minutes, and leaves the lamp as it was', async () => {
    at.system.myLeviton.paddle(at.lamp, 40);
    const form = { page: fieldIn(await at.signedIn()) };
    const asked = [];
    for (let times = 0; times < 4; times++)
      asked.push((await post(at.person, { ...form, ...blink })).words.includes('blink?'));
    expect(asked).toEqual([true, true, true, false]);
    expect(light()).toMatchObject({ power: 'ON', brightness: 40 });
    expect(at.logged('lamp-blinked')).toHaveLength(3);
  });

  test('a field that we sealed for other ends is none of this page', async () => {
    const sealer = await at.system.ports.sealer();
    const flow = { subject: {}, attempt: '1', startedAt: at.clock.now().toISOString(), browser: 'x' };
    const answer = await post(at.person, { page: sealFlow('connections', flow, { sealer }), ...blink });
    expect(answer.status).toBe(400);
  });

  test('guessed passwords are counted as on every page', async () => {
    const stranger = new Visitor();
    const seen = [];
    for (let times = 0; times < 5; times++)
      seen.push((await at.signedIn({ password: `wrong-${times}` }, stranger)).status);
    expect(seen.at(-1)).toBe(429);
  });
});

test('nothing secret is on any page or in the text for a helper, which names no lamp', async () => {
  at.system.myLeviton.addSwitch(at.residence, { name: 'canary-lamp of Ada' });
  at.system.myLeviton.unplug(at.lamp);
  const pages = [await at.signedIn(), await new Visitor().open(await at.link())];
  const account = await at.system.ports.accounts.get(at.accountId);
  const { accessToken } = (await at.system.ports.grants.list(at.accountId))[0]?.tokens ?? { accessToken: 'none' };
  for (const page of pages) {
    const secrets = [PASSWORD, 'ada.lovelace', account?.session.credential ?? 'none', accessToken, 'client_secret'];
    expect(secrets.filter((secret) => page.html.includes(secret))).toEqual([]);
    const shared = /<textarea[^>]*>([^<]*)/.exec(page.html)?.[1] ?? '';
    expect(shared).toContain('From the page “How are my lamps?” of the Alexa skill Dimmer Plug Bridge.');
    expect(shared).toContain('The plug of “Lamp 1” is not connected to My Leviton.');
    expect(shared).not.toMatch(/canary|Bedroom|Ada|402119|1613723|@|http|dps\./);
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(page.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/=]+'; script-src 'sha256-[\w+/=]+'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'$/,
    );
  }
  expect(at.lines.filter((line) => line.includes(PASSWORD) || line.includes('canary'))).toEqual([]);
});
