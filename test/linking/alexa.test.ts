import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { turnOn } from '../support/setup.ts';
import { type LostAlexa, openLostAlexa, signedIn } from './alexa-support.ts';

let home: LostAlexa;
beforeEach(async () => {
  home = await openLostAlexa();
});
afterEach(() => home.system.close());

const say = async () => (await home.customer.send(turnOn(home.endpointId))).name;

test('from the link of the mail to a lamp that obeys, without the Alexa app', async () => {
  expect(home.amazonAccount.linked).toBe(false);
  const visitor = await signedIn(home);
  expect(visitor.page?.title).toBe('Now allow it at Amazon');
  await visitor.press('connect');
  const { status, title, words } = await visitor.consent({ account: home.customer.id });
  expect({ status, title }).toEqual({ status: 200, title: 'Done' });
  expect(words).toContain('Say: Alexa, turn on Bedroom lamp.');
  expect(home.amazonAccount.linked).toBe(true);
  expect(await say()).toBe('Response');
  expect(home.system.alexa.problems).toEqual([]);
});
