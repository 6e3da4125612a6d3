import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { answerConsent } from '../../desk/person.ts';
import { createSealer } from '../../lambda/adapters/aes-gcm/sealer.ts';
import { seedLink } from '../support/seed.ts';
import { EMAIL, PASSWORD, turnOn } from '../support/setup.ts';
import { Visitor } from '../support/visitor.ts';
import {
  atAmazon,
  connected,
  type LostAlexa,
  linkingUrl,
  openLostAlexa,
  readyLink,
  signedIn,
} from './alexa-support.ts';

let setup: LostAlexa;
/** What Amazon was asked: tokens of a consent, or the enablement. */
let calls: string[];
beforeEach(async () => {
  setup = await openLostAlexa();
  calls = [];
  setup.system.alexa.onExchange(({ channel }) => {
    if (channel === 'alexa-api' || channel === 'lwa') calls.push(channel);
  });
});
afterEach(() => setup.system.close());

/** Of the mallory of each test: an Amazon account with an Echo of its own. */
const stranger = () => setup.system.addAccount({ name: 'Mallory' });
const isConnected = (amazon: ReturnType<typeof stranger>) => amazon.account.linked;
const nothingHappened = async () => {
  expect(calls).toEqual([]);
  expect(await setup.made()).toEqual([]);
};

describe('a state', () => {
  test.each([
    { when: 'made up', state: () => 'eyJhbGciOiJub25lIn0' },
    { when: 'sealed with a key of his own', state: () => ownState() },
    { when: 'that is a sealed link of ours', state: () => new URL(setup.mailLink).searchParams.get('t') ?? '' },
    { when: 'that is empty', state: () => '' },
  ])('$when is refused, and Amazon is asked for nothing', async ({ state }) => {
    const visitor = await atAmazon(setup);
    const { status, words } = await visitor.open(`${linkingUrl(setup)}/alexa/callback?code=abc&state=${state()}`);
    expect(status).toBe(400);
    expect(words).toContain('Nothing was changed.');
    await nothingHappened();
  });

  const ownState = () =>
    createSealer([{ id: 'desk-1', key: Buffer.alloc(32, 7).toString('base64') }]).seal(
      '{}',
      'sign-in-form alexa-consent',
    );

  test('with one character changed is refused', async () => {
    const visitor = await atAmazon(setup);
    const back = new URL(await answerConsent(visitor.page?.location ?? '', { account: setup.customer.id }));
    const state = back.searchParams.get('state') ?? '';
    back.searchParams.set('state', state.slice(0, -2) + (state.endsWith('AA') ? 'BB' : 'AA'));
    expect((await visitor.open(back.href)).status).toBe(400);
    await nothingHappened();
  });

  test('that comes twice is refused', async () => {
    const visitor = await atAmazon(setup);
    const back = await answerConsent(visitor.page?.location ?? '', { account: setup.customer.id });
    const twice = `${back}&state=${new URL(back).searchParams.get('state')}`;
    expect((await visitor.open(twice)).status).toBe(400);
    await nothingHappened();
  });

  test('that is eleven minutes old is refused', async () => {
    const visitor = await atAmazon(setup);
    const back = await answerConsent(visitor.page?.location ?? '', { account: setup.customer.id });
    setup.clock.advance(11 * 60_000);
    expect((await visitor.open(back)).words).toContain('this page waits ten minutes at most');
    await nothingHappened();
  });

  test('replayed with the code of another Amazon account connects nobody', async () => {
    const visitor = await connected(setup);
    const mallory = stranger();
    const used = new URL(visitor.page?.url ?? '');
    calls.length = 0;
    used.searchParams.set('code', await foreignCode(mallory.customer.id));
    expect((await visitor.open(used.href)).title).toBe('Done');
    expect(calls).toEqual([]);
    expect(isConnected(mallory)).toBe(false);
  });

  test('works in the browser that has signed in, and in no other', async () => {
    const visitor = await atAmazon(setup);
    const back = await answerConsent(visitor.page?.location ?? '', { account: setup.customer.id });
    const other = new Visitor();
    expect((await other.open(back)).title).toBe('This page belongs to another browser');
    await other.open(setup.mailLink); // now it has a cookie of its own
    expect((await other.open(back)).title).toBe('This page belongs to another browser');
    await nothingHappened();
    expect((await visitor.open(back)).title).toBe('Done');
  });
});

