import { randomUUID } from 'node:crypto';
import type { Clock } from '../ports/clock.ts';
import type { Lease, LeaseStore } from '../ports/leases.ts';

/** A run that has not renewed its lease for this long is considered dead. */
const LEASE_MS = 90_000;
const RENEW_EVERY_MS = 30_000;
interface Held {
  lease: Lease;
  renewedAt: number;
  /** Whether all of its accounts have been tried. */
  listening: boolean;
}

/** The shards that one run holds. */
export class Shards {
  readonly #leases: LeaseStore;
  readonly #clock: Clock;
  readonly #endsAt: Date;
  readonly #overlapMs: number;
  readonly #held = new Map<number, Held>();
  readonly #run = randomUUID();
  /** How many shards there are, as last read. */
  count = 1;

  /**
   * @param endsAt when this run means to end
   * @param overlapMs the next run takes over this long before the current one ends
   */
  constructor(leases: LeaseStore, clock: Clock, endsAt: Date, overlapMs: number) {
    this.#leases = leases;
    this.#clock = clock;
    this.#endsAt = endsAt;
    this.#overlapMs = overlapMs;
  }

  get held(): number[] {
    return [...this.#held.keys()];
  }

  /**
   * Reads how many shards there are, and takes those that nobody watches or whose run is about to end, while there is room.
   * @param hasRoom whether the run can hold this shard, too
   * @param take called with each shard that was taken
   * @returns how many shards nobody has watched for longer than the next run takes to start
   */
  async takeFree(
    hasRoom: (shard: number) => Promise<boolean>,
    take: (shard: number) => Promise<void>,
  ): Promise<number> {
    const { shards, leases } = await this.#leases.read();
    this.count = shards;
    const standing = new Map(leases.map((lease) => [lease.shard, lease]));
    const free = Array.from({ length: shards }, (_, shard) => shard).filter(
      (shard) => !this.#held.has(shard) && this.#isFree(standing.get(shard)),
    );
    const isEnding = this.#msUntil(this.#endsAt) < 2 * this.#overlapMs && this.#held.size > 0;
    for (const shard of free) {
      if (isEnding || !(await hasRoom(shard))) break;
      const lease = await this.#take(shard, standing.get(shard));
      if (!lease) continue; // another run was first
      this.#held.set(shard, { lease, renewedAt: this.#clock.now().getTime(), listening: false });
      await take(shard);
    }
    return free.filter((shard) => !this.#held.has(shard) && this.#isUnwatched(standing.get(shard))).length;
  }

  /** All accounts of the shard have been tried: the run that watched it before may stop. */
  isListening(shard: number): void {
    const held = this.#held.get(shard);
    if (held) held.listening = true;
  }

  /** Renews the leases that are due. @returns the shards that another run watches now; they are no longer held */
  async renew(): Promise<number[]> {
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

  /** Gives back what is still held, so that the next run does not wait for the leases to expire. */
  async release(): Promise<void> {
    const expiresAt = this.#clock.now().toISOString();
    await Promise.all([...this.#held.values()].map(({ lease }) => this.#leases.put({ ...lease, expiresAt }, lease)));
    this.#held.clear();
  }

  /** Raises the number of shards if one has more than `most` accounts. @returns whether it did */
  async split(accounts: number, most: number): Promise<boolean> {
    if (accounts <= most) return false;
    const to = this.count * 2 ** Math.ceil(Math.log2(accounts / most));
    await this.#leases.raise(this.count, to);
    this.count = to;
    return true;
  }

  /** @param standing of a shard that is free. Its run may have renewed it since it was read, which leaves it as free as before */
  async #take(shard: number, standing: Lease | undefined): Promise<Lease | undefined> {
    const taken = await this.#leases.put(this.#lease(shard), standing);
    if (taken) return taken;
    const now = await this.#leases.get(shard);
    return this.#isFree(now) ? await this.#leases.put(this.#lease(shard), now) : undefined;
  }

  #isFree(lease: Lease | undefined): boolean {
    if (!lease || this.#msUntil(lease.expiresAt) <= 0) return true;
    return lease.listening && this.#msUntil(lease.endsAt) <= this.#overlapMs;
  }

  /** A run starts every minute: where the lease expired this long ago, none had room. */
  #isUnwatched(lease: Lease | undefined): boolean {
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

  #lease(shard: number): Omit<Lease, 'version'> {
    const endsAt = this.#endsAt.toISOString();
    return { shard, holder: this.#run, expiresAt: this.#expiry(), endsAt, listening: false };
  }

  #expiry(): string {
    return new Date(this.#clock.now().getTime() + LEASE_MS).toISOString();
  }

  #msUntil(moment: string | Date): number {
    return new Date(moment).getTime() - this.#clock.now().getTime();
  }
}
