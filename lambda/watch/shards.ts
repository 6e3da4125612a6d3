import { randomUUID } from 'node:crypto';
import type { Clock } from '../ports/clock.ts';
import type { Lease, LeaseStore } from '../ports/leases.ts';

/** Without a sign of life for so long a run counts as dead. */
const LEASE_MS = 90_000;
const RENEW_EVERY_MS = 30_000;
/**
 * So long before a run's end the next one takes over. EventBridge Scheduler starts runs once a minute, and within the minute as it
 * pleases; another is left for opening the channels of 300 accounts.
 */
const OVERLAP_MS = 120_000;

interface Held {
  lease: Lease;
  renewedAt: number;
  /** Whether all of its accounts have been tried by now. */
  listening: boolean;
}

/** The shards that one run holds. */
export class Shards {
  readonly #leases: LeaseStore;
  readonly #clock: Clock;
  readonly #endsAt: Date;
  readonly #held = new Map<number, Held>();
  readonly #run = randomUUID();
  /** How many shards all accounts are shared out to, as last read. */
  count = 1;

  /** @param endsAt when this run means to end */
  constructor(leases: LeaseStore, clock: Clock, endsAt: Date) {
    this.#leases = leases;
    this.#clock = clock;
    this.#endsAt = endsAt;
  }

  get held(): number[] {
    return [...this.#held.keys()];
  }

  /**
   * Looks how many shards there are, and takes those that nobody watches or whose run is about to end, as long as there is room.
   * @param take called with each that was taken
   * @returns how many shards have been without anybody for longer than it takes a run to come
   */
  async claim(hasRoom: () => boolean, take: (shard: number) => Promise<void>): Promise<number> {
    const { shards, leases } = await this.#leases.read();
    this.count = shards;
    const standing = new Map(leases.map((lease) => [lease.shard, lease]));
    const free = Array.from({ length: shards }, (_, shard) => shard).filter(
      (shard) => !this.#held.has(shard) && this.#isFree(standing.get(shard)),
    );
    const isEnding = this.#msUntil(this.#endsAt) < 2 * OVERLAP_MS && this.#held.size > 0;
    for (const shard of free) {
      if (isEnding || !hasRoom()) break;
      const lease = await this.#leases.put(this.#lease(shard, standing.get(shard)), standing.get(shard));
      if (!lease) continue; // another run was first
      this.#held.set(shard, { lease, renewedAt: this.#clock.now().getTime(), listening: false });
      await take(shard);
    }
    return free.filter((shard) => !this.#held.has(shard) && this.#isForlorn(standing.get(shard))).length;
  }

  /** All accounts of the shard have been tried: the run that held it before may stop. */
  isListening(shard: number): void {
    const held = this.#held.get(shard);
    if (held) held.listening = true;
  }

  /** Renews what is due. @returns the shards that another run has come to watch, which are held no more */
  async keep(): Promise<number[]> {
    const lost: number[] = [];
    for (const [shard, held] of this.#held) {
      const { lease, listening } = held;
      const isDue = this.#clock.now().getTime() - held.renewedAt >= RENEW_EVERY_MS;
      if (!isDue && listening === lease.listening) continue;
      const renewed = await this.#leases.put({ ...lease, listening, expiresAt: this.#expiry() }, lease);
      if (renewed) Object.assign(held, { lease: renewed, renewedAt: this.#clock.now().getTime() });
      else if (await this.#isFollowed(shard)) {
        this.#held.delete(shard);
        lost.push(shard);
      }
    }
    return lost;
  }

  /** Gives back what is still held: the next run need not wait until the leases have expired. */
  async release(): Promise<void> {
    const expiresAt = this.#clock.now().toISOString();
    await Promise.all([...this.#held.values()].map(({ lease }) => this.#leases.put({ ...lease, expiresAt }, lease)));
    this.#held.clear();
  }

  /** Shares the accounts out to more shards, if one has `accounts` of them where `most` are good. @returns whether it did */
  async split(accounts: number, most: number): Promise<boolean> {
    if (accounts <= most) return false;
    const to = this.count * 2 ** Math.ceil(Math.log2(accounts / most));
    await this.#leases.raise(this.count, to);
    this.count = to;
    return true;
  }

  #isFree(lease: Lease | undefined): boolean {
    if (!lease || this.#msUntil(lease.expiresAt) <= 0) return true;
    return lease.listening && this.#msUntil(lease.endsAt) <= OVERLAP_MS;
  }

  /** Runs come every minute; who expired as long ago as a lease lasts has missed one. */
  #isForlorn(lease: Lease | undefined): boolean {
    return lease !== undefined && this.#msUntil(lease.expiresAt) <= -LEASE_MS;
  }

  async #isFollowed(shard: number): Promise<boolean> {
    const standing = await this.#leases.get(shard);
    const held = this.#held.get(shard);
    if (standing && standing.holder === this.#run && held) {
      held.lease = standing;
      return false;
    }
    return standing?.listening ?? false;
  }

  #lease(shard: number, standing: Lease | undefined): Omit<Lease, 'version'> {
    const generation = (standing?.generation ?? 0) + 1;
    const endsAt = this.#endsAt.toISOString();
    return { shard, holder: this.#run, generation, expiresAt: this.#expiry(), endsAt, listening: false };
  }

  #expiry(): string {
    return new Date(this.#clock.now().getTime() + LEASE_MS).toISOString();
  }

  #msUntil(moment: string | Date): number {
    return new Date(moment).getTime() - this.#clock.now().getTime();
  }
}
