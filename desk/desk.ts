import type { Credentials } from '../lambda/ports/device-cloud.ts';
import type { Log } from '../lambda/ports/log.ts';
import { Chain } from './chain.ts';
import { DeskClock } from './clock.ts';
import type { Desk, DeskState, FaultState, LinkState, NoticeShown, Turn } from './console/protocol.ts';
import { type ControlContext, controls } from './controls.ts';
import { faults } from './faults.ts';
import { ofAlexa, ofLinking, ofMyLeviton, ofQueue } from './hop-messages.ts';
import { type AlexaView, emulatedLamps, storedLamps } from './lamps.ts';
import { type AmazonCustomer, type LocalSystem, startLocalSystem } from './local-system.ts';
import { writeAsApp } from './makers-app.ts';
import { signInAsPerson, type Typed } from './person.ts';

export interface DeskOptions {
  readonly log: Log;
  /** Signs in to the real device cloud with a person's own account, in place of the emulated one. */
  readonly real?: Typed;
  /** Milliseconds from a write to the emulated device's own report; 1200 by default. */
  readonly reportDelayMs?: number;
}

export interface RunningDesk extends Desk {
  readonly system: LocalSystem;
  /** Where browsers go when a link has been made. */
  pageIsAt(url: string): void;
  close(): Promise<void>;
}

/** The account of the emulated cloud, for whoever wants to sign in to it with another client. */
export const EMULATED_ACCOUNT: Credentials = { email: 'lamp@example.org', password: 'bedroom-lamp' };
const SECOND_ACCOUNT: Credentials = { email: 'grandma@example.org', password: 'hall-light' };

const UNPLUGGED = 'plug-unplugged';
const MOST_SHOWN = 30;
/** While a device's page is open, the Alexa app asks for its state now and then; here it always is. */
const POLL_EVERY_MS = 20_000;
const HOUR_MS = 3_600_000;

/**
 * Starts the desk: the shipped functions, all that they talk to, linked accounts, and what the page shows and asks for.
 * @throws an Error with one sentence when signing in does not work
 */
export async function startDesk(options: DeskOptions): Promise<RunningDesk> {
  const { real, reportDelayMs, log } = options;
  const system = await startLocalSystem({
    clock: new DeskClock(),
    log,
    ...(reportDelayMs !== undefined && { reportDelayMs }),
    ...(real && { deviceCloud: 'real' as const }),
  });
  try {
    return await createDesk(system, real);
  } catch (error) {
    await system.close();
    throw error;
  }
}

