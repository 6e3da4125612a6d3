import { afterEach, describe, expect, test } from '@jest/globals';
import type { AmazonCustomer } from '../../desk/amazon-customer.ts';
import { hourOf } from '../../lambda/watch/daily-reconcile.ts';
import { sampleOf } from '../reports/support.ts';
import { kindsOf, toldPeople } from '../support/reauth.ts';
import { seedLink } from '../support/seed.ts';
import { EMAIL, openSetup, PASSWORD, type TestSetup, turnOn } from '../support/setup.ts';

// Months with Alexa's half of the link, as a household lives them: nobody watches over a push channel here, so a press of the button is put
// into the queue as `device-watch` does it.

const HOUR = 3_600_000;
/** A year takes longer than other tests. */
const YEAR_TIMEOUT_MS = 900_000;
const ASKING = { ALEXA_SILENCE_QUESTION: 'on' };
const NEIGHBOUR = { email: 'grace.hopper@example.org', password: PASSWORD, keep: true };

let setup: TestSetup;
let neighbour: AmazonCustomer;
afterEach(() => setup.system.close());

/** Two households: the skill works for others while one of them is silent. */
async function open(environment: Record<string, string> = {}): Promise<void> {
  setup = await openSetup({ granted: true, environment });
  await setup.system.queue.idle();
  setup.system.myLeviton.addAccount(NEIGHBOUR);
  neighbour = await seedLink(setup.system, NEIGHBOUR);
}

const accountId = () => String(setup.account.userId);
const notices = () => toldPeople(setup.system.notices);
const kinds = () => kindsOf(notices());
const say = () => setup.customer.send(turnOn(setup.endpointId));
/** What happens on a day. */
interface Habits {
  readonly voice?: boolean;
  readonly hand?: boolean;
  /** Whether Alexa refreshes for the other household. */
  readonly others?: boolean;
}

let presses = 0;
const press = async () => {
  presses += 1;
  await setup.system.queue.send([
    sampleOf(setup, { power: presses % 2 === 0 ? 'OFF' : 'ON', level: 10 + (presses % 80) }),
  ]);
};
/** A day: `maintenance` runs in the hour of the account, and again at a time at which nothing is due. */
async function day({ voice = false, hand = false, others = true }: Habits = {}): Promise<void> {
  const wait = (hourOf(accountId()) - setup.clock.now().getUTCHours() + 23) % 24;
  setup.clock.advance((wait + 1) * HOUR);
  await setup.system.maintainAccounts();
  if (others) await neighbour.account.refresh();
  if (voice) await say();
  if (hand) await press();
  await setup.system.queue.idle();
}
async function days(number: number, habits?: (day: number) => Habits): Promise<void> {
  for (let n = 0; n < number; n++) await day(habits?.(n));
}
const logged = (event: string): Record<string, unknown>[] =>
  setup.lines.map((line) => JSON.parse(line) as Record<string, unknown>).filter((line) => line.event === event);
/** The hours from one log line to the sending of a notice. */
const hoursUntil = (line: Record<string, unknown> | undefined, cause: string): number => {
  const sent = notices().find((notice) => notice.cause === cause);
  return ((sent?.at.getTime() ?? Number.NaN) - Date.parse(String(line?.at))) / HOUR;
};

