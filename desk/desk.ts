import type { Log } from '../lambda/ports/log.ts';
import type { AmazonCustomer } from './amazon-customer.ts';
import { DeskClock } from './clock.ts';
import { controls } from './controls.ts';
import { createDeskActions } from './desk-actions.ts';
import { type DeskParts, UNPLUGGED } from './desk-parts.ts';
import { createDeskDoctor } from './doctor.ts';
import type { DeskFault } from './faults/fault.ts';
import { POWERED_OFFLINE } from './faults/lamps.ts';
import { faults } from './faults.ts';
import { openAlexaApp } from './household-acts.ts';
import { emulatedLamps, storedLamps } from './lamps.ts';
import { letGo, linkState, type StoredLink, watchLink } from './link-state.ts';
import { type LocalSystem, startLocalSystem } from './local-system.ts';
import { createMessageLog } from './message-log.ts';
import { addTo, observeAlexa, observeDeviceCloud, observeSignInServer, toNotice } from './observe.ts';
import type { Desk, DeskState, FaultState } from './page/protocol.ts';
import { signInAsPerson, type Typed } from './person.ts';
import { EMULATED_ACCOUNT, fillAccounts, type Place, SECOND_ACCOUNT } from './places.ts';
import { darkBecause } from './room-evidence.ts';
import { createTimeMachine } from './time-travel.ts';

export interface DeskOptions {
  readonly log: Log;
  /** Signs in to the real device cloud with a person's own account, in place of the emulated one. */
  readonly real?: Typed;
  /**
   * A maker's own cloud, emulated, in place of the emulated My Leviton; and the maker's own sign-in server in place of the skill's, unless it is
   * `bridge`.
   */
  readonly maker?: 'sign-in-server' | 'bridge' | undefined;
  /** Milliseconds from a write to the emulated device's own report; 1200 by default. */
  readonly reportDelayMs?: number;
  /** Whether the skill writes to people by the emulated SES; by default every notice goes to the page. */
  readonly mail?: boolean;
  /** Lamps of the first account; 2 by default. */
  readonly plugs?: number;
}

export interface RunningDesk extends Desk {
  readonly system: LocalSystem;
  /** Where browsers go when a link has been made. */
  pageIsAt(url: string): void;
  /** Moves the desk's clock forward once no directive is on its way: Alexa gives up after 8 s. */
  advance(ms: number): Promise<void>;
  close(): Promise<void>;
}

/** While a device's page is open, the Alexa app asks for its state now and then; here it always is. */
const POLL_EVERY_MS = 20_000;
const HOUR_MS = 3_600_000;

/**
 * Starts the desk: the shipped functions, all that they talk to, linked accounts, and what the page shows and asks for.
 * @throws an Error with one sentence when signing in does not work
 */
export async function startDesk(options: DeskOptions): Promise<RunningDesk> {
  const { real, maker, reportDelayMs, log } = options;
  const system = await startLocalSystem({
    clock: new DeskClock(),
    log,
    ...(reportDelayMs !== undefined && { reportDelayMs }),
    deviceCloud: real ? 'real' : maker ? 'maker' : 'emulated',
    ...(maker === 'sign-in-server' && { signInServer: {} }),
    ...(options.mail && { mail: true }),
    environment: { ALEXA_SILENCE_QUESTION: 'on' },
  });
  try {
    return await createDesk(system, options);
  } catch (error) {
    await system.close();
    throw error;
  }
}

async function createDesk(system: LocalSystem, { real, plugs, mail }: DeskOptions): Promise<RunningDesk> {
  const listeners = new Set<() => void>();
  const changed = () => {
    for (const listener of listeners) listener();
  };
  const directives = countDirectives(changed);
  const log = createMessageLog(system.clock, changed);
  const places: Place[] = [];
  const lamps = real ? storedLamps(system, places) : emulatedLamps(system, places);
  const cloudIds = real ? [] : fillAccounts(system, plugs);
  const [firstAccount] = cloudIds[0] ?? [];
  const firstId = firstAccount === undefined ? undefined : await system.accountIdOf(firstAccount);
  const link = watchLink(system, lamps, firstId, changed);
  let pageUrl: string | undefined;
  const active = new Map<string, () => void>();
  const hand: DeskParts['hand'] = {};
  const doctor = createDeskDoctor({ system, lamps, active, hand, changed, first: cloudIds[0]?.[0] });
  const parts: DeskParts = {
    ...{ system, real: real !== undefined, places, lamps, turns: [], notices: [], active, hand, changed },
    owner: { credentials: EMULATED_ACCOUNT, code: undefined },
    firstId,
    time: createTimeMachine(system, { ...directives, changed, openApp: () => openAlexaApp(places) }),
    refresh: link.refresh,
    doctor,
    during: directives.during,
    quiet: directives.quiet,
  };
  addPlaces(parts, cloudIds, () => pageUrl);
  const observed = { ...parts, log, inDirective: directives.underWay };
  observeAlexa(observed);
  observeSignInServer(observed);
  if (!real) observeDeviceCloud(observed, faults, parts.active);
  system.onNotice((notice) => {
    addTo(parts.notices, toNotice(notice));
    void parts.refresh();
  });
  const accounts = real ? [real] : [EMULATED_ACCOUNT, SECOND_ACCOUNT].map((account) => ({ ...account, keep: true }));
  for (const [index, { amazonCustomer }] of places.entries()) {
    const account = accounts[index] ?? EMULATED_ACCOUNT;
    await signInAsPerson(amazonCustomer.account.startUrl, mail ? { ...account, messagesTo: account.email } : account);
  }
  const background = runInBackground(parts);
  return {
    system,
    pageIsAt(url) {
      pageUrl = url;
    },
    state: () => ({
      ...stateOf(parts, link.current()),
      hops: log.hops.map((hop) => (hop.hop === 'alexa' ? { ...hop, broken: [...letGo(places), ...hop.broken] } : hop)),
      messages: log.messages,
      ...(doctor.shown() && { doctor: doctor.shown() }),
    }),
    doctor: () => doctor.look(),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    ...createDeskActions(parts),
    async advance(ms) {
      await directives.quiet();
      system.clock.advance(ms);
    },
    async close() {
      parts.time.stop();
      await background.close();
      await system.close();
    },
  };
}