async function createDesk(system: LocalSystem, real: Typed | undefined): Promise<RunningDesk> {
  const { clock, alexa, myLeviton, queue } = system;
  const listeners = new Set<() => void>();
  const changed = () => {
    for (const listener of listeners) listener();
  };
  const chain = new Chain(clock, changed);
  const turns: Turn[] = [];
  const notices: NoticeShown[] = [];
  const active = new Map<string, () => void>();
  const alexaViews: AlexaView[] = [];
  const lamps = real ? storedLamps(system, alexaViews) : emulatedLamps(system, alexaViews);
  const owner: ControlContext['owner'] = { credentials: EMULATED_ACCOUNT, code: undefined };
  const closing = new AbortController();
  let pageUrl: string | undefined;
  let session: LinkState['session'];
  let directives = 0;

  const during = async <T>(work: () => Promise<T>): Promise<T> => {
    directives++;
    try {
      return await work();
    } finally {
      directives--;
      changed();
    }
  };

  /** What the page shows of the table, which may be away. */
  const refresh = async (): Promise<void> => {
    try {
      await lamps.refresh();
      const id = firstAccount ?? (await system.ports.accounts.list())[0];
      const account = id === undefined ? undefined : await system.ports.accounts.get(id);
      session = account && {
        state: account.state,
        ...(account.state === 'needs-reauth' && { reason: account.reason }),
        endsAt: account.session.expiresAt,
        renewable: account.credentials !== undefined,
      };
    } catch {
      // The table is away; what was known stays on the page.
    }
    changed();
  };

  function show(amazonCustomers: readonly AmazonCustomer[]): void {
    alexa.onExchange((exchange) => {
      const hopMessage = ofAlexa(exchange);
      chain.pass(hopMessage);
      // The plug obeyed, so it is connected.
      if (hopMessage.ok && hopMessage.outcome === 'Response')
        for (const hop of ['device-cloud', 'plug'] as const) chain.mend(hop);
    });
    alexa.onView(() => {
      lamps.all();
      changed();
    });
    for (const { account } of amazonCustomers) account.onExchange((exchange) => chain.pass(ofLinking(exchange)));
    queue.onExchange((exchange) => {
      chain.pass({ from: 'device-watch', to: 'queue', title: 'queue what was seen', outcome: 'queued', ok: true });
      chain.pass(ofQueue(exchange));
      void refresh();
    });
    system.onNotice(({ at, kind, subject, text }) => {
      const link = /https?:\/\/\S+/.exec(text)?.[0];
      const id = (notices.at(-1)?.id ?? 0) + 1;
      notices.push({ id, at: at.toISOString(), subject, text, allClear: kind === 'all-clear', ...(link && { link }) });
      notices.splice(0, Math.max(0, notices.length - MOST_SHOWN));
      void refresh();
    });
    if (real) return;
    myLeviton.onExchange((exchange) => {
      const hopMessage = ofMyLeviton(exchange, directives > 0 ? 'skill' : 'device-watch');
      if (hopMessage) chain.pass(hopMessage);
      for (const fault of faults) {
        if (active.has(fault.id) && fault.isOver?.(system)) active.delete(fault.id);
      }
    });
    myLeviton.onDevice((id, { power, brightness, online }) => {
      const outcome = online ? `${power} at ${brightness} %` : 'unplugged';
      chain.pass({ from: 'plug', to: 'device-cloud', title: `plug ${id}`, outcome, ok: true });
      if (online) chain.mend('plug');
      lamps.moved(String(id));
    });
  }

  /** An Amazon account, and what happens once it has linked. */
  const amazonCustomer = (account: string | undefined, region: 'NA' | 'EU'): AmazonCustomer => {
    const one = system.addAccount({
      region,
      returnTo: () => pageUrl,
      onLinked: () =>
        during(async () => {
          await one.customer.acceptGrant();
          for (const { id } of await one.customer.discover()) await one.customer.reportState(id);
          await refresh();
        }),
    });
    alexaViews.push({
      ...(account !== undefined && { account }),
      get endpoints() {
        return one.customer.endpoints;
      },
    });
    return one;
  };

  const firstAccount = real ? undefined : fillAccounts(system);
  const first = amazonCustomer(real ? undefined : 'Bedroom and living room', 'NA');
  const amazonCustomers = real ? [first] : [first, amazonCustomer("Grandma's", 'EU')];
  show(amazonCustomers);
  await signInAsPerson(first.account.startUrl, real ?? { ...EMULATED_ACCOUNT, keep: true });
  if (amazonCustomers[1]) await signInAsPerson(amazonCustomers[1].account.startUrl, { ...SECOND_ACCOUNT, keep: true });
  const quiet = async () => {
    while (directives > 0) await new Promise((resolve) => setTimeout(resolve, 1));
  };
  const context: ControlContext = { system, amazonCustomer: first, owner, quiet };

  const running = [
    repeat(POLL_EVERY_MS, async () => {
      // The Alexa app with the devices' page open.
      for (const { customer } of amazonCustomers)
        for (const { id } of customer.endpoints) if (customer.linked) await during(() => customer.reportState(id));
    }),
    repeat(HOUR_MS, () => system.maintainAccounts(closing.signal).then(refresh, () => undefined)),
  ];

  async function repeat(everyMs: number, work: () => Promise<unknown>): Promise<void> {
    while (!closing.signal.aborted) {
      await clock.wait(everyMs, closing.signal).catch(() => undefined);
      if (!closing.signal.aborted) await work();
    }
  }

  const linkState = (): LinkState => ({
    linked: first.account.linked && first.customer.linked,
    startUrl: first.account.startUrl,
    ...(first.account.linkedAt && { since: first.account.linkedAt.toISOString() }),
    refreshes: first.account.refreshes,
    refused: first.account.refused,
    ...(session && { session }),
    ...(!real && { hint: { ...owner.credentials, ...(owner.code !== undefined && { code: owner.code }) } }),
  });

  const offered = <T extends { readonly real?: true }>(list: readonly T[]) => list.filter((one) => !real || one.real);
  const faultStates = (): FaultState[] => {
    const unplugged = lamps.all()[0]?.plug.online === false;
    const expect = 'Alexa hears ENDPOINT_UNREACHABLE and greys the tile; plugged in again, all is well.';
    return [
      ...(real ? [] : [{ id: UNPLUGGED, hop: 'plug' as const, label: 'Plug unplugged', expect, on: unplugged }]),
      ...offered(faults).map(({ id, hop, label, expect }) => ({
        id,
        ...(hop && { hop }),
        label,
        expect,
        on: active.has(id),
      })),
    ];
  };

  const device = (lamp: string, what: string): number => {
    if (real) throw new Error(`This is a real plug: ${what}.`);
    return Number(lamp);
  };

  const unplug: Desk['unplug'] = async ({ lamp, unplugged }) => {
    const id = device(lamp, 'pull it out by hand');
    if (unplugged) myLeviton.unplug(id, { announce: true });
    else myLeviton.plugIn(id);
    changed();
  };

  return {
    system,
    pageIsAt(url) {
      pageUrl = url;
    },
    state: (): DeskState => ({
      now: clock.now().toISOString(),
      cloud: real ? 'my-leviton' : 'emulated',
      lamps: lamps.all(),
      hops: chain.hops,
      faults: faultStates(),
      controls: offered(controls).map(({ id, label, expect, group }) => ({ id, label, expect, group })),
      link: linkState(),
      notices,
      turns,
      messages: chain.messages,
      problems: alexa.problems,
    }),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async say({ sentence }) {
      const { customer } = amazonCustomers.find((one) => speaksOf(sentence, one)) ?? first;
      const { said, answer, ok, ms } = await during(() => customer.say(sentence));
      turns.push({ id: (turns.at(-1)?.id ?? 0) + 1, at: clock.now().toISOString(), said, answer, ok, ms });
      turns.splice(0, Math.max(0, turns.length - MOST_SHOWN));
      await refresh();
      // Alexa looks at the state of what has not obeyed.
      if (!ok && customer.linked) for (const { id } of customer.endpoints) await during(() => customer.reportState(id));
    },
    async press({ lamp, press }) {
      const id = device(lamp, 'press its own button');
      if (!myLeviton.device(id).online) throw new Error('The plug is unplugged; its button does nothing.');
      myLeviton.paddle(id, press);
    },
    async move({ lamp, by, level }) {
      const id = device(lamp, "use the maker's own app");
      const write = level === 0 ? ({ power: 'OFF' } as const) : ({ power: 'ON', brightness: level } as const);
      if (by === 'schedule') return myLeviton.officialWrite(id, write);
      const isFirst = first.customer.endpoints.some((endpoint) => endpoint.id === lamp);
      const account = isFirst ? { ...owner.credentials, code: owner.code } : SECOND_ACCOUNT;
      await writeAsApp(myLeviton.url, account, id, write);
    },
    unplug,
    async fault({ id, on }) {
      const [lamp] = lamps.all();
      if (id === UNPLUGGED) return lamp ? await unplug({ lamp: lamp.id, unplugged: on }) : undefined;
      const fault = faults.find((one) => one.id === id);
      if (!fault) throw new Error('There is no such fault.');
      active.get(id)?.();
      active.delete(id);
      if (on) active.set(id, fault.inject(system));
      changed();
    },
    async control({ id }) {
      const control = controls.find((one) => one.id === id);
      if (!control) throw new Error('There is no such control.');
      await control.press(context);
      await refresh();
    },
    async discover() {
      for (const { customer } of amazonCustomers) if (customer.linked) await during(() => customer.discover());
    },
    async close() {
      closing.abort();
      await Promise.all(running);
      await system.close();
    },
  };
}

/** Two accounts: one with two lamps, and one with a single lamp far away. Answers the id of the first. */
function fillAccounts({ myLeviton }: LocalSystem): string {
  const { userId, residenceIds } = myLeviton.addAccount(EMULATED_ACCOUNT);
  const first = residenceIds[0] ?? 0;
  myLeviton.addSwitch(first, { name: 'Bedroom lamp', power: 'ON', brightness: 60 });
  myLeviton.addSwitch(first, { name: 'Reading light', model: 'D23LP', minLevel: 10, brightness: 80 });
  const second = myLeviton.addAccount(SECOND_ACCOUNT).residenceIds[0] ?? 0;
  myLeviton.addSwitch(second, { name: 'Hall light', power: 'ON', brightness: 35 });
  return String(userId);
}

const speaksOf = (sentence: string, { customer }: AmazonCustomer): boolean =>
  customer.endpoints.some(({ name }) => sentence.toLowerCase().includes(name.toLowerCase()));
