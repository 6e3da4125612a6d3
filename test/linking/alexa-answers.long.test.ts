import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { ConsentAnswer } from '../../desk/alexa/consent-page.ts';
import type { AlexaFault } from '../../desk/alexa/contract.ts';
import { answerConsent } from '../../desk/person.ts';
import { withFastClock } from '../support/clock.ts';
import { turnOn } from '../support/setup.ts';
import { type Visited, Visitor } from '../support/visitor.ts';
import { atAmazon, connected, type LostAlexa, openLostAlexa, signedIn } from './alexa-support.ts';

// Every answer of Amazon's to the page that connects Alexa again, with the sentence that the person reads.

let setup: LostAlexa;
beforeEach(async () => {
  setup = await openLostAlexa();
});
afterEach(() => setup.system.close());

const obeys = async () => (await setup.customer.send(turnOn(setup.endpointId))).name === 'Response';
const posts = () => {
  const count = { posts: 0 };
  setup.system.alexa.onExchange(({ channel, sent }) => {
    if (channel === 'alexa-api' && (sent as { stage?: string }).stage !== undefined) count.posts += 1;
  });
  return count;
};
const outcomes = () =>
  setup.logged('alexa-not-connected').map(({ level, outcome, status }) => ({ level, outcome, status }));

/** Back from Amazon while time passes quickly. */
async function back(visitor: Visitor): Promise<Visited> {
  const url = await answerConsent(visitor.page?.location ?? '', { account: setup.customer.id });
  return await withFastClock(setup.clock, () => visitor.open(url), 250);
}

describe("the errors of Amazon's consent page", () => {
  test.each<{ answer: ConsentAnswer; title: string; status: number; level: string }>([
    { answer: 'access_denied', title: 'You said no at Amazon', status: 200, level: 'warn' },
    { answer: 'server_error', title: "Amazon's sign-in does not work at the moment", status: 503, level: 'warn' },
    {
      answer: 'temporarily_unavailable',
      title: "Amazon's sign-in does not work at the moment",
      status: 503,
      level: 'warn',
    },
    { answer: 'invalid_request', title: 'Amazon does not accept this skill', status: 502, level: 'error' },
    { answer: 'unauthorized_client', title: 'Amazon does not accept this skill', status: 502, level: 'error' },
    { answer: 'invalid_scope', title: 'Amazon does not accept this skill', status: 502, level: 'error' },
    { answer: 'unsupported_response_type', title: 'Amazon does not accept this skill', status: 502, level: 'error' },
  ])('$answer: $title', async ({ answer, title, status, level }) => {
    const page = await (await atAmazon(setup)).consent({ answer });
    expect({ title: page.title, status: page.status }).toEqual({ title, status });
    expect(outcomes()).toMatchObject([{ level }]);
    expect(await setup.made()).toEqual([]);
  });

  test('an error that RFC 6749 does not know is shown as our own fault, and not repeated on the page', async () => {
    const visitor = await atAmazon(setup);
    const url = new URL(await answerConsent(visitor.page?.location ?? '', { answer: 'access_denied' }));
    url.searchParams.set('error', '<script>alert(1)</script>');
    const { title, html } = await visitor.open(url.href);
    expect(title).toBe('Amazon does not accept this skill');
    expect(html).not.toContain('alert(1)');
  });
});

describe('the tokens of the consent', () => {
  test.each<{ fault: AlexaFault; title: string; level: string }>([
    { fault: { at: 'lwa', kind: 'invalid-grant' }, title: 'Amazon needs your permission once more', level: 'warn' },
    { fault: { at: 'lwa', kind: 'invalid-client' }, title: 'Amazon does not accept this skill', level: 'error' },
    { fault: { at: 'lwa', kind: 'status', status: 503 }, title: 'Amazon is too busy', level: 'warn' },
    { fault: { at: 'lwa', kind: 'html' }, title: 'Amazon is too busy', level: 'warn' },
    { fault: { at: 'lwa', kind: 'hang' }, title: 'Amazon is too busy', level: 'warn' },
  ])('$fault.kind: $title', async ({ fault, title, level }) => {
    const visitor = await atAmazon(setup);
    const ended = setup.system.alexa.inject(fault);
    expect((await back(visitor)).title).toBe(title);
    expect(outcomes()).toMatchObject([{ level }]);
    ended();
    expect(await setup.made()).toEqual([]);
  });
});