function countDirectives(changed: () => void) {
  let underWay = 0;
  return {
    underWay: () => underWay > 0,
    async during<T>(work: () => Promise<T>): Promise<T> {
      underWay++;
      try {
        return await work();
      } finally {
        underWay--;
        changed();
      }
    },
    /** Resolves when no directive is on its way. */
    async quiet() {
      while (underWay > 0) await new Promise((resolve) => setTimeout(resolve, 1));
    },
  };
}

/** An Amazon account for each place, and what happens once it has linked. */
function addPlaces(
  { system, real, places, during, refresh }: DeskParts,
  cloudIds: readonly (readonly string[])[],
  returnTo: () => string | undefined,
): void {
  const add = (name: string | undefined, region: 'NA' | 'EU') => {
    const named = name === undefined ? {} : { name };
    const onLinked = () =>
      during(async () => {
        const { customer } = amazonCustomer;
        await customer.acceptGrant();
        for (const { id } of await customer.discover()) await customer.reportState(id);
        await refresh();
      });
    const amazonCustomer: AmazonCustomer = system.addAccount({ region, returnTo, onLinked, ...named });
    places.push({ ...named, amazonCustomer, cloudIds: cloudIds[places.length] ?? [] });
  };
  add(real ? undefined : 'Bedroom and living room', 'NA');
  if (!real) add("Grandma's", 'EU');
}

/** What goes on by itself: the Alexa app with the devices' page open, and the hourly maintenance. */
function runInBackground({ system, places, time, during, refresh }: DeskParts) {
  const closing = new AbortController();
  const repeat = async (everyMs: number, work: () => Promise<unknown>): Promise<void> => {
    while (!closing.signal.aborted) {
      await system.clock.wait(everyMs, closing.signal).catch(() => undefined);
      // Who lets days pass runs the maintenance of each hour, and nobody looks at the app meanwhile.
      if (!closing.signal.aborted && !time.travel) await work();
    }
  };
  const poll = () => during(() => openAlexaApp(places));
  const running = [
    repeat(POLL_EVERY_MS, poll),
    repeat(HOUR_MS, () => system.maintainAccounts(closing.signal).then(refresh, () => undefined)),
  ];
  return {
    async close() {
      closing.abort();
      await Promise.all(running);
    },
  };
}

function stateOf(parts: DeskParts, stored: StoredLink): Omit<DeskState, 'hops' | 'messages'> {
  const { system, real, lamps, time, notices, turns } = parts;
  return {
    now: system.clock.now().toISOString(),
    cloud: real ? 'my-leviton' : 'emulated',
    cloudName: system.deviceCloud.name,
    ...(system.signInServer && { signInServer: `${system.deviceCloud.name}'s own: oidc-provider` }),
    lamps: lamps.all().map((lamp, index) => {
      const dark = index === 0 ? darkBecause(lamp, parts.active) : undefined;
      return dark ? { ...lamp, dark } : lamp;
    }),
    faults: faultStates(parts),
    controls: offered(controls, parts).map(({ id, label, expect, group }) => ({ id, label, expect, group })),
    link: linkState(parts, stored),
    ...(time.travel && { travel: time.travel }),
    notices,
    turns,
    problems: system.alexa.problems,
  };
}

const offered = <T extends Pick<DeskFault, 'real' | 'only' | 'linkedBy'>>(
  list: readonly T[],
  { real, system }: DeskParts,
) => {
  const linkedBy = system.signInServer ? 'maker' : 'skill';
  return list.filter(
    (one) =>
      (one.linkedBy ?? linkedBy) === linkedBy &&
      (real ? one.real : one.only === undefined || one.only === system.deviceCloud.kind),
  );
};

function faultStates(parts: DeskParts): FaultState[] {
  const { real, lamps, active } = parts;
  const hasPower = POWERED_OFFLINE.some((id) => active.has(id));
  const unplugged = !hasPower && lamps.all()[0]?.plug.online === false;
  const expect = 'Alexa hears ENDPOINT_UNREACHABLE and greys the tile; plugged in again, all is well.';
  const first = { id: UNPLUGGED, hop: 'plug' as const, label: 'Plug unplugged', expect, on: unplugged };
  const others = offered(faults, parts).map(({ id, hop, label, expect }) => ({
    ...{ id, label, expect, on: active.has(id) },
    ...(hop && { hop }),
  }));
  return real ? others : [first, ...others];
}