/** A code that Login with Amazon gave for a request of the attacker's own. */
async function foreignCode(account: string): Promise<string> {
  const request = new URL(setup.system.alexa.authorizeUrl);
  request.search = new URLSearchParams({
    ...{ client_id: setup.system.alexa.messaging.clientId, scope: 'alexa::skills:account_linking' },
    ...{ response_type: 'code', redirect_uri: `${linkingUrl(setup)}/alexa/callback`, state: 'his' },
    ...{ code_challenge: 'x'.repeat(43), code_challenge_method: 'S256' },
  }).toString();
  return new URL(await answerConsent(request.href, { account })).searchParams.get('code') ?? '';
}

test('a foreign code in the callback of a person who is at Amazon connects nobody: its challenge is not theirs', async () => {
  const visitor = await atAmazon(setup);
  const mallory = stranger();
  const back = new URL(await answerConsent(visitor.page?.location ?? '', { account: setup.customer.id }));
  back.searchParams.set('code', await foreignCode(mallory.customer.id));
  expect((await visitor.open(back.href)).title).toBe('Amazon needs your permission once more');
  expect(isConnected(mallory)).toBe(false);
  expect(await setup.made()).toEqual([]);
});

test.each([
  { when: 'no code', code: '' },
  { when: 'a code with a line break', code: 'abc\r\nHost: example.org' },
  { when: 'HTML for a code', code: '<script>' },
  { when: 'a code as long as a book', code: 'x'.repeat(5_000) },
])('$when', async ({ code }) => {
  const visitor = await atAmazon(setup);
  const back = new URL(await answerConsent(visitor.page?.location ?? '', { account: setup.customer.id }));
  back.searchParams.set('code', code);
  const { status, html } = await visitor.open(back.href);
  expect(status).toBe(400);
  expect(html).not.toContain('<script>');
});

describe('a stranger who has nothing but the link of the mail', () => {
  test('gets to the sign-in and no further', async () => {
    const mallory = new Visitor();
    await mallory.open(setup.mailLink);
    const { words } = await mallory.act('sign-in', { email: EMAIL, password: 'a guess' });
    expect(words).toContain('does not know this e-mail address with this password');
    await nothingHappened();
  });

  test.each(['connect', 'offer', 'ready', 'replace'])('cannot post his way to %s', async (action) => {
    const mallory = new Visitor();
    await mallory.open(setup.mailLink);
    const [, form = ''] = /name="form" value="([^"]*)"/.exec(mallory.page?.html ?? '') ?? [];
    const { t } = Object.fromEntries(new URL(setup.mailLink).searchParams);
    for (const visit of [form, t ?? '', 'x']) {
      const body = new URLSearchParams({ action, visit });
      const cookie = [...mallory.cookies].map((pair) => pair.join('=')).join('; ');
      const answer = await fetch(`${linkingUrl(setup)}/alexa`, {
        method: 'POST',
        redirect: 'manual',
        body,
        headers: { cookie },
      });
      expect(answer.status).toBe(400);
    }
    await nothingHappened();
  });

  test('is counted like anybody who guesses: the account is not locked by him', async () => {
    const mallory = new Visitor();
    await mallory.open(setup.mailLink);
    for (let guess = 0; guess < 4; guess++) await mallory.act('sign-in', { email: EMAIL, password: `guess ${guess}` });
    expect(mallory.page?.words).toContain('too many attempts');
  });
});

test('the page of one browser does not open in another', async () => {
  const visitor = await signedIn(setup);
  const [, visit = ''] = /name="visit" value="([^"]*)"/.exec(visitor.page?.html ?? '') ?? [];
  const other = new Visitor();
  await other.open(setup.mailLink);
  const cookie = [...other.cookies].map((pair) => pair.join('=')).join('; ');
  const body = new URLSearchParams({ action: 'connect', visit });
  const answer = await fetch(`${linkingUrl(setup)}/alexa`, {
    method: 'POST',
    redirect: 'manual',
    body,
    headers: { cookie },
  });
  expect(answer.status).toBe(400);
});