describe('an answer that decides, to POST', () => {
  test.each<{ status: number; message?: string; title: string; posts: number; offers: string }>([
    { status: 401, title: 'Amazon needs your permission once more', posts: 1, offers: 'Try again' },
    {
      status: 403,
      title: 'Amazon does not let this Amazon account use the skill',
      posts: 1,
      offers: 'Open the Alexa app',
    },
    { status: 404, title: 'Amazon does not accept this skill', posts: 1, offers: 'Open the Alexa app' },
    {
      status: 400,
      message: 'Invalid stage',
      title: 'Amazon does not accept this skill',
      posts: 1,
      offers: 'Open the Alexa app',
    },
    {
      status: 400,
      message: 'Invalid account linking credentials',
      title: 'Amazon could not connect Alexa',
      posts: 2,
      offers: 'Try again',
    },
  ])('$status $message: $title, after $posts', async ({ status, message, title, posts: expected, offers }) => {
    setup.system.alexa.inject({
      at: 'enablement-post',
      kind: 'status',
      status,
      ...(message !== undefined && { message }),
    });
    const visitor = await atAmazon(setup);
    const count = posts();
    const page = await back(visitor);
    expect(page.title).toBe(title);
    expect(page.words).toContain(offers);
    expect(count.posts).toBe(expected);
  });

  test('400 once: the second code connects', async () => {
    const message = 'Invalid account linking credentials';
    setup.system.alexa.inject({ at: 'enablement-post', kind: 'status', status: 400, message, times: 1 });
    expect((await back(await atAmazon(setup))).title).toBe('Done');
    expect(await obeys()).toBe(true);
  });

  test('403 in development, for a person who is no tester: the steps in the Alexa app, and an alarm', async () => {
    const foreign = setup.system.addAccount({ name: 'A friend', tester: false });
    const visitor = await atAmazon(setup);
    const page = await visitor.consent({ account: foreign.customer.id });
    expect(page.words).toContain('developer and beta testers');
    expect(page.words).toContain('search for Dimmer Plug Bridge');
    expect(outcomes()).toEqual([{ level: 'error', outcome: 'not-permitted', status: 403 }]);
  });
});

