import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { AlexaFault } from '../../desk/alexa/contract.ts';
import { endLink } from '../../lambda/domain/links.ts';
import { hourOf } from '../../lambda/watch/daily-reconcile.ts';
import { withFastClock } from '../support/clock.ts';
import { EMAIL, PASSWORD, turnOn } from '../support/setup.ts';
import { Visitor } from '../support/visitor.ts';
import { connected, type LostAlexa, linkingUrl, openLostAlexa, readyLink, signedIn } from './alexa-support.ts';

let setup: LostAlexa;
beforeEach(async () => {
  setup = await openLostAlexa();
});
afterEach(() => setup.system.close());

const say = async () => (await setup.customer.send(turnOn(setup.endpointId))).name;
const writes = () => {
  const { PutItem = 0, UpdateItem = 0, DeleteItem = 0 } = setup.system.table.counts.byOperation;
  return PutItem + UpdateItem + DeleteItem;
};

test('Alexa gets the list of devices, also where no Discover follows', async () => {
  await connected(setup);
  await setup.system.queue.idle();
  const [link] = await setup.made();
  const rows = await setup.system.ports.devices.list(setup.accountId);
  expect(rows.map(({ views }) => views[link?.id ?? '']?.announced)).toEqual([expect.any(String)]);
});

describe('opening a link writes nothing', () => {
  test('that of the mail', async () => {
    setup.system.table.resetCounts();
    expect((await new Visitor().open(setup.mailLink)).title).toBe('Connect Alexa again');
    expect(writes()).toBe(0);
  });

  test('a ready link', async () => {
    const link = await readyLink(setup);
    setup.system.table.resetCounts();
    expect((await new Visitor().open(link)).title).toBe('Connect your Alexa');
    expect(writes()).toBe(0);
  });
});

test('the page names the account masked, and what was last heard of Alexa', async () => {
  const { words } = await new Visitor().open(setup.mailLink);
  expect(words).toContain('the My Leviton account a…e@example.org');
  expect(words).toContain('Amazon said on Sunday, March 1, 2026');
  expect(words).not.toContain(EMAIL);
});

test.each([
  {
    when: 'used today',
    lastUsedAt: '2026-03-01T12:00:00.000Z',
    says: 'Alexa has used its link to this skill in the last 24 hours.',
  },
  { when: 'not for long', lastUsedAt: '2026-02-01T12:00:00.000Z', says: 'We do not know at the moment whether Alexa' },
])('a link that was $when: the page says so and no more', async ({ lastUsedAt, says }) => {
  const [link] = await setup.links();
  if (!link) throw new Error('no link');
  const { alexaStatus: _, ...rest } = link;
  await setup.system.ports.links.replace(link, { ...rest, lastUsedAt });
  expect((await new Visitor().open(setup.mailLink)).words).toContain(says);
});

test('Amazon is asked for the one scope, with S256 and an address of ours; the form may lead there', async () => {
  const visitor = await signedIn(setup);
  const policy = visitor.page?.headers.get('content-security-policy') ?? '';
  const { location, status } = await visitor.act('connect');
  const { origin, pathname, searchParams } = new URL(location);
  expect(policy).toContain(`form-action 'self' ${origin} https://*.amazon.com`);
  expect({ status, pathname, ...Object.fromEntries(searchParams) }).toEqual({
    ...{ status: 303, pathname: '/ap/oa', response_type: 'code', scope: 'alexa::skills:account_linking' },
    client_id: setup.system.alexa.messaging.clientId,
    redirect_uri: `${linkingUrl(setup)}/alexa/callback`,
    state: expect.stringMatching(/^dps\./),
    ...{ code_challenge: expect.stringMatching(/^[\w-]{43}$/), code_challenge_method: 'S256' },
  });
});

