import { isSkillError } from '../ports/errors.ts';
import { createPace, createQueueFor } from './pace.ts';
import { Shards } from './shards.ts';
import { type AccountWatch, type WatchPorts, watchAccount } from './watch-account.ts';

export interface WatchSettings {
  /** How long one run lasts. */
  readonly runMs: number;
  /** How often a run looks for accounts that were linked since, and for shards that nobody holds. */
  readonly lookEveryMs: number;
  /** A shard with more accounts than these is split. */
  readonly accountsPerShard: number;
  /** A run takes a shard if that leaves it with no more accounts than these. */
  readonly accountsPerRun: number;
  /** How often an account is read, if that is within the budget. */
  readonly readEveryMs: number;
  /** The budget: so many reads in a minute for all accounts of the run; more accounts are read less often. */
  readonly readsPerMinute: number;
}

/** How often a run checks whether another has followed it, and renews its leases where that is due. */
const KEEP_EVERY_MS = 5_000;
/** How many channels are opened at once. Opening waits for the processor: more at once would take more memory and no less time. */
const OPENED_AT_ONCE = 8;
/**
 * How many accounts are read at once: as many as READS_PER_MINUTE starts while all of them hang, so that an outage is still found in
 * time. An account whose reads hang takes one of these places, and the others go on.
 */
const READ_AT_ONCE = 32;
/** The clock starts runs at some moment of each minute. */
const START_WITHIN_MS = 60_000;
/**
 * What opening one account takes, with room. The processor time is the bench's; Lambda gives a function of 128 MB a fourteenth of a
 * processor, one of 160 MB an eleventh.
 */
const OPENING_MS = 200;

/**
 * One run: takes the shards that it finds free, as many as it can hold, and watches their accounts until it ends, until others have taken
 * over all of them, or until the signal aborts. Finding none it ends at once. What fails for one account does not affect the others.
 *
 * Runs need no coordinator: each is started by the clock, and a run that is about to end, or has died, leaves its shards to those that
 * come. The next run takes a shard, reads, listens, and says so in the lease; then the one before lets go of it.
 * @throws nothing but bugs: what goes wrong is logged, and tried again
 */
export async function watchAccounts(ports: WatchPorts, settings: WatchSettings, signal: AbortSignal): Promise<void> {
  const { clock, log } = ports;
  const run = new AbortController();
  const end = () => run.abort();
  if (signal.aborted) return;
  signal.addEventListener('abort', end, { once: true });
  clock.wait(settings.runMs, run.signal).then(end, () => undefined);
  const endsAt = new Date(clock.now().getTime() + settings.runMs);
  const shards = new Shards(ports.leases, clock, endsAt, overlapMs(settings.accountsPerRun));
  const accounts = new WatchedAccounts(ports, settings);
  try {
    let nextLookAt = 0;
    while (!run.signal.aborted) {
      await logged('shards-not-renewed', ports, async () => {
        for (const shard of await shards.renew()) accounts.drop(shard);
      });
      if (clock.now().getTime() >= nextLookAt) {
        nextLookAt = clock.now().getTime() + settings.lookEveryMs;
        await logged('accounts-not-listed', ports, () => look(shards, accounts, ports, settings));
      }
      if (shards.held.length === 0) break;
      await clock.wait(Math.min(settings.lookEveryMs, KEEP_EVERY_MS), run.signal).catch(() => undefined);
    }
  } finally {
    run.abort();
    signal.removeEventListener('abort', end);
    await accounts.stop();
    await logged('shards-not-released', ports, () => shards.release());
    if (accounts.most > 0) log.info('watch-run-ended', { accounts: accounts.most });
  }
}

/** The next run takes over this long before the current one ends: it has to start, and to open the channels of all its accounts. */
export const overlapMs = (accountsPerRun: number): number => START_WITHIN_MS + accountsPerRun * OPENING_MS;