describe('an answer that decides nothing, to POST', () => {
  test.each([429, 500, 503])('%i twice: the third attempt connects', async (status) => {
    setup.system.alexa.inject({ at: 'enablement-post', kind: 'status', status, times: 2 });
    expect((await back(await atAmazon(setup))).title).toBe('Done');
    expect(await obeys()).toBe(true);
  });

  test.each([429, 500])('%i for good: Amazon is too busy, after three attempts', async (status) => {
    setup.system.alexa.inject({ at: 'enablement-post', kind: 'status', status });
    const visitor = await atAmazon(setup);
    const count = posts();
    expect((await back(visitor)).title).toBe('Amazon is too busy');
    expect(count.posts).toBe(3);
  });

  test('the answer was lost, and Amazon says LINKED: Done', async () => {
    setup.system.alexa.inject({ at: 'enablement-post', kind: 'reset', times: 1 });
    expect((await back(await atAmazon(setup))).title).toBe('Done');
    expect(await obeys()).toBe(true);
  });

  test('the answer came too late, and Amazon says LINKED: Done', async () => {
    setup.system.alexa.inject({ at: 'enablement-post', kind: 'late', ms: 60_000, times: 1 });
    expect((await back(await atAmazon(setup))).title).toBe('Done');
    expect(await obeys()).toBe(true);
  });

  test('the answer came after 12 s: Done', async () => {
    setup.system.alexa.inject({ at: 'enablement-post', kind: 'late', ms: 12_000, times: 1 });
    expect((await back(await atAmazon(setup))).title).toBe('Done');
  });

  test('no answer at all: it is not known; the next try connects', async () => {
    const ended = setup.system.alexa.inject({ at: 'enablement-post', kind: 'hang' });
    const visitor = await atAmazon(setup);
    expect((await back(visitor)).title).toBe('We do not know yet');
    ended();
    await visitor.act('offer');
    await visitor.act('connect');
    expect((await back(visitor)).title).toBe('Done');
    expect((await setup.made()).filter(({ state }) => state === 'live')).toHaveLength(1);
  });

  test('answer and status were lost: it is not known; the next try finds it done, and links nothing twice', async () => {
    setup.system.alexa.inject({ at: 'enablement-post', kind: 'reset', times: 1 });
    const ended = setup.system.alexa.inject({ at: 'enablement-get', kind: 'html' });
    const visitor = await atAmazon(setup);
    expect((await back(visitor)).title).toBe('We do not know yet');
    ended();
    const count = posts();
    await visitor.act('offer');
    await visitor.act('connect');
    expect((await back(visitor)).title).toBe('Done');
    expect(count.posts).toBe(0);
    expect(await setup.made()).toHaveLength(1);
  });

  test.each<{ when: string; body: unknown }>([
    { when: 'no JSON object', body: 'LINKED' },
    { when: 'null', body: null },
    { when: 'another status of the link', body: { accountLink: { status: 'PENDING' }, status: 'ENABLED' } },
    { when: 'no status of the link', body: { status: 'ENABLED' } },
    { when: 'a hostile status', body: { accountLink: { status: '<script>LINKED</script>' } } },
  ])('201 with $when is no success', async ({ body }) => {
    setup.system.alexa.inject({ at: 'enablement-post', kind: 'body', status: 201, body });
    const { title, html } = await back(await atAmazon(setup));
    expect(title).toBe('We do not know yet');
    expect(html).not.toContain('<script>');
    expect(await setup.made()).toMatchObject([{ state: 'pending' }]);
  });

  test('the skill does not accept the grant: not connected, and no link stays that no Alexa has', async () => {
    setup.system.alexa.enablement.grantRefusedStatus = 400;
    const visitor = await atAmazon(setup);
    const url = await answerConsent(visitor.page?.location ?? '', { account: setup.customer.id });
    const ended = setup.system.alexa.inject({ at: 'lwa', kind: 'invalid-grant' });
    const page = await withFastClock(setup.clock, () => visitor.open(url), 250);
    ended();
    expect(page.title).toBe('Amazon needs your permission once more');
    expect((await setup.made()).filter(({ state }) => state === 'live')).toEqual([]);
  });
});

describe('409', () => {
  beforeEach(() => {
    setup.system.alexa.enablement.enabledBefore = 'conflict';
  });

  test('not linked: the enablement is deleted and made anew', async () => {
    expect((await connected(setup)).page?.title).toBe('Done');
    expect(await obeys()).toBe(true);
  });

  test('linked already: nothing is changed, until the person wants that', async () => {
    await connected(setup);
    const [first] = await setup.made();
    const repeated = new Visitor();
    // The notice is used, so another one leads here.
    setup = { ...setup, mailLink: await anotherNotice() };
    await signedIn(setup, repeated);
    await repeated.act('connect');
    expect((await repeated.consent({ account: setup.customer.id })).title).toBe(
      'Amazon says that Alexa is connected already',
    );
    expect(await obeys()).toBe(true);
    await repeated.act('replace');
    expect((await repeated.consent({ account: setup.customer.id })).title).toBe('Done');
    expect(await obeys()).toBe(true);
    const live = (await setup.made()).filter(({ state }) => state === 'live');
    expect(live.map(({ id }) => id)).not.toContain(first?.id);
  });

  test('DELETE ends the consent as well: the page says that the skill is off, and connects with one more try', async () => {
    setup.system.alexa.enablement.deleteEndsConsent = true;
    const visitor = await connected(setup);
    expect(visitor.page?.title).toBe('Amazon needs your permission once more');
    expect(visitor.page?.words).toContain('Alexa has switched this skill off in the meantime');
    await visitor.act('offer');
    await visitor.act('connect');
    expect((await visitor.consent({ account: setup.customer.id })).title).toBe('Done');
    expect((await setup.system.ports.accounts.get(setup.accountId))?.credentials).toBeDefined();
  });

  test('DELETE fails: it is not known whether the skill is off', async () => {
    setup.system.alexa.inject({ at: 'enablement-delete', kind: 'html' });
    const visitor = await connected(setup);
    expect(visitor.page?.words).toContain('it may still be off');
  });
});