describe('Alexa forgets its tokens and the grant, and sends no event', () => {
  test('within a day the withdrawn grant is found and told, and within a day after that the loss', async () => {
    await open();
    await days(3, () => ({ voice: true }));
    setup.amazonAccount.unlink();
    setup.customer.unlink();
    for (let hour = 0; hour < 49; hour++) {
      setup.clock.advance(HOUR);
      await setup.system.maintainAccounts();
    }
    expect(kinds()).toEqual(['notice grant-revoked', 'notice alexa-let-go']);
    const [removed] = logged('grant-removed');
    expect(hoursUntil(removed, 'grant-revoked')).toBeLessThan(1);
    expect(hoursUntil(removed, 'alexa-let-go')).toBeLessThanOrEqual(24.1);
    const [, { text } = { text: '' }] = notices();
    expect(text).toMatch(/^Alexa is no longer linked with this skill, so it cannot switch the lamps/);
    expect(text).toContain('and Alexa has not used its link to this skill since.');
    // Two months later nobody has heard of it again.
    await days(60);
    expect(kinds()).toHaveLength(2);
  });

  test('and a changed password does not hide it: no text says that Alexa is fine', async () => {
    await open();
    await days(2, () => ({ voice: true }));
    setup.amazonAccount.unlink();
    setup.customer.unlink();
    await days(2);
    setup.system.myLeviton.changePassword(EMAIL, 'another-Password-1');
    await days(2);
    const changed = notices().find(({ cause }) => cause === 'password-changed');
    expect(changed?.text).toContain('Alexa has not used its link to this skill since.');
    for (const { text } of notices()) expect(text).not.toMatch(/voice works|is fine/);
  });
});

describe('Alexa forgets its tokens, and the grant stays', () => {
  test('60 days of moving the lamp by its button: one question', async () => {
    await open(ASKING);
    await days(3, () => ({ voice: true, hand: true }));
    setup.amazonAccount.unlink();
    setup.customer.letGo();
    await days(60, () => ({ hand: true }));
    expect(kinds()).toEqual(['notice alexa-silent']);
    expect(notices()[0]?.subject).toBe('Lamps and Alexa: does Alexa still hear you?');
    expect(notices()[0]?.text).toMatch(/since Wednesday, March 4, 2026 \(/);
  });

  test('the setting is off by default: no question', async () => {
    await open();
    setup.amazonAccount.unlink();
    await days(20, () => ({ hand: true }));
    expect(kinds()).toEqual([]);
  });
});

describe('a changed habit', () => {
  test('nine days with a hand at the plug and without Alexa: one question; a word to Alexa answers it; then 60 days are quiet', async () => {
    await open(ASKING);
    await days(5, () => ({ voice: true, hand: true }));
    await days(9, () => ({ hand: true }));
    expect(kinds()).toEqual(['notice alexa-silent']);
    await day({ voice: true, hand: true });
    await day({ hand: true });
    expect(kinds()).toEqual(['notice alexa-silent', 'all-clear alexa-silent']);
    expect(notices()[1]?.text).toContain('Alexa has used its link to this skill again.');
    await days(45, () => ({ hand: true }));
    expect(kinds()).toHaveLength(2);
  });

  test.each([
    { when: 'no other account refreshes', others: false, hand: true },
    { when: 'nobody is at the plug', others: true, hand: false },
  ])('asks nothing where $when', async ({ others, hand }) => {
    await open(ASKING);
    await days(3, () => ({ voice: true, hand }));
    setup.amazonAccount.unlink();
    await days(20, () => ({ hand, others }));
    expect(kinds()).toEqual([]);
  });
});

test('21 days of holiday: nothing', async () => {
  await open(ASKING);
  await days(20, () => ({ voice: true, hand: true }));
  await days(21);
  await days(10, (n) => ({ voice: n > 1, hand: true }));
  expect(kinds()).toEqual([]);
});

test(
  'a year of ordinary use: nothing that is false, and so nothing at all',
  async () => {
    await open(ASKING);
    // Voice on most days, a hand at the plug on some, a weekend without either, and two holidays.
    await days(365, (n) => {
      const isAway = (n > 100 && n < 121) || (n > 280 && n < 290) || n % 14 === 12 || n % 14 === 13;
      return { voice: !isAway && n % 5 !== 0, hand: !isAway && n % 2 === 0 };
    });
    expect(kinds()).toEqual([]);
    expect((await setup.system.ports.links.ofAccount(accountId()))[0]?.useGaps?.length).toBeLessThanOrEqual(3);
    expect(setup.system.alexa.problems).toEqual([]);
  },
  YEAR_TIMEOUT_MS,
);
