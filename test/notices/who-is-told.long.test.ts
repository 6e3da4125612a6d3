import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Household, openHousehold, PASSWORD } from './household.ts';

let household: Household;
beforeEach(async () => {
  household = await openHousehold();
});
afterEach(() => household.close());

const ALL = [0, 1, 2, 3, 4];
const EMAIL = 'ada.lovelace@example.org';
const DOWN = { kind: 'html', status: 503 } as const;

/** Such sentences are true of every message: what it is, and what its reader need not do. */
const ALWAYS = [
  'There is nothing for you to do.',
  'Another message follows when it is over.',
  'Nothing else has to be done about this problem.',
  'Please do not unlink or disable anything in the Alexa app because of this message.',
  'If Alexa says that your account is not linked, open this skill in the Alexa app and link the account again.',
  'You get this message because this address was confirmed for messages about the account a…e@example.org.',
  'Stop or change them on this page:',
  'How your lamps are now, and what to do:',
  'See which Alexa connections may use the account, and end one, on this page:',
  // True wherever a person has to sign in.
  'The lamps do not react to Alexa at the moment.',
  'Please sign in to My Leviton once on this page:',
  'The link works once, until DAY.',
  'Give it to nobody you would not give the password.',
  'We do not know at the moment whether Alexa can still use its link to this skill.',
];
const NO_ANSWER = [
  'My Leviton has given this skill no usable answer for the account a…e@example.org since MOMENT.',
  'Until it does, the lamps may not react to Alexa.',
  'We do not know how long that takes.',
  'My Leviton answers this skill for the account a…e@example.org again.',
];
const NOT_SERVED = 'My Leviton does not serve this skill';
const SOLVED = 'a problem is solved';
const SIGNED_IN = 'This skill is signed in to My Leviton again for the account a…e@example.org.';
const SEES_PLUGS = 'This skill sees plugs of the account a…e@example.org connected to My Leviton again.';
const ANOTHER_NAMES_IT = 'If one of them stays offline, another message names it.';
const WIFI = [
  'Please check that the internet at home works.',
  'If the Wi-Fi has a new name or password, set up the plugs again in the My Leviton app.',
  'Such plugs usually know 2.4 GHz Wi-Fi only.',
];

interface Row {
  readonly when: string;
  /** What happens from minute 0 on. */
  readonly happens: (at: Household) => Promise<void>;
  /** The minutes within which the message comes, to whom, and its subject. There is no other message. */
  readonly said: readonly (readonly [minutes: string, who: string, subject: string])[];
  /** Of the sentences of the mails those that are not always true: here they are. */
  readonly true: readonly string[];
}

