import { expect } from '@jest/globals';
import type { AlexaFault } from '../../desk/alexa/contract.ts';
import type { Fault } from '../../desk/my-leviton/contract.ts';
import type { ReceivedMail } from '../../desk/ses/mails.ts';
import { aMoment } from '../support/clock.ts';
import { reauthWith } from '../support/reauth.ts';
import { EMAIL, openSetup, PASSWORD, type TestSetup, turnOn } from '../support/setup.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Two people who share an account with five plugs, each with an address of their own, and the developer of the skill. */
export interface Household {
  readonly setup: TestSetup;
  /** Every message since `begin`, one for each kind of it that came within two minutes. */
  said(): readonly Said[];
  /** Every sentence of the mails since `begin`, without links, and with `MOMENT` for the moment of the day. */
  sentences(): readonly string[];
  readonly mails: readonly ReceivedMail[];
  /** The minute 0 of what is said. */
  begin(): void;
  /** Lets minutes pass, with `maintenance` every hour. */
  minutes(count: number, stepMs?: number): Promise<void>;
  /** Somebody asks Alexa to switch on the plug with this number. */
  ask(plug?: number): Promise<string>;
  unplug(plugs: readonly number[], announce?: boolean): void;
  plugIn(plugs: readonly number[]): void;
  /** Until the returned function is called. */
  cloud(fault: Fault): () => void;
  amazon(fault: AlexaFault): () => void;
  /** A hand at a plug. */
  press(plug?: number): void;
  /** Whoever got the last mail opens its link and signs in. */
  signIn(password: string): Promise<string>;
  close(): Promise<void>;
}

export interface Said {
  /** Since `begin`, of the first of them. */
  readonly minute: number;
  /** `ada bob`, or `developer`. */
  readonly who: string;
  readonly subject: string;
}

const NAMES = ['Bedroom lamp', 'Desk', 'Hall', 'Porch', 'Shelf'];
const PEOPLE = ['ada', 'bob'];

export async function openHousehold(): Promise<Household> {
  const setup = await openSetup({ granted: true, watch: true, mail: true });
  const { system, clock, residence, lamp } = setup;
  const { myLeviton, alexa, ses } = system;
  const plugs = [lamp, ...NAMES.slice(1).map((name) => myLeviton.addSwitch(residence, { name }).id)];
  await setup.customer.discover();
  for (const name of PEOPLE) await confirm(setup, `${name}@example.org`);
  let began = clock.now().getTime();
  let from = { mails: ses.mails.length, notices: system.notices.length };
  let maintained = began;
  const household: Household = {
    setup,
    get mails() {
      return ses.mails.slice(from.mails);
    },
    said() {
      const messages = household.mails.map(({ at, to, subject }) => ({ at, who: to.split('@')[0] ?? '', subject }));
      const developers = system.notices
        .slice(from.notices)
        .map(({ at, subject }) => ({ at, who: 'developer', subject }));
      return grouped([...messages, ...developers], began);
    },
    sentences: () => [...new Set(household.mails.flatMap(sentencesOf))],
    begin() {
      began = clock.now().getTime();
      from = { mails: ses.mails.length, notices: system.notices.length };
    },
    async minutes(count, stepMs = 5_000) {
      const end = clock.now().getTime() + count * MINUTE_MS;
      while (clock.now().getTime() < end) {
        await aMoment();
        clock.advance(Math.min(stepMs, Math.max(0, end - clock.now().getTime())));
        if (clock.now().getTime() - maintained < HOUR_MS) continue;
        maintained = clock.now().getTime();
        await system.maintainAccounts();
      }
      await aMoment();
    },
    async ask(plug = 0) {
      const { name, errorType } = await setup.customer.send(turnOn(String(plugs[plug])));
      return errorType ?? name;
    },
    unplug(which, announce = true) {
      for (const n of which) myLeviton.unplug(plugs[n] ?? 0, { announce });
    },
    plugIn(which) {
      for (const n of which) myLeviton.plugIn(plugs[n] ?? 0);
    },
    cloud: (fault) => myLeviton.inject(fault),
    amazon: (fault) => alexa.inject(fault),
    press: (plug = 0) => myLeviton.paddle(plugs[plug] ?? 0, 'toggle'),
    signIn: (password) => reauthWith(household.mails.at(-1), { email: EMAIL, password, keep: true }),
    close: () => system.close(),
  };
  await household.minutes(10);
  household.begin();
  return household;
}

function grouped(all: readonly { at: Date; who: string; subject: string }[], began: number): readonly Said[] {
  const groups: (Said & { readonly whos: Set<string> })[] = [];
  for (const { at, who, subject } of all.toSorted((a, b) => a.at.getTime() - b.at.getTime())) {
    const minute = Math.floor((at.getTime() - began) / MINUTE_MS);
    const text = subject.replace('Lamps and Alexa: ', '');
    const group = groups.find((one) => one.subject === text && minute - one.minute <= 2 && !one.whos.has(who));
    if (group) group.whos.add(who);
    else groups.push({ minute, who, subject: text, whos: new Set([who]) });
  }
  return groups.map(({ minute, subject, whos }) => ({ minute, who: [...whos].sort().join(' '), subject }));
}

const sentencesOf = ({ text }: ReceivedMail): string[] =>
  text
    .replaceAll(/http\S+/g, '')
    .replaceAll(/\w+day, \w+ \d+, \d{4}( \(\d\d:\d\d UTC\))?/g, (_, time) => (time ? 'MOMENT' : 'DAY'))
    .split(/(?<=[.:])\s+|\n+/)
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== '');

/** An address whose reader has pressed the button of the confirming mail. */
async function confirm({ system, account, clock }: TestSetup, email: string): Promise<void> {
  const { addressBook } = system.ports;
  if (!addressBook) throw new Error('no sender of mails is configured');
  const id = String(account.userId);
  await addressBook.add({ id, maskedEmail: 'a…e@example.org' }, email, 'en-US');
  const addressId = (await addressBook.read(id)).find((one) => one.email === email)?.id ?? '';
  const expiresAt = new Date(clock.now().getTime() + 1_000).toISOString();
  expect(await addressBook.confirm({ accountId: id, addressId, expiresAt }, 'en-US')).toBe('confirmed');
}

export { PASSWORD };