/** A notice of another link that Alexa has let go of. */
async function anotherNotice(): Promise<string> {
  const { system, accountId, lost } = setup;
  const link = await system.ports.links.get(lost.id);
  if (!link) throw new Error('no link');
  await system.queue.idle(); // the first report of the new link closes such a notice
  await system.ports.notices.raise({ accountId, cause: 'grant-revoked', subject: lost.id });
  return /http\S+\/alexa\?t=\S+/.exec(system.notices.at(-1)?.text ?? '')?.[0] ?? '';
}

describe('what no document of Amazon settles', () => {
  test.each([
    { when: 'a verifier comes with our code', behaviour: { verifier: true } },
    { when: 'no skill event comes', behaviour: { events: 'never' as const } },
    { when: 'skill events come late', behaviour: { events: 'held' as const } },
  ])('$when: connected', async ({ behaviour }) => {
    Object.assign(setup.system.alexa.enablement, behaviour);
    expect((await connected(setup)).page?.title).toBe('Done');
    await setup.system.alexa.sendHeldEvents();
    expect(await obeys()).toBe(true);
  });
});

describe('our own table is away', () => {
  test('before Amazon is visited: 503, and the link of the mail works later', async () => {
    const heal = setup.system.table.fail('error');
    expect((await new Visitor().open(setup.mailLink)).status).toBe(503);
    heal();
    expect((await connected(setup)).page?.title).toBe('Done');
  });

  test('when the person comes back: 503, and a reload connects', async () => {
    const visitor = await atAmazon(setup);
    const url = await answerConsent(visitor.page?.location ?? '', { account: setup.customer.id });
    const heal = setup.system.table.fail('error');
    expect((await visitor.open(url)).status).toBe(503);
    heal();
    expect((await visitor.open(url)).title).toBe('Done');
  });
});

test('our table fails once Amazon has connected: Done, and what was not stored is in the log', async () => {
  const visitor = await atAmazon(setup);
  const url = await answerConsent(visitor.page?.location ?? '', { account: setup.customer.id });
  let heal = () => {};
  setup.system.alexa.onExchange(({ channel, sent, status }) => {
    if (channel === 'alexa-api' && status === 201 && (sent as { stage?: string }).stage !== undefined)
      heal = setup.system.table.fail('error');
  });
  expect((await withFastClock(setup.clock, () => visitor.open(url), 250)).title).toBe('Done');
  heal();
  expect(setup.logged('alexa-connection-not-noted').length).toBeGreaterThan(0);
  expect(await obeys()).toBe(true);
  // What a reload shows is no longer known for certain, and the next try finds it done.
  expect((await visitor.open(url)).title).toBe('We do not know yet');
  await visitor.act('offer');
  await visitor.act('connect');
  expect((await back(visitor)).title).toBe('Done');
  expect(await setup.made()).toHaveLength(1);
});

test('Amazon does not name the endpoint: nothing was changed, and the next try connects', async () => {
  const ended = setup.system.alexa.inject({ at: 'api-endpoint', kind: 'status', status: 503 });
  const visitor = await atAmazon(setup);
  expect((await back(visitor)).title).toBe('Amazon is too busy');
  ended();
  await visitor.act('offer');
  await visitor.act('connect');
  expect((await back(visitor)).title).toBe('Done');
});