/** Takes what is free, and sees which accounts there are in all that is held. */
async function look(
  shards: Shards,
  accounts: WatchedAccounts,
  ports: WatchPorts,
  settings: WatchSettings,
): Promise<void> {
  const { accountsPerShard, accountsPerRun } = settings;
  const list = async (shard: number) => {
    let ids = await ports.accounts.list({ index: shard, of: shards.count });
    // A split leaves half of the accounts here, or fewer; the others are free for whoever has room.
    while (await shards.split(ids.length, accountsPerShard)) {
      ids = await ports.accounts.list({ index: shard, of: shards.count });
    }
    accounts.put(shard, ids, () => shards.isListening(shard));
  };
  const held = shards.held;
  const hasRoom = async (shard: number) => {
    if (shards.held.length === 0 || accounts.count + accountsPerShard <= accountsPerRun) return true;
    if (accounts.count >= accountsPerRun) return false;
    const { length } = await ports.accounts.list({ index: shard, of: shards.count });
    return accounts.count + length <= accountsPerRun;
  };
  const unwatchedShards = await shards.takeFree(hasRoom, list);
  for (const shard of held) await list(shard);
  accounts.prune();
  if (unwatchedShards > 0) ports.log.error('shards-not-watched', { shards: unwatchedShards });
}

async function logged(event: string, { log }: WatchPorts, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!isSkillError(error)) throw error;
    log.error(event, { error });
  }
}

interface Watched {
  readonly stop: AbortController;
  /** The first attempt has led somewhere. */
  readonly tried: Promise<void>;
  readonly done: Promise<void>;
  /** In how many looks in a row it was not among the accounts of the run. */
  missing: number;
}

/** The accounts of one run. */
class WatchedAccounts {
  readonly #watched = new Map<string, Watched>();
  /** By shard, its accounts as last listed. */
  readonly #listed = new Map<number, readonly string[]>();
  readonly #watch: AccountWatch;
  /** The most accounts that were watched at once. */
  most = 0;

  constructor(ports: WatchPorts, { readEveryMs, readsPerMinute, lookEveryMs }: WatchSettings) {
    this.#watch = {
      ports,
      lookEveryMs,
      pace: createPace(readsPerMinute, ports.clock),
      opening: createQueueFor(OPENED_AT_ONCE),
      reading: createQueueFor(READ_AT_ONCE),
      readEveryMs: () => Math.max(readEveryMs, (this.count / readsPerMinute) * 60_000),
    };
  }

  get count(): number {
    return this.#watched.size;
  }

  /** Watches the accounts of a shard. @param onTried called once all of them have been tried */
  put(shard: number, ids: readonly string[], onTried: () => void): void {
    this.#listed.set(shard, ids);
    for (const id of ids) if (!this.#watched.has(id)) this.#begin(id);
    this.most = Math.max(this.most, this.count);
    void Promise.all(ids.map((id) => this.#watched.get(id)?.tried)).then(onTried);
  }

  /** Lets go of a shard that another run watches. */
  drop(shard: number): void {
    this.#listed.delete(shard);
    const wanted = this.#wanted();
    for (const [id, { stop }] of this.#watched) if (!wanted.has(id)) stop.abort();
  }

  /**
   * Lets go of accounts that two looks in a row did not find: they have been erased, or have come to another shard. The index may miss an
   * account for a moment while its row is written.
   */
  prune(): void {
    const wanted = this.#wanted();
    for (const [id, watched] of this.#watched) {
      watched.missing = wanted.has(id) ? 0 : watched.missing + 1;
      if (watched.missing > 1) watched.stop.abort();
    }
  }

  async stop(): Promise<void> {
    for (const { stop } of this.#watched.values()) stop.abort();
    await Promise.all([...this.#watched.values()].map(({ done }) => done));
  }

  #wanted(): Set<string> {
    return new Set([...this.#listed.values()].flat());
  }

  #begin(id: string): void {
    const stop = new AbortController();
    let tried: () => void = () => undefined;
    const firstTried = new Promise<void>((resolve) => {
      tried = resolve;
    });
    const done = watchAccount(id, this.#watch, tried, stop.signal).finally(() => this.#watched.delete(id));
    this.#watched.set(id, { stop, tried: firstTried, done, missing: 0 });
  }
}
