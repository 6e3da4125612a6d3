import { type RunningDesk, startDesk } from '../../desk/desk.ts';
import { signInAsPerson } from '../../desk/person.ts';
import { EMULATED_ACCOUNT } from '../../desk/places.ts';
import type { Report } from '../../infra/doctor/report.ts';
import { createLog } from '../../lambda/adapters/json-log/log.ts';
import { systemClock } from '../../lambda/adapters/system/clock.ts';
import type { Addressee } from '../../lambda/domain/diagnosis/causes.ts';
import type { DeviceState } from '../../lambda/ports/device-store.ts';
import { withFastClock } from '../support/clock.ts';
import { until } from '../support/setup.ts';

/** What somebody does at the desk after a fault was switched on, so that it shows. */
export type Act =
  | 'refresh'
  | 'press-until-dead'
  | 'press'
  | 'press-low'
  | 'press-and-wait'
  | 'say'
  | 'discover'
  | 'link'
  | 'link-and-wait';

/** A fault of the desk's page, and what the doctor says while it is on. */
export interface Row {
  readonly id: string;
  /** The hop that is named; none for what breaks nothing that can be seen. */
  readonly code?: string;
  readonly who?: Addressee;
  readonly says?: RegExp;
  readonly remedy?: RegExp;
  /** A command does not get to the lamp. */
  readonly dark?: true;
  readonly act?: Act;
  /** Found by a check of preflight, which convicts where nothing else does. */
  readonly byPreflight?: true;
  /** Alexa drops the link, so that somebody links again afterwards. */
  readonly unlinks?: true;
  /** Ends by itself as soon as anybody uses the account. */
  readonly heals?: true;
}

const MINUTE_MS = 60_000;
/** The device cloud has five seconds to notice what a hand did. */
const LOOK_AFTER_MS = 6_000;
/** A report that failed is hidden for as long, and tried a hundred times. */
const HIDDEN_MS = 20_000;
const MOST_TRIES = 200;
const LOW = 4;
const LOOKS_A_PRESS = 70;

const isSame = (one: DeviceState, other: DeviceState): boolean =>
  one.power === other.power && one.level === other.level && one.connected === other.connected;

/** The desk with its doctor, as a test uses it: nothing waits for the machine's clock. */
export interface Practice {
  readonly desk: RunningDesk;
  /** What the doctor says now. */
  examine(): Promise<Report>;
  /** Switches faults on, has something done, has the doctor look, and repairs all of it. */
  withFaults(rows: readonly Row[], look: () => Promise<void>): Promise<void>;
  /** The skill is disabled, and whoever links it again does so while a fault is on. */
  whileLinking(rows: readonly Row[], look: () => Promise<void>): Promise<void>;
  /** Lets time pass until the doctor names nobody: what waited for the end of a fault takes its time. */
  healthy(): Promise<void>;
  /** Time passes at once, and the watcher takes its leases again. */
  minutes(count: number): Promise<void>;
}

export const brokenCodes = ({ lines }: Report): string[] =>
  lines.filter(({ state }) => state === 'broken').map(({ code }) => code);

/** The code of the hop that a report names; `healthy` or `undecided`. */
export const namedCode = ({ lines, verdict }: Report): string =>
  lines.find(({ hop }) => hop === verdict)?.code ?? verdict;