test('a sign-in of more than ten minutes ago connects nobody', async () => {
  const visitor = await signedIn(setup);
  setup.clock.advance(11 * 60_000);
  expect((await visitor.act('connect')).words).toContain('this page waits ten minutes at most');
});

test('coming back from Amazon does not lengthen the sign-in', async () => {
  const visitor = await signedIn(setup);
  setup.clock.advance(6 * 60_000);
  await visitor.act('connect');
  setup.clock.advance(6 * 60_000);
  await visitor.consent({ answer: 'access_denied' });
  expect((await visitor.act('offer')).words).toContain('this page waits ten minutes at most');
});

describe('the link of another account', () => {
  const EVE = { email: 'eve@example.org', password: 'canary-eve' };

  test('connects that account, and nothing of this one', async () => {
    const { system } = setup;
    const accountId = String(system.myLeviton.addAccount(EVE).userId);
    const eve = await seedLink(system, { ...EVE, keep: true });
    const [link] = await system.ports.links.ofAccount(accountId);
    await system.ports.notices.raise({ accountId, cause: 'grant-revoked', subject: link?.id ?? '' });
    const visitor = new Visitor();
    await visitor.open(/http\S+\/alexa\?t=\S+/.exec(system.notices.at(-1)?.text ?? '')?.[0] ?? '');
    await visitor.act('sign-in', { email: EMAIL, password: PASSWORD });
    expect(visitor.page?.words).toContain('This is another My Leviton account');
    await visitor.act('sign-in', EVE);
    await visitor.act('connect');
    expect((await visitor.consent({ account: eve.customer.id })).title).toBe('Done');
    expect(await setup.made()).toEqual([]);
    expect((await system.ports.links.ofAccount(accountId)).filter(({ minted }) => minted)).toHaveLength(1);
  });

  test('of another installation is none of ours', async () => {
    const other = await openLostAlexa();
    try {
      const foreign = setup.mailLink.replace(/\?t=.*/, new URL(other.mailLink).search);
      expect((await new Visitor().open(foreign)).title).toBe('This link is not complete');
    } finally {
      await other.system.close();
    }
  });
});

describe('an API endpoint that is not of Amazon', () => {
  test('gets no token', async () => {
    const received: string[] = [];
    const evil = createServer((request, response) => {
      received.push(String(request.headers.authorization));
      response.end('{}');
    });
    await new Promise<void>((resolve) => evil.listen(0, '127.0.0.1', resolve));
    const { port } = evil.address() as AddressInfo;
    const endpoints = [`127.0.0.1:${port}`, `localhost:${port}`, 'api.amazonalexa.com.example.org'];
    setup.system.alexa.inject({ at: 'api-endpoint', kind: 'body', status: 200, body: { endpoints } });
    const visitor = await connected(setup);
    expect(visitor.page?.title).toBe('Amazon is too busy');
    expect(received).toEqual([]);
    expect(await setup.made()).toEqual([]);
    await new Promise((resolve) => evil.close(resolve));
  });
});

describe('the password that a person lets us keep', () => {
  const kept = async () => (await setup.system.ports.accounts.get(setup.accountId))?.credentials !== undefined;

  test('survives a link that is replaced: DELETE comes before POST, and SkillDisabled with it', async () => {
    setup.system.alexa.enablement.enabledBefore = 'conflict';
    await connected(setup);
    expect(await kept()).toBe(true);
    expect((await setup.customer.send(turnOn(setup.endpointId))).name).toBe('Response');
    expect(setup.logged('skill-disabled')).toHaveLength(1);
  });

  test('survives also where the event comes late', async () => {
    setup.system.alexa.enablement.enabledBefore = 'conflict';
    setup.system.alexa.enablement.events = 'held';
    await connected(setup);
    await setup.system.alexa.sendHeldEvents();
    expect(await kept()).toBe(true);
    expect((await setup.made()).map(({ state }) => state)).toEqual(['live']);
    expect((await setup.customer.send(turnOn(setup.endpointId))).name).toBe('Response');
  });
});

