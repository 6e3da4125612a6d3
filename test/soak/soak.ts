import { availableParallelism, loadavg } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { SessionRejected, StoreUnavailable } from '../../lambda/ports/errors.ts';
import { type Reconciled, reconcileAccount } from '../../lambda/watch/reconcile.ts';
import { until } from '../support/setup.ts';
import { type Account, openStreet, type Street } from './accounts.ts';
import { anyChange } from './changes.ts';
import { Gate } from './gate.ts';
import { History } from './history.ts';
import { openMakersApp } from './makers-app.ts';
import { timePresses } from './quiet-phase.ts';
import { createRandom } from './random.ts';
import { anyFault, type End } from './soak-faults.ts';
import { countReports, LogTally, noteFindings, Tally } from './tally.ts';
import { untruths } from './truth.ts';
import type { Machine } from './verdict.ts';

export interface SoakOptions {
  readonly seed: number;
  readonly seconds: number;
  readonly accounts: number;
}

export interface Soaked {
  /** What does not hold, in sentences; empty is what one hopes for. */
  readonly problems: readonly string[];
  readonly changes: Tally;
  readonly faults: Tally;
  readonly log: LogTally;
  readonly reports: { readonly accepted: number; readonly repeats: number };
  readonly deadLetters: number;
  /** From a button to the accepted report while nothing was wrong, in milliseconds. */
  readonly presses: readonly number[];
  /** How busy the machine was meanwhile. */
  readonly machine: Machine;
  /** By how much the clock was moved forward. */
  readonly clockMovedMs: number;
  /** Tiles and names that were wrong when the failures stopped, and when the reconcile began. */
  readonly wrong: { readonly atFirst: number; readonly beforeReconcile: number };
  /** What was wrong when the reconcile began, in sentences. */
  readonly leftForReconcile: readonly string[];
  /** What was still wrong two minutes after the end of the failures, in sentences. */
  readonly late: readonly string[];
  /** Whose sign-in at the device cloud was held back when the failures stopped, and until when: until then nobody can reach its lamps. */
  readonly heldBack: readonly string[];
  /** What happened to the devices of both, a line for each moment. */
  readonly historyOfLeft: readonly string[];
  /** From the end of the failures until everything was right, by the clock; absent if it never was. */
  readonly truthMs?: number;
  readonly repaired: Omit<Reconciled, 'devices'>;
}

/** However slow the machine is. */
const LEAST_CHANGES = 60;
/** Of the time, what the presses without failures get. */
const QUIET_SHARE = 0.2;
const HOUR_MS = 3_600_000;
const HELD_BACK_MS = 20 * 60_000;
const MOST_FAULTS = 4;

/**
 * Drives random changes from all sources through the shipped functions with random failures at every hop, then stops the failures,
 * reconciles each account once, and holds what Alexa shows against what is. The seed settles who does what in which order; what meets what
 * on its way is the machine's.
 */
export async function soak({ seed, seconds, accounts: count }: SoakOptions): Promise<Soaked> {
  const log = new LogTally();
  const history = new History();
  const watched = new Set<string>();
  const street = await openStreet(count, (line) => {
    log.take(line);
    history.take(line);
    const { event, account } = JSON.parse(line) as { event: string; account?: string };
    if (event === 'watching' && account) watched.add(account);
  });
  try {
    guardSecrets(street, log);
    history.follow(street);
    await until(() => watched.size === count, 'watching every account');
    await street.system.queue.idle();
    const reports = countReports(street);
    const findings = noteFindings(street, history);
    const presses = await timePresses(street, seed, seconds * 1000 * QUIET_SHARE);
    const machine = { load: loadavg()[0] ?? 0, cores: availableParallelism() };
    const storm = await rage(street, seed, seconds * 1000 * (1 - QUIET_SHARE));
    const calm = await comeToRest(street, history);
    return {
      ...storm,
      ...calm,
      problems: [...calm.problems, ...findings(), ...(await brokenPromises(street, log))],
      log,
      reports,
      presses,
      machine,
      deadLetters: street.system.queue.deadLetters.length,
    };
  } finally {
    await street.close();
  }
}

/** What no line of the log may hold. */
function guardSecrets({ system: { myLeviton, secrets }, accounts }: Street, log: LogTally): void {
  for (const { email, password } of accounts) for (const secret of [email, password]) log.guard(secret);
  log.guard(secrets.messaging.clientSecret);
  for (const { secrets: all } of secrets.linkingClients) for (const { secret } of all) log.guard(secret);
  myLeviton.onExchange(({ request, response }) => {
    const { id } = (response.body ?? {}) as { id?: unknown };
    if (request.path === '/Person/login' && typeof id === 'string') log.guard(id);
  });
}

