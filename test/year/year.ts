import { type LocalSystem, startLocalSystem } from '../../desk/local-system.ts';
import type { SentNotice } from '../../desk/notice-topic.ts';
import type { Typed } from '../../desk/person.ts';
import { createLog } from '../../lambda/adapters/json-log/log.ts';
import { testClock } from '../support/clock.ts';
import { reauthWith } from '../support/reauth.ts';
import { seedLink } from '../support/seed.ts';
import { turnOn } from '../support/setup.ts';

const DAY_MS = 24 * 3_600_000;
export const DAYS = 400;
/** People answer a message that asks for a sign-in after so many days. */
export const ANSWER_DAYS = 3;

const OWNER = { email: 'owner@example.org', password: 'canary-password-Zq7' };
const GUEST = { email: 'guest@example.org', password: 'canary-guest-password-Rt5' };
const CODE = '860317';

/** How an account is signed in to. */
export const KINDS = [
  'password kept',
  'password not kept',
  'two-step sign-in',
  'two-step sign-in, with a guest',
  'invited user, password kept',
] as const;
export type Kind = (typeof KINDS)[number];

/** What 400 days with one kind of account are like. */
export interface Year {
  readonly kind: Kind;
  /** Days on which a command failed, where people answer after three days. */
  readonly darkDays: number;
  /** How often somebody had to sign in then. */
  readonly signIns: number;
  /** Days on which a command failed, where nobody ever answers. */
  readonly darkDaysUnanswered: number;
}

export async function measureYear(kind: Kind): Promise<Year> {
  const answered = await pass(kind, true);
  // Where nobody was asked, nobody had to answer.
  const { darkDays: darkDaysUnanswered } = answered.signIns === 0 ? answered : await pass(kind, false);
  return { kind, ...answered, darkDaysUnanswered };
}

/** Lets the days pass: `maintenance` runs, and somebody asks Alexa for the lamp once a day. */
export async function pass(kind: Kind, answers: boolean): Promise<Pick<Year, 'darkDays' | 'signIns'>> {
  const clock = testClock();
  const system = await startLocalSystem({ clock, log: createLog('error', clock, () => undefined), watch: false });
  try {
    const { say, typed } = await begin(kind, system);
    const from = system.notices.length;
    let [darkDays, signIns] = [0, 0];
    for (let day = 0; day < DAYS; day++) {
      clock.advance(DAY_MS);
      await system.maintainAccounts();
      if (!(await say())) darkDays += 1;
      const due = answers ? unansweredOf(system.notices.slice(from), clock.now()) : undefined;
      if (!due) continue;
      await reauthWith(due, typed);
      signIns += 1;
    }
    return { darkDays, signIns };
  } finally {
    await system.close();
  }
}

/** The latest message that asks for a sign-in, where nobody has answered it for some days. */
function unansweredOf(notices: readonly SentNotice[], now: Date): SentNotice | undefined {
  const asking = notices.filter(({ text, kind }) => kind === 'all-clear' || text.includes('/reauth?t='));
  const last = asking.at(-1);
  if (!last || last.kind === 'all-clear') return undefined;
  const first = asking.slice(asking.findLastIndex(({ kind }) => kind === 'all-clear') + 1)[0] ?? last;
  return now.getTime() - first.at.getTime() >= ANSWER_DAYS * DAY_MS ? last : undefined;
}

interface Begun {
  /** Whether the lamp reacts. */
  readonly say: () => Promise<boolean>;
  /** What people type who answer a message. */
  readonly typed: Typed;
}

async function begin(kind: Kind, system: LocalSystem): Promise<Begun> {
  const { myLeviton } = system;
  const { residenceIds } = myLeviton.addAccount(OWNER);
  const residence = residenceIds[0] ?? 0;
  const lamp = myLeviton.addSwitch(residence, { name: 'Bedroom lamp' }).id;
  myLeviton.addAccount({ ...GUEST, residences: [] });
  myLeviton.invite(GUEST.email, residence);
  const who = kind === 'invited user, password kept' ? GUEST : OWNER;
  const needsCode = kind === 'two-step sign-in' || kind === 'two-step sign-in, with a guest';
  const keep = kind !== 'password not kept' && !needsCode;
  const { customer } = await seedLink(system, { ...who, keep });
  await customer.discover();
  const say = async () => (await customer.send(turnOn(String(lamp)))).errorType === undefined;
  if (needsCode) await askForCode(system);
  if (kind === 'two-step sign-in, with a guest') {
    myLeviton.revokeSessions(OWNER.email);
    await say();
    await reauthWith(system.notices.at(-1), { ...GUEST, keep: true });
  }
  return { say, typed: { ...who, keep, ...(needsCode && { code: CODE }) } };
}

/** The account as it is after a sign-in with a code. */
async function askForCode({ myLeviton, ports }: LocalSystem): Promise<void> {
  myLeviton.setTwoFactorCode(OWNER.email, CODE);
  const [id = ''] = await ports.accounts.list();
  const account = await ports.accounts.get(id);
  if (!account) throw new Error('there is no account');
  await ports.accounts.put({ ...account, asksForCode: true });
}

/** The table as README has it. */
export const tableOf = (years: readonly Year[]): string =>
  [
    `| account | dark days in ${DAYS} | sign-ins asked for | dark days if nobody answers |`,
    '| --- | --- | --- | --- |',
    ...years.map((year) => `| ${year.kind} | ${year.darkDays} | ${year.signIns} | ${year.darkDaysUnanswered} |`),
  ].join('\n');
