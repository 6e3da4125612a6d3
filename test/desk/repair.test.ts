import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { allow, causesOf, openMail, openStory, type Story } from './repair-support.ts';

// Alexa lets go, the helper hears of it within a day, and the way from the mail to a lamp that obeys needs no Alexa app.
let story: Story;
beforeAll(async () => {
  story = await openStory();
});
afterAll(() => story.close());

const NO_LONGER_LINKED = 'Your account is no longer linked. Please link the skill again in the Alexa app.';
const endpoints = () => story.amazon.customer.endpoints.map(({ id, name }) => `${name} ${id}`);

test('Alexa lets go and the permission ends: a message within a day, which does not say that the link is good', async () => {
  story.amazon.letGo();
  story.amazon.customer.revokeGrant();
  await story.days(1);
  expect(await story.say()).toBe(NO_LONGER_LINKED);
  expect(causesOf(story)).toEqual(['notice grant-revoked']);
  expect(story.mail.text).toContain('We do not know at the moment whether Alexa can still use its link to this skill.');
});

test('the link of the message leads over Amazon to a lamp that obeys, under the same endpoint id', async () => {
  const before = endpoints();
  const helper = await openMail(story.mail);
  expect(await allow(helper, story)).toBe('Done');
  expect(await story.say()).toBe('OK.');
  expect(endpoints()).toEqual(before);
  expect(story.amazon.customer.granted).toBe(true);
  expect(causesOf(story)).toEqual(['notice grant-revoked', 'all-clear grant-revoked']);
});

test('Alexa has found nothing wrong with all this', () => {
  expect(story.system.alexa.problems).toEqual([]);
});