/** The storm: every account has somebody who changes something all the time, and somebody breaks one hop after the other. */
async function rage(street: Street, seed: number, forMs: number) {
  const { system, clock, accounts } = street;
  const end = performance.now() + forMs;
  const gate = new Gate();
  const changes = new Tally();
  const goesOn = () => performance.now() < end || changes.total < LEAST_CHANGES;
  const faults = new Tally();

  const live = async (setup: Account): Promise<void> => {
    const random = createRandom(seed, setup.index);
    const app = openMakersApp(system.myLeviton.url, setup, () => undefined);
    while (goesOn()) {
      const change = anyChange(random);
      changes.add(change.source);
      await gate.pass(async () => await change.run({ street, setup, app, random }));
      await pause(random.between(0, 25));
    }
  };

  const standing: End[] = [];
  const breakThings = async (): Promise<void> => {
    const random = createRandom(seed, 2_000);
    while (goesOn()) {
      const fault = anyFault(random);
      faults.add(fault.hop);
      standing.push(await fault.start(street, random));
      if (standing.length > MOST_FAULTS) standing.shift()?.();
      await pause(random.between(20, 250));
      // Now and then all is well for a moment.
      if (random.chance(0.1)) for (const stop of standing.splice(0)) stop();
    }
  };

  let clockMovedMs = 0;
  const hourly: Promise<void>[] = [];
  const windForward = async (): Promise<void> => {
    const random = createRandom(seed, 3_000);
    let hour = 0;
    while (goesOn()) {
      await pause(random.between(500, 2_500));
      const ms = random.chance(0.7) ? random.between(1_000, 90_000) : random.between(90_000, 2 * HOUR_MS);
      await gate.exclusively(async () => {
        await handsEmpty(street);
        clock.advance(ms);
      });
      clockMovedMs += ms;
      faults.add('clock jumped');
      if (Math.floor(clockMovedMs / HOUR_MS) === hour) continue;
      hour = Math.floor(clockMovedMs / HOUR_MS);
      hourly.push(system.maintainAccounts().catch(() => undefined)); // with the table away it ends so, and the next one comes
    }
  };

  await Promise.all([...accounts.map(live), breakThings(), windForward()]);
  for (const stop of standing) stop();
  await Promise.all(hourly);
  return { changes, faults, clockMovedMs };
}

/** Waits until the worker has nothing in its hands: a jump of the clock would end its time, which no Lambda function lives to see. */
async function handsEmpty({ system: { queue } }: Street): Promise<void> {
  for (const giveUpAt = performance.now() + 10_000; queue.inHand > 0 && performance.now() < giveUpAt; ) await pause(1);
}

/** Rest, one reconcile, and what is left then. */
async function comeToRest(street: Street, history: History) {
  const { system, clock, accounts } = street;
  putBack(street);
  const began = clock.now().getTime();
  const sinceBegan = () => clock.now().getTime() - began;
  const atFirst = untruths(street).length;
  const heldBack = await signInsHeldBack(street);
  let truthMs: number | undefined;
  const look = () => {
    if (truthMs === undefined && untruths(street).length === 0) truthMs = sinceBegan();
  };
  const stopLooking = system.alexa.onView(look);
  look();
  let late: readonly string[] = [];
  let historyOfLate: readonly string[] = [];
  const noteLate = () => {
    if (late.length > 0 || truthMs !== undefined || sinceBegan() < TRUE_WITHIN_MS) return;
    late = untruths(street);
    historyOfLate = historyOf(late, history);
  };
  // The watcher reads less often than a quiet time lasts.
  await rest(street, noteLate, () => truthMs !== undefined || sinceBegan() > TRUE_WITHIN_MS);
  const leftForReconcile = untruths(street);
  const historyOfLeft = [...historyOfLate, ...historyOf(leftForReconcile, history)];
  // An hour later nothing holds a sign-in back any more; each account has its turn at some hour of the day.
  clock.advance(HOUR_MS);
  await system.maintainAccounts();
  const problems: string[] = [];
  const repaired = { states: 0, added: 0, changed: 0, gone: 0 };
  for (const setup of accounts) {
    try {
      const { states, added, changed, gone } = await reconcileOnce(street, setup);
      repaired.states += states;
      repaired.added += added;
      repaired.changed += changed;
      repaired.gone += gone;
    } catch (error) {
      problems.push(`account ${setup.index} could not be reconciled: ${error}`);
    }
  }
  await rest(street);
  stopLooking();
  look();
  const wrong = { atFirst, beforeReconcile: leftForReconcile.length };
  return {
    problems: [...problems, ...untruths(street)],
    wrong,
    late,
    heldBack,
    leftForReconcile,
    historyOfLeft,
    repaired,
    ...(truthMs !== undefined && { truthMs }),
  };
}