describe('two at once', () => {
  test('with one ready link: one of them connects, the other reads why', async () => {
    const link = await readyLink(setup);
    const mallory = stranger();
    const people = [new Visitor(), new Visitor()];
    const backs: string[] = [];
    for (const [n, person] of people.entries()) {
      await person.open(link);
      await person.act('connect');
      const account = n === 0 ? setup.customer.id : mallory.customer.id;
      backs.push(await answerConsent(person.page?.location ?? '', { account }));
    }
    await Promise.all(people.map((person, n) => person.open(backs[n] ?? '')));
    expect(people.map(({ page }) => page?.title).sort()).toEqual(['Done', 'This link was used already']);
    expect((await setup.made()).filter(({ state }) => state === 'live')).toHaveLength(1);
  });

  test('who have both signed in connect each their own Alexa', async () => {
    const second = setup.system.addAccount({ name: 'The other Echo' });
    const [one, other] = [await atAmazon(setup), await atAmazon(setup)];
    await one.consent({ account: setup.customer.id });
    await other.consent({ account: second.customer.id });
    expect([one.page?.title, other.page?.title]).toEqual(['Done', 'Done']);
    expect([setup.amazonAccount.linked, second.account.linked]).toEqual([true, true]);
  });

  test('the same callback, opened twice at once, makes one link', async () => {
    const visitor = await atAmazon(setup);
    const back = await answerConsent(visitor.page?.location ?? '', { account: setup.customer.id });
    const twin = new Visitor();
    for (const [name, value] of visitor.cookies) twin.cookies.set(name, value);
    await Promise.all([visitor.open(back), twin.open(back)]);
    expect([visitor.page?.title, twin.page?.title]).toContain('Done');
    expect((await setup.made()).filter(({ state }) => state === 'live')).toHaveLength(1);
    expect((await setup.customer.send(turnOn(setup.endpointId))).name).toBe('Response');
  });
});

test('a ready link makes no other ready link, and no sign-in', async () => {
  const person = new Visitor();
  await person.open(await readyLink(setup));
  const [, visit = ''] = /name="visit" value="([^"]*)"/.exec(person.page?.html ?? '') ?? [];
  const cookie = [...person.cookies].map((pair) => pair.join('=')).join('; ');
  const body = new URLSearchParams({ action: 'ready', visit });
  const answer = await fetch(`${linkingUrl(setup)}/alexa`, {
    method: 'POST',
    redirect: 'manual',
    body,
    headers: { cookie },
  });
  expect(answer.status).toBe(400);
});

test('Amazon is visited five times an hour at most for one account', async () => {
  const visitor = await signedIn(setup);
  const page = visitor.page;
  for (let times = 0; times < 5; times++) {
    visitor.page = page;
    expect((await visitor.act('connect')).status).toBe(303);
  }
  visitor.page = page;
  const { status, words } = await visitor.act('connect');
  expect(status).toBe(429);
  expect(words).toContain('five times an hour at most');
});

test('no code, token, state or password is in a log line or on a page, whatever happens', async () => {
  const visitor = await connected(setup, { watch: 'yes' });
  const pages = [visitor.page?.html ?? ''];
  const second = await atAmazon(setup).catch(() => undefined);
  const secrets = new Set<string>([PASSWORD]);
  setup.system.alexa.onExchange(({ sent, answered }) => {
    for (const text of JSON.stringify([sent, answered]).match(/(?:Atz[ar]\|[^"]+|dps[cr]?\.[^"&]+)/g) ?? [])
      secrets.add(text);
  });
  const repeated = new Visitor();
  await repeated.open(await readyLink(setup).catch(() => setup.mailLink));
  if (second) pages.push(second.page?.html ?? '');
  const consents = await setup.system.ports.consents.list(setup.accountId);
  for (const { refreshToken } of consents) secrets.add(refreshToken);
  secrets.add(new URL(visitor.page?.url ?? '').searchParams.get('code') ?? '');
  secrets.add(new URL(visitor.page?.url ?? '').searchParams.get('state') ?? '');
  secrets.add(new URL(setup.mailLink).searchParams.get('t') ?? '');
  expect(consents).toHaveLength(1);
  for (const secret of [...secrets].filter((one) => one !== '')) {
    for (const line of setup.lines) expect(line).not.toContain(secret);
    for (const page of pages) expect(page).not.toContain(secret);
  }
  expect(JSON.stringify(await setup.links())).not.toMatch(/dpsc\.|Atz[ar]/);
});