const rows: readonly Row[] = [
  {
    when: 'five plugs are unplugged at once, and somebody asks for one a minute later; they are back after 40 minutes',
    async happens(at) {
      at.unplug(ALL);
      await at.minutes(1);
      expect(await at.ask()).toBe('ENDPOINT_UNREACHABLE');
      await at.minutes(39);
      at.plugIn(ALL);
      await at.minutes(10);
    },
    said: [
      ['15-18', 'ada bob', 'all plugs are offline'],
      ['40-43', 'ada bob', SOLVED],
    ],
    true: [
      'This skill has not seen any of the 5 plugs of the account a…e@example.org connected to My Leviton since MOMENT.',
      'We do not know why.',
      ...WIFI,
      SEES_PLUGS,
      ANOTHER_NAMES_IT,
    ],
  },
  {
    when: 'the router is changed, nobody speaks; the plugs are set up again after six hours',
    async happens(at) {
      at.unplug(ALL, false);
      await at.minutes(4 * 60 - 5, 60_000);
      await at.minutes(15, 1_000);
      await at.minutes(2 * 60 - 10, 60_000);
      at.plugIn(ALL);
      await at.minutes(10);
    },
    said: [
      ['240-246', 'ada bob', 'all plugs are offline'],
      ['360-364', 'ada bob', SOLVED],
    ],
    true: [
      'This skill has not seen any of the 5 plugs of the account a…e@example.org connected to My Leviton since MOMENT.',
      'We do not know why.',
      ...WIFI,
      SEES_PLUGS,
      ANOTHER_NAMES_IT,
    ],
  },
  {
    when: 'one plug is dead, and somebody asks for it; it never comes back',
    async happens(at) {
      at.unplug([2]);
      await at.minutes(1);
      expect(await at.ask(2)).toBe('ENDPOINT_UNREACHABLE');
      await at.minutes(60);
    },
    said: [['15-18', 'ada bob', 'a plug is offline']],
    true: [
      'This skill has not seen the plug Hall of the account a…e@example.org connected to My Leviton since MOMENT.',
      'Other plugs of the account are connected.',
      'Please check that the plug has power.',
      'If it has, unplug it and plug it in again.',
    ],
  },
  {
    when: 'My Leviton is down for 30 minutes, and a command fails in the tenth',
    async happens(at) {
      const end = at.cloud(DOWN);
      await at.minutes(10);
      expect(await at.ask()).toBe('BRIDGE_UNREACHABLE');
      await at.minutes(20);
      end();
      await at.minutes(10);
    },
    said: [
      ['10-14', 'ada bob', NOT_SERVED],
      ['30-33', 'ada bob', SOLVED],
    ],
    true: NO_ANSWER,
  },
  {
    when: 'My Leviton is down for a day, and nobody speaks',
    async happens(at) {
      const end = at.cloud(DOWN);
      await at.minutes(20);
      await at.minutes(24 * 60 - 20, 120_000);
      end();
      await at.minutes(10);
    },
    said: [
      ['11-15', 'ada bob', NOT_SERVED],
      ['1440-1445', 'ada bob', SOLVED],
    ],
    true: NO_ANSWER,
  },
  {
    when: 'My Leviton asks for fewer requests for half an hour, and a command fails at once',
    async happens(at) {
      const end = at.cloud({ kind: 'status', status: 429 });
      expect(await at.ask()).toBe('RATE_LIMIT_EXCEEDED');
      await at.minutes(30);
      end();
      await at.minutes(10);
    },
    said: [
      ['2-5', 'ada bob', NOT_SERVED],
      ['30-33', 'ada bob', SOLVED],
    ],
    true: NO_ANSWER,
  },
  {
    when: 'My Leviton is down for 40 minutes, ends every session meanwhile, and lets nobody sign in for 30 minutes more',
    async happens(at) {
      const end = at.cloud(DOWN);
      at.setup.system.myLeviton.revokeSessions();
      await at.minutes(1);
      expect(await at.ask()).toBe('BRIDGE_UNREACHABLE');
      await at.minutes(39);
      end();
      const endOfSignIns = at.cloud({ ...DOWN, path: /login/i });
      await at.minutes(30);
      endOfSignIns();
      await at.minutes(20);
    },
    said: [
      ['2-6', 'ada bob', NOT_SERVED],
      ['40-84', 'developer', 'My Leviton does not let this skill in (developer)'],
      ['70-79', 'ada bob developer', SOLVED],
    ],
    true: NO_ANSWER,
  },
  {
    when: "Amazon's event gateway is down for an hour, and somebody switches the lamp by hand",
    async happens(at) {
      const end = at.amazon({ at: 'NA', kind: 'status', status: 503 });
      at.press();
      await at.minutes(16, 1_000);
      await at.minutes(44);
      expect(await at.ask()).toBe('Response');
      end();
      await at.minutes(10);
    },
    said: [
      ['11-15', 'ada bob', 'Amazon takes no reports from this skill'],
      ['60-64', 'ada bob', SOLVED],
    ],
    true: [
      "Amazon has not taken this skill's reports of changes for your account since MOMENT.",
      'The Alexa app may show old states.',
      'We do not know whether Alexa switches the lamps.',
      "Amazon takes this skill's reports of changes for your account again.",
    ],
  },
  {
    when: 'the account has vanished from My Leviton',
    async happens(at) {
      at.setup.system.myLeviton.revokeSessions(EMAIL);
      at.cloud({ kind: 'status', status: 401, path: /login/i });
      expect(await at.ask()).toBe('BRIDGE_UNREACHABLE');
      await at.minutes(60);
    },
    said: [['0-1', 'ada bob', 'My Leviton does not take the password']],
    true: [
      'This skill can no longer sign in to My Leviton for the account a…e@example.org.',
      'My Leviton did not take the password that this skill had kept; usually somebody has changed it there.',
    ],
  },
  {
    when: 'the residence has vanished, and somebody asks for a lamp; it is back after half an hour',
    async happens(at) {
      const end = at.cloud({ kind: 'status', status: 403, path: /iotSwitches/i });
      expect(await at.ask()).toBe('NO_SUCH_ENDPOINT');
      await at.minutes(30);
      end();
      await at.minutes(10);
    },
    said: [
      ['3-6', 'ada bob', 'My Leviton no longer shows all plugs'],
      ['30-33', 'ada bob', SOLVED],
    ],
    true: [
      'My Leviton does not show this skill all plugs of the account a…e@example.org, although it lets this skill in.',
      'Alexa cannot switch the missing plugs.',
      'We do not know why they are missing.',
      'Open the My Leviton app with the same account.',
      'If the plugs are missing there too, ask the owner of the residence to invite the account again.',
      'If they are there, please wait.',
      'My Leviton shows this skill all plugs of the account a…e@example.org again.',
    ],
  },
  {
    when: 'two-step sign-in is switched on, and the session ends',
    async happens(at) {
      at.setup.system.myLeviton.setTwoFactorCode(EMAIL, '123456');
      at.setup.system.myLeviton.revokeSessions(EMAIL);
      expect(await at.ask()).toBe('BRIDGE_UNREACHABLE');
      await at.minutes(60);
    },
    said: [['0-1', 'ada bob', 'My Leviton asks for a code']],
    true: [
      'This skill can no longer sign in to My Leviton for the account a…e@example.org without a two-step code.',
      'Only you can get that code.',
      'To avoid this:',
      'invite a second My Leviton user without two-step sign-in to your residence, if My Leviton lets you.',
      'Sign in on this page with that user, and tick "Keep my lamp connected".',
    ],
  },
  {
    when: 'one of two partners changes the password, nobody speaks, and the other one signs in after ten minutes',
    async happens(at) {
      at.setup.system.myLeviton.changePassword(EMAIL, 'another-password');
      await at.minutes(10);
      expect(await at.signIn('another-password')).toContain('signed in');
      await at.minutes(10);
    },
    said: [
      ['0-5', 'ada bob', 'My Leviton does not take the password'],
      ['10-11', 'ada bob', SOLVED],
    ],
    true: [
      'This skill can no longer sign in to My Leviton for the account a…e@example.org.',
      'My Leviton did not take the password that this skill had kept; usually somebody has changed it there.',
      SIGNED_IN,
    ],
  },
];

describe('who is told what, in which minutes', () => {
  test.each(rows)('$when', async ({ happens, said, true: sentences }) => {
    await happens(household);
    const messages = household.said();
    const within = (minute: number, minutes: string) => {
      const [from = 0, to = 0] = minutes.split('-').map(Number);
      return minute >= from && minute <= to;
    };
    const wanted = [...said];
    const judged = messages.map(({ minute, who, subject }) => {
      const at = wanted.findIndex(([minutes, to, what]) => to === who && what === subject && within(minute, minutes));
      const [found] = at < 0 ? [] : wanted.splice(at, 1);
      return found ?? [String(minute), who, subject];
    });
    expect(judged.map((one) => one.join(' | ')).sort()).toEqual(said.map((one) => one.join(' | ')).sort());
    expect(household.sentences().filter((one) => !ALWAYS.includes(one) && !sentences.includes(one))).toEqual([]);
  });
});

test('no mail holds the password of the account', async () => {
  household.setup.system.myLeviton.changePassword(EMAIL, 'another-password');
  await household.minutes(5);
  expect(household.mails.length).toBeGreaterThan(0);
  for (const { text, subject } of household.mails) expect(subject + text).not.toContain(PASSWORD);
});