test('who has just signed in again need not do it twice', async () => {
  setup.system.myLeviton.changePassword(EMAIL, 'canary-newer-password');
  setup.system.myLeviton.changePassword(EMAIL, PASSWORD);
  const { system } = setup;
  const account = await system.ports.accounts.get(setup.accountId);
  if (!account) throw new Error('no account');
  const since = setup.clock.now().toISOString();
  await system.ports.accounts.replace(account, {
    ...account,
    state: 'needs-reauth',
    reason: 'credentials-not-kept',
    since,
  });
  await system.ports.notices.raise({ accountId: setup.accountId, cause: 'credentials-not-kept' });
  const visitor = new Visitor();
  await visitor.open(/http\S+\/reauth\?t=\S+/.exec(system.notices.at(-1)?.text ?? '')?.[0] ?? '');
  await visitor.act('sign-in', { email: EMAIL, password: PASSWORD, keep: 'yes' });
  expect(visitor.page?.title).toBe('Done');
  expect((await visitor.act('offer')).title).toBe('Now allow it at Amazon');
  await visitor.act('connect');
  expect((await visitor.consent({ account: setup.customer.id })).title).toBe('Done');
  expect(await say()).toBe('Response');
});

describe('a link that is too old', () => {
  const DAY = 86_400_000;

  test('sends a new one to whoever gets the notices, and shows none', async () => {
    setup.clock.advance(8 * DAY);
    const visitor = new Visitor();
    expect((await visitor.open(setup.mailLink)).title).toBe('This link is too old');
    const page = await visitor.act('renew');
    expect(page.title).toBe('A new link is on its way');
    expect(page.html).not.toContain('/alexa?t=');
    expect(setup.system.notices.at(-1)?.text).toContain('/alexa?t=');
  });

  test('of a notice that is closed says so, and sends nothing', async () => {
    await setup.system.ports.notices.clear(setup.accountId, ['alexa-let-go']);
    setup.clock.advance(8 * DAY);
    const visitor = new Visitor();
    await visitor.open(setup.mailLink);
    const sent = setup.system.notices.length;
    expect((await visitor.act('renew')).title).toBe('This message is no longer open');
    expect(setup.system.notices).toHaveLength(sent);
  });
});

test('the sign-in is for this account only', async () => {
  setup.system.myLeviton.addAccount({ email: 'eve@example.org', password: 'canary-eve' });
  const visitor = new Visitor();
  await visitor.open(setup.mailLink);
  const { words } = await visitor.act('sign-in', { email: 'eve@example.org', password: 'canary-eve' });
  expect(words).toContain('This is another My Leviton account');
  expect(await setup.made()).toEqual([]);
});

describe('a ready link', () => {
  test('works in another browser, without the sign-in, and a notice says that it was used', async () => {
    const link = await readyLink(setup);
    const person = new Visitor();
    const { words } = await person.open(link);
    expect(words).toContain('Somebody who has signed in to the My Leviton account a…e@example.org');
    expect(words).toContain('the Amazon account of the Echo beside the lamp');
    await person.act('connect');
    expect((await person.consent({ account: setup.customer.id })).title).toBe('Done');
    expect(await say()).toBe('Response');
    expect(setup.system.notices.map(({ kind, cause }) => `${kind} ${cause}`).sort()).toEqual([
      'all-clear alexa-let-go',
      'notice alexa-let-go',
      'notice ready-link-used',
    ]);
    expect(setup.logged('alexa-connected')).toMatchObject([{ ready: true }]);
  });

  test('used twice, it is refused with a sentence of its own', async () => {
    const link = await readyLink(setup);
    const person = new Visitor();
    await person.open(link);
    await person.act('connect');
    await person.consent({ account: setup.customer.id });
    const { status, words } = await new Visitor().open(link);
    expect(status).toBe(410);
    expect(words).toContain('It works once. Ask the person who sent it for another one.');
  });

  test('it ends after a day', async () => {
    const link = await readyLink(setup);
    setup.clock.advance(24 * 3_600_000);
    expect((await new Visitor().open(link)).words).toContain('It worked for 24 hours.');
  });

  test('a person who says no at Amazon can use it again', async () => {
    const person = new Visitor();
    await person.open(await readyLink(setup));
    await person.act('connect');
    expect((await person.consent({ answer: 'access_denied' })).title).toBe('You said no at Amazon');
    await person.act('offer');
    await person.act('connect');
    expect((await person.consent({ account: setup.customer.id })).title).toBe('Done');
  });
});

