import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { faults } from '../../desk/faults.ts';
import { linkIn } from '../support/reauth.ts';
import { EMAIL, PASSWORD } from '../support/setup.ts';
import { Visitor } from '../support/visitor.ts';
import { allow, causesOf, openMail, openStory, type Story } from './repair-support.ts';

// What the helper hears in each case of an Alexa that has let go, or has not, and that each fault of the Alexa API ends well.
let story: Story;
beforeEach(async () => {
  story = await openStory();
});
afterEach(async () => {
  expect(story.system.alexa.problems).toEqual([]);
  await story.close();
});

const USED = 'Alexa has used its link to this skill in the 24 hours before this message.';
const UNKNOWN = 'We do not know at the moment whether Alexa can still use its link to this skill.';
/** Connects Alexa once from the mail of a revoked permission, so that a person has been asked. */
async function repairWith(fields: { readonly watch?: string }): Promise<void> {
  story.amazon.customer.revokeGrant();
  await story.days(1);
  expect(await allow(await openMail(story.mail), story, fields)).toBe('Done');
  expect(causesOf(story)).toEqual(['notice grant-revoked', 'all-clear grant-revoked']);
}

describe('what the helper hears', () => {
  test('Alexa lets go and nothing proves it: no message, as none could be true', async () => {
    story.amazon.letGo();
    await story.days(5);
    expect(causesOf(story)).toEqual([]);
  });

  test('the permission ends and Alexa is used: the message says that Alexa has used the link', async () => {
    story.amazon.customer.revokeGrant();
    await story.days(4);
    expect(causesOf(story)).toEqual(['notice grant-revoked']);
    expect(story.mail.text).toContain(USED);
  });

  test('the permission ends and Alexa has let go: on the day after the first message a certain one', async () => {
    story.amazon.letGo();
    story.amazon.customer.revokeGrant();
    await story.days(1);
    expect(story.mail.text).toContain(UNKNOWN);
    await story.days(1);
    expect(causesOf(story)).toEqual(['notice grant-revoked', 'notice alexa-let-go']);
    expect(story.mail.subject).toContain('Alexa is no longer linked with this skill');
    expect(await allow(await openMail(story.mail), story)).toBe('Done');
    expect(await story.say()).toBe('OK.');
    await story.system.queue.idle();
    expect(causesOf(story).slice(2).sort()).toEqual(['all-clear alexa-let-go', 'all-clear grant-revoked']);
  });

  test('a person has let the skill ask Amazon: within a day of letting go a certain message', async () => {
    await repairWith({ watch: 'yes' });
    await story.days(2);
    expect(causesOf(story).slice(2)).toEqual([]);
    story.amazon.letGo();
    await story.days(1);
    expect(causesOf(story).slice(2)).toEqual(['notice alexa-let-go']);
    expect(story.mail.text).toMatch(/Amazon said on .* that this skill is no longer linked\./);
    expect(await allow(await openMail(story.mail), story)).toBe('Done');
    expect(await story.say()).toBe('OK.');
  });

  test('nobody has let the skill ask Amazon: it asks nothing', async () => {
    await repairWith({});
    story.amazon.letGo();
    await story.days(2);
    expect(causesOf(story).slice(2)).toEqual([]);
    expect(story.lines.some((line) => line.includes('"alexa-status-read"'))).toBe(false);
  });
});

/** What must not be said to anybody whose Alexa has let go. */
const FINE = /link (is|works|stays) (fine|good|as it is)|voice works|Alexa is linked|Alexa is still linked/i;

test.each([{ revoked: false }, { revoked: true }])(
  'the password changes in the meantime (grant revoked: $revoked): the sign-in leads on to Amazon, and the lamp obeys',
  async ({ revoked }) => {
    story.amazon.letGo();
    if (revoked) story.amazon.customer.revokeGrant();
    story.system.myLeviton.changePassword(EMAIL, `${PASSWORD}-2`);
    await story.days(2);
    for (const { text } of story.system.notices) expect(text).not.toMatch(FINE);
    const mail = story.system.notices.find(({ cause }) => cause === 'password-changed');
    const helper = new Visitor();
    await helper.open(linkIn({ text: mail?.text ?? '' }));
    const done = await helper.act('sign-in', { email: EMAIL, password: `${PASSWORD}-2`, keep: 'yes' });
    expect(done.title).toBe('Done');
    expect(done.words).not.toMatch(FINE);
    expect(await story.say()).toContain('no longer linked');
    await helper.act('offer');
    expect(await allow(helper, story)).toBe('Done');
    expect(await story.say()).toBe('OK.');
  },
);

test('a ready link does so in a second browser, once', async () => {
  story.amazon.letGo();
  story.amazon.customer.revokeGrant();
  await story.days(1);
  const helper = await openMail(story.mail);
  const { html } = await helper.act('ready');
  const ready = /href="([^"]*\/alexa\?r=[^"]*)"/.exec(html)?.[1] ?? '';
  const elsewhere = new Visitor();
  await elsewhere.open(ready);
  expect(await allow(elsewhere, story)).toBe('Done');
  expect(await story.say()).toBe('OK.');
  expect((await new Visitor().open(ready)).title).toBe('This link was used already');
  expect(causesOf(story)).toContain('notice ready-link-used');
});

test.each([
  { id: 'alexa-api-down', title: 'Amazon is too busy', later: 'Done' },
  { id: 'alexa-api-forbids', title: 'Amazon does not let this Amazon account use the skill', later: 'Done' },
  { id: 'alexa-api-loses-answer', title: 'Done', later: undefined },
  { id: 'alexa-sends-verifier', title: 'Done', later: undefined },
  { id: 'skill-events-lost', title: 'Done', later: undefined },
])('fault $id: "$title", and the lamp obeys in the end', async ({ id, title, later }) => {
  story.amazon.letGo();
  story.amazon.customer.revokeGrant();
  await story.days(1);
  const stop = await faults.find((fault) => fault.id === id)?.inject(story.system, { email: EMAIL, plugs: [] });
  if (!stop) throw new Error(`there is no fault ${id}`);
  const { mail } = story;
  const helper = await openMail(mail);
  expect(await allow(helper, story)).toBe(title);
  stop();
  if (later !== undefined) expect(await allow(await openMail(mail), story)).toBe(later);
  expect(await story.say()).toBe('OK.');
});