export async function openPractice(): Promise<Practice> {
  const desk = await startDesk({ log: createLog('silent', systemClock), reportDelayMs: 20 });
  const { system } = desk;
  const quickly = <T>(work: () => Promise<T>): Promise<T> => withFastClock(system.clock, work, 250);
  const examine = async (): Promise<Report> => {
    const report = await quickly(() => desk.doctor());
    if (!report) throw new Error('there is no account');
    return report as Report;
  };
  const brokenNow = async () => brokenCodes((await desk.doctor()) as Report);
  const switchTo = async (rows: readonly Row[], on: boolean) => {
    for (const { id } of rows) await desk.fault({ id, on });
  };

  async function press(level: number): Promise<void> {
    const [lamp] = desk.state().lamps;
    if (lamp?.plug.online) await desk.press({ lamp: lamp.id, press: level });
  }

  /** Alexa lets nobody link who signs in too often, so time passes. @returns whether it was linked */
  async function link(): Promise<boolean> {
    await pass(8);
    const { startUrl } = desk.state().link;
    return await quickly(() =>
      signInAsPerson(startUrl, { ...EMULATED_ACCOUNT, keep: true }).then(
        () => true,
        () => false,
      ),
    );
  }

  /** A jump of the clock ends the watcher's leases, and it takes them again. */
  async function pass(minutes: number): Promise<void> {
    await desk.advance(minutes * MINUTE_MS);
    await system.restartWatch();
    await quickly(() => until(async () => !(await brokenNow()).includes('B2'), 'the watcher'));
  }

  /** What a gateway refuses for good shows after some attempts; where another fault keeps the report back, never. */
  async function refused(): Promise<void> {
    const { grants, accounts } = system.ports;
    const ids = await accounts.list().catch(() => []);
    for (let looks = 0; looks < LOOKS_A_PRESS; looks++) {
      const lists = await Promise.all(ids.map((id) => grants.list(id).catch(() => [])));
      if (lists.flat().some(({ backoff }) => backoff !== undefined)) return;
      await system.clock.wait(1_000);
    }
  }

  /** A level that the lamp does not have, so that there is something to report. */
  const another = (): number => (desk.state().lamps[0]?.plug.level === 44 ? 55 : 44);

  const acts: Readonly<Record<Act, () => Promise<unknown>>> = {
    press: async () => {
      await press(another());
      await quickly(() => system.clock.wait(LOOK_AFTER_MS));
    },
    'press-low': () => press(LOW),
    'press-and-wait': async () => {
      await press(another());
      await quickly(() => until(() => system.queue.depth > 0, 'a report in the queue'));
      await pass(16);
    },
    'press-until-dead': async () => {
      await press(another());
      for (let tries = 0; system.queue.deadLetters.length === 0 && tries < MOST_TRIES; tries++) {
        await desk.advance(HIDDEN_MS);
        await quickly(() => system.clock.wait(200));
      }
    },
    refresh: () => quickly(() => desk.control({ id: 'two-refreshes' })),
    say: () => quickly(() => desk.say({ sentence: 'set bedroom lamp to 61 percent' })),
    discover: () => quickly(() => desk.discover({})),
    link,
    'link-and-wait': async () => {
      const isLinked = await link();
      await pass(6);
      return isLinked;
    },
  };

  /** What gateways have refused for hours or days is forgotten, and notes are an hour old. */
  async function forget(rows: readonly Row[]): Promise<void> {
    const { grants, accounts } = system.ports;
    const lists = await Promise.all((await accounts.list()).map((id) => grants.list(id)));
    const refused = lists.flat().filter(({ backoff }) => backoff !== undefined);
    for (const { backoff: _, ...grant } of refused) await grants.put(grant);
    // What was refused is lost, so the next change brings the tile what is true.
    if (refused.length > 0 || rows.some(({ act }) => act === 'press-until-dead')) await acts.press();
    if (!rows.some(({ act }) => act === 'say')) return;
    // A function notes that it answers well once it has known the account for an hour.
    await acts.say();
    await desk.advance(61 * MINUTE_MS);
    await system.maintainAccounts();
    await acts.say();
  }

  /** The table knows that every plug is connected, and every report has arrived: the doctor goes by that where a fault hides more. */
  async function isWritten(): Promise<boolean> {
    const { accounts, devices } = system.ports;
    const lists = await Promise.all((await accounts.list()).map((id) => devices.list(id)));
    if (system.queue.depth > 0) return false;
    return lists.flat().every(({ lastState, offline, views }) => {
      const isReported = Object.values(views).every(({ lastReported: one }) => !one || isSame(one, lastState));
      return lastState.connected && offline === undefined && isReported;
    });
  }

  /** A report that was lost comes with the next change, so somebody presses the button now and then. */
  async function followed(): Promise<void> {
    await system.clock.wait(1_000); // what has just happened is on its way to the queue
    for (let looks = 1; !(await isWritten()); looks++) {
      if (looks % LOOKS_A_PRESS === 0) await press(40 + (looks % 3));
      await system.clock.wait(1_000);
    }
  }

  /** The doctor repeats a report of now and then. No report is on its way when it looks, so that each is newer than the one before. */
  const healthy = async () => {
    await quickly(followed);
    await quickly(() => until(async () => (await brokenNow()).length === 0, 'nobody is named'));
    await quickly(followed);
  };

  async function withFaults(rows: readonly Row[], look: () => Promise<void>): Promise<void> {
    try {
      for (const row of rows) {
        await switchTo([row], true);
        if (row.act !== undefined) await acts[row.act]();
        if (row.code === 'B5' && row.act !== undefined) await quickly(refused);
      }
      await look();
    } finally {
      await switchTo([...rows].reverse(), false);
      if (rows.some(({ unlinks }) => unlinks)) await link();
      await forget(rows);
      await healthy();
    }
  }

  async function whileLinking(rows: readonly Row[], look: () => Promise<void>): Promise<void> {
    await quickly(() => desk.control({ id: 'disable-skill' }));
    try {
      await switchTo(rows, true);
      const act = rows.some((row) => row.act === 'link-and-wait') ? 'link-and-wait' : 'link';
      if ((await acts[act]()) === true) throw new Error('the skill was linked all the same');
      await look();
    } finally {
      await switchTo([...rows].reverse(), false);
      await link();
      await healthy();
    }
  }

  return { desk, examine, withFaults, whileLinking, healthy, minutes: pass };
}
