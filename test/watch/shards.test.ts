import { expect, test } from '@jest/globals';
import { createLeaseStore } from '../../lambda/adapters/dynamodb/leases.ts';
import type { Lease, LeaseStore } from '../../lambda/ports/leases.ts';
import { Shards } from '../../lambda/watch/shards.ts';
import { useTable } from '../adapters/dynamodb/support.ts';

const used = useTable();
const OVERLAP_MS = 120_000;
const clock = { now: () => new Date('2026-03-01T12:03:35.000Z'), wait: async () => undefined };

/** Ends within the overlap. */
const ENDING: Omit<Lease, 'version'> = {
  shard: 0,
  holder: 'first',
  expiresAt: '2026-03-01T12:04:35.000Z',
  endsAt: '2026-03-01T12:05:00.000Z',
  listening: true,
};

test.each<{ when: string; meanwhile: Partial<Lease>; isTaken: boolean }>([
  { when: 'its run has renewed it', meanwhile: { expiresAt: '2026-03-01T12:05:05.000Z' }, isTaken: true },
  { when: 'its run has given it back', meanwhile: { expiresAt: '2026-03-01T12:03:35.000Z' }, isTaken: true },
  { when: 'another run has taken it', meanwhile: { holder: 'third', listening: false }, isTaken: false },
  {
    when: 'another run has taken it and listens',
    meanwhile: { holder: 'third', endsAt: '2026-03-01T12:17:35.000Z' },
    isTaken: false,
  },
])(
  'a shard whose run is about to end; between read and write $when: taken is $isTaken',
  async ({ meanwhile, isTaken }) => {
    const leases = createLeaseStore(used.table);
    const standing = await leases.put(ENDING, await leases.get(0));
    let puts = 0;
    const late: LeaseStore = {
      ...leases,
      put: async (next, known) => {
        puts += 1;
        if (puts === 1) await leases.put({ ...ENDING, ...meanwhile }, standing);
        return await leases.put(next, known);
      },
    };
    const second = new Shards(late, clock, new Date('2026-03-01T12:17:35.000Z'), OVERLAP_MS);
    const taken: number[] = [];
    await second.takeFree(
      async () => true,
      async (shard) => void taken.push(shard),
    );
    expect(taken).toEqual(isTaken ? [0] : []);
    expect(second.held).toEqual(isTaken ? [0] : []);
    expect((await leases.get(0))?.holder === (meanwhile.holder ?? 'first')).toBe(!isTaken);
  },
);
