import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { answerConsent } from '../../desk/person.ts';
import { turnOn } from '../support/setup.ts';
import { Visitor } from '../support/visitor.ts';
import { atAmazon, connected, type LostAlexa, openLostAlexa, readyLink } from './alexa-support.ts';

let setup: LostAlexa;
beforeEach(async () => {
  setup = await openLostAlexa();
});
afterEach(() => setup.system.close());

const say = async () => (await setup.customer.send(turnOn(setup.endpointId))).name;
const grants = async () => (await setup.system.ports.grants.list(setup.accountId)).map(({ id }) => id);
const amazonCalls = () => {
  const calls: string[] = [];
  setup.system.alexa.onExchange(({ channel, sent }) => {
    if (channel === 'alexa-api') calls.push((sent as { method?: string }).method ?? 'POST');
    if (channel === 'lwa') calls.push('token');
  });
  return calls;
};

test('from the link of the mail to a lamp that obeys, without the Alexa app', async () => {
  const visitor = await atAmazon(setup);
  const before = setup.customer.endpoints.map(({ id }) => id);
  const { status, title, words } = await visitor.consent({ account: setup.customer.id });
  expect({ status, title }).toEqual({ status: 200, title: 'Done' });
  expect(words).toContain('Say: Alexa, turn on Bedroom lamp.');
  expect(await say()).toBe('Response');
  expect(setup.customer.endpoints.map(({ id }) => id)).toEqual(before);
  expect(setup.system.alexa.problems).toEqual([]);
  expect(setup.logged('alexa-connected')).toMatchObject([{ level: 'info', account: setup.accountId, ready: false }]);
});

test('afterwards the link, the grant and the notice are as after linking in the app', async () => {
  await connected(setup);
  const [link] = await setup.made();
  expect(link).toMatchObject({ state: 'live', clientId: 'alexa-desk', alexaStatus: { status: 'LINKED' } });
  expect(link?.minted?.linkedAt).toBeDefined();
  expect(await grants()).toEqual([link?.id]);
  expect(setup.system.notices.map(({ kind, cause }) => `${kind} ${cause}`)).toEqual([
    'notice alexa-let-go',
    'all-clear alexa-let-go',
  ]);
  expect((await new Visitor().open(setup.mailLink)).title).toBe('This link was used already');
});

test('a reload says Done, and asks nobody anything', async () => {
  const visitor = await connected(setup);
  const calls = amazonCalls();
  const links = (await setup.links()).length;
  expect((await visitor.open(visitor.page?.url ?? '')).title).toBe('Done');
  expect(calls).toEqual([]);
  expect((await setup.links()).length).toBe(links);
});

test('a ready link works once, in another browser, without the sign-in, and a notice says that it was used', async () => {
  const link = await readyLink(setup);
  const person = new Visitor();
  await person.open(link);
  await person.act('connect');
  expect((await person.consent({ account: setup.customer.id })).title).toBe('Done');
  expect(await say()).toBe('Response');
  expect(setup.system.notices.map(({ cause }) => cause)).toContain('ready-link-used');
  expect((await new Visitor().open(link)).title).toBe('This link was used already');
});

test('nobody comes back from Amazon in another browser, and nobody goes there with the link of the mail alone', async () => {
  const visitor = await atAmazon(setup);
  const back = await answerConsent(visitor.page?.location ?? '', { account: setup.customer.id });
  expect((await new Visitor().open(back)).title).toBe('This page belongs to another browser');
  const mallory = new Visitor();
  await mallory.open(setup.mailLink);
  expect(mallory.page?.html).not.toContain('name="visit"');
  expect(await setup.made()).toEqual([]);
});