describe('the box "tell me when Alexa lets go"', () => {
  const consents = () => setup.system.ports.consents.list(setup.accountId);

  test('without it nothing of the consent is kept', async () => {
    await connected(setup);
    expect(await consents()).toEqual([]);
  });

  test('with it the consent is kept for its link, and goes with it', async () => {
    const visitor = await connected(setup, { watch: 'yes' });
    const [link] = await setup.made();
    expect(await consents()).toMatchObject([{ linkId: link?.id, endpoint: new URL(setup.system.alexa.apiUrl).host }]);
    expect(visitor.page?.words).toContain('asks Amazon once a day');
    if (!link) throw new Error('no link');
    await endLink(link, 'revoked', setup.system.ports);
    expect(await consents()).toEqual([]);
  });

  const nextTurn = async () => {
    const wait = (hourOf(setup.accountId) - setup.clock.now().getUTCHours() + 23) % 24;
    setup.clock.advance((wait + 1) * 3_600_000);
    await withFastClock(setup.clock, () => setup.system.maintainAccounts(), 500);
  };
  const status = async () => (await setup.made())[0]?.alexaStatus;

  test('with it Amazon is asked once a day, and what it says is on the row of the link', async () => {
    await connected(setup, { watch: 'yes' });
    await nextTurn();
    expect(await status()).toEqual({ status: 'LINKED', checkedAt: expect.stringMatching(/^2026-03-0[12]/) });
    setup.customer.letGo();
    setup.amazonAccount.unlink();
    await nextTurn();
    expect(await status()).toMatchObject({ status: 'NOT_LINKED' });
    expect(setup.logged('alexa-status-read').map((line) => line.status)).toEqual(['LINKED', 'NOT_LINKED']);
    await withFastClock(setup.clock, () => setup.system.maintainAccounts(), 500);
    expect(setup.logged('alexa-status-read')).toHaveLength(2);
  });

  test.each<{ when: string; fault: AlexaFault }>([
    { when: 'is down', fault: { at: 'enablement-get', kind: 'status', status: 503 } },
    { when: 'answers a page', fault: { at: 'enablement-get', kind: 'html' } },
    { when: 'answers 401', fault: { at: 'enablement-get', kind: 'status', status: 401 } },
    { when: 'gives no token', fault: { at: 'lwa', kind: 'status', status: 500 } },
  ])('Amazon $when: nothing is known, and the consent stays', async ({ fault }) => {
    await connected(setup, { watch: 'yes' });
    const before = await status();
    setup.system.alexa.inject(fault);
    await nextTurn();
    expect(await status()).toEqual(before);
    expect(setup.logged('alexa-status-not-read')).toHaveLength(1);
    expect(await consents()).toHaveLength(1);
  });

  test('a consent that the person has withdrawn is forgotten, and says nothing of the link', async () => {
    await connected(setup, { watch: 'yes' });
    const before = await status();
    setup.customer.withdrawConsent();
    await nextTurn();
    expect(await consents()).toEqual([]);
    expect(await status()).toEqual(before);
    expect(setup.logged('alexa-consent-ended')).toHaveLength(1);
  });
});

test('a skill that does not know its own id shows the steps in the Alexa app, with its name', async () => {
  const unknowing = await openLostAlexa({ environment: { SKILL_ID: '' } });
  try {
    const { status, words } = await new Visitor().open(`${linkingUrl(unknowing)}/alexa?t=anything`);
    expect(status).toBe(200);
    expect(words).toContain('search for Dimmer Plug Bridge');
    expect((await new Visitor().open(`${linkingUrl(unknowing)}/alexa/callback?code=x&state=y`)).words).toContain(
      'search for Dimmer Plug Bridge',
    );
  } finally {
    await unknowing.system.close();
  }
});