/** Accounts whose session is dead, and that are not signed in before a moment: `sign-in-pauses.ts` has the rule. */
async function signInsHeldBack({ system, clock, accounts }: Street): Promise<string[]> {
  const rows = await Promise.all(
    accounts.map(async ({ id, index }) => ({ index, row: await patiently(() => system.ports.accounts.get(id)) })),
  );
  return rows.flatMap(({ index, row }) => {
    if (row?.state !== 'waiting-to-retry') return [];
    const seconds = (Date.parse(row.retryAt) - clock.now().getTime()) / 1_000;
    return seconds <= 0
      ? []
      : [`account ${index}: for ${Math.round(seconds)} s, after ${row.inconclusiveSignIns} that gave no session`];
  });
}

/** On a busy machine the table takes longer than its client waits. This is the reader of a result, and none of the functions under test. */
async function patiently<T>(read: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof StoreUnavailable) || tries === 10) throw error;
    }
  }
}

/** What happened to the devices that these sentences name. */
function historyOf(sentences: readonly string[], history: History): string[] {
  const ids = new Set(sentences.flatMap((text) => /device (\d+)/.exec(text)?.[1] ?? []));
  return [...ids].flatMap((id) => [`device ${id}:`, ...history.of(id)]);
}

/** While sign-ins are held back there is none, and the next look comes later; after three that gave no session for up to an hour. */
async function reconcileOnce({ system, clock }: Street, { id }: Account): Promise<Reconciled> {
  for (let tries = 1; ; tries++) {
    try {
      return await reconcileAccount(id, system.ports, AbortSignal.timeout(110_000));
    } catch (error) {
      if (!(error instanceof SessionRejected) || tries === 3) throw error;
      clock.advance(HELD_BACK_MS);
    }
  }
}

/** A plug that even the device cloud takes for connected is put back: nobody could know. Others may stay away. */
function putBack({ system: { myLeviton }, accounts }: Street): void {
  for (const { devices } of accounts)
    for (const id of devices) if (!myLeviton.device(id).online && myLeviton.record(id).connected) myLeviton.plugIn(id);
}

/** So long, by the clock, nothing may happen for it to count as quiet: longer than a message of the queue stays hidden. */
const QUIET_MS = 40_000;
const LONGEST_REST_MS = 15 * 60_000;
/** Watcher and queue make every tile right within this time after the end of the failures. */
const TRUE_WITHIN_MS = 2 * 60_000;
/** Time passes twenty-five times as fast. */
const STEP_MS = 250;
const EVERY_MS = 10;

/** Lets time pass quickly until nothing is under way any more, and it may end. */
async function rest({ system, clock }: Street, onStep = () => {}, mayEnd = () => true): Promise<void> {
  let lastMoveAt = clock.now().getTime();
  const note = () => {
    lastMoveAt = clock.now().getTime();
  };
  const stops = [system.queue.onExchange(note), system.alexa.onExchange(note)];
  const giveUpAt = lastMoveAt + LONGEST_REST_MS;
  while (system.queue.depth > 0 || clock.now().getTime() - lastMoveAt < QUIET_MS || !mayEnd()) {
    if (clock.now().getTime() > giveUpAt) break;
    await pause(EVERY_MS);
    clock.advance(STEP_MS);
    onStep();
  }
  for (const stop of stops) stop();
}

/** What must hold whatever happened. */
async function brokenPromises({ system, accounts }: Street, log: LogTally): Promise<string[]> {
  const problems: string[] = [];
  for (const setup of accounts) {
    const grants = await patiently(() => system.ports.grants.list(setup.id));
    if (grants.length !== setup.amazonCustomers.length)
      problems.push(`account ${setup.index} has ${grants.length} grants of ${setup.amazonCustomers.length}`);
    for (const [index, { account, customer }] of setup.amazonCustomers.entries()) {
      if (!account.linked || !customer.linked)
        problems.push(`account ${setup.index}, Amazon account ${index + 1} is unlinked`);
    }
    const row = await patiently(() => system.ports.accounts.get(setup.id));
    if (row?.state !== 'healthy') {
      const why = row?.state === 'needs-reauth' ? row.reason : row?.state;
      problems.push(`account ${setup.index} is not healthy: ${why}`);
    }
  }
  if (system.queue.depth > 0) problems.push(`${system.queue.depth} messages are still in the queue`);
  problems.push(...log.leaks.map((event) => `a secret is in a log line of ${event}`));
  problems.push(...log.bugs.map((line) => `a bug: ${line}`));
  return problems;
}
