import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type EmbeddedTable, startEmbeddedTable } from '../../desk/table/embedded-table.ts';
import { openTable } from '../../lambda/adapters/dynamodb/table.ts';
import { createThrottle } from '../../lambda/adapters/dynamodb/throttle.ts';
import { StoreUnavailable } from '../../lambda/ports/errors.ts';
import type { Counter, Throttle } from '../../lambda/ports/throttle.ts';

let table: EmbeddedTable;
let throttle: Throttle;
beforeEach(async () => {
  table = await startEmbeddedTable();
  throttle = createThrottle(openTable({ tableName: table.tableName, endpoint: table.url }));
});
afterEach(() => table.close());

const counter = (key: string, limit: number): Counter => ({
  name: key,
  key,
  labels: [],
  anyOf: [{ limits: [{ limit, windowSeconds: 60 }] }],
});
const three = counter('a', 3);
const at = (seconds: number): Date => new Date(Date.UTC(2026, 2, 1) + seconds * 1000);
const outcome = async (seconds: number, ...counters: Counter[]) => {
  const taken = await throttle.take(counters.length > 0 ? counters : [three], at(seconds));
  return taken.taken ? 'taken' : taken.retryAfterSeconds;
};

test('the window slides: three in any minute', async () => {
  expect(await outcome(0)).toBe('taken');
  expect(await outcome(30)).toBe('taken');
  expect(await outcome(59)).toBe('taken');
  expect(await outcome(59)).toBe(1);
  expect(await outcome(60)).toBe('taken');
  expect(await outcome(61)).toBe(29);
  expect(await outcome(90)).toBe('taken');
});

test('twelve at once: three', async () => {
  const outcomes = await Promise.all(Array.from({ length: 12 }, () => outcome(0)));
  expect(outcomes.filter((one) => one === 'taken')).toHaveLength(3);
});

test('an attempt is taken from all threes or from none', async () => {
  const narrow = counter('b', 1);
  expect(await outcome(0, three, narrow)).toBe('taken');
  for (let repeated = 0; repeated < 4; repeated += 1) expect(await outcome(1, three, narrow)).toBe(59);
  expect(await outcome(2)).toBe('taken');
  expect(await outcome(3)).toBe('taken');
  expect(await outcome(4)).toBe(56);
});

test('what is given back can be taken again', async () => {
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const taken = await throttle.take([three], at(attempt));
    if (!taken.taken) throw new Error('it was given back');
    await taken.giveBack();
  }
  expect(await outcome(6)).toBe('taken');
});

test('rows end by themselves a window after their last attempt', async () => {
  await outcome(0);
  const [row] = await table.scan();
  expect(row).toMatchObject({ pk: { S: 'throttle#a' }, ttl: { N: String(Date.UTC(2026, 2, 1) / 1000 + 60) } });
});

test('a table that is not there is StoreUnavailable, and giving back then does not throw', async () => {
  const taken = await throttle.take([three], at(0));
  table.fail('error');
  await expect(throttle.take([three], at(0))).rejects.toThrow(StoreUnavailable);
  if (!taken.taken) throw new Error('it was free');
  await expect(taken.giveBack()).resolves.toBeUndefined();
});

test('costs a read and a write per counter, and a write each to give back; a refusal costs the reads alone', async () => {
  const counters = [counter('a', 1), counter('b', 1), counter('c', 1)];
  const taken = await throttle.take(counters, at(0));
  expect(table.counts.byOperation).toMatchObject({ GetItem: 3, PutItem: 3 });
  table.resetCounts();
  if (!taken.taken) throw new Error('it was free');
  await taken.giveBack();
  expect(table.counts.byOperation).toEqual({ PutItem: 3 });
  await throttle.take(counters, at(1));
  table.resetCounts();
  expect(await throttle.take(counters, at(2))).toEqual({ taken: false, full: 'a', retryAfterSeconds: 59 });
  expect(table.counts.byOperation).toEqual({ GetItem: 3 });
});

describe('limits by label', () => {
  const labelled = (label: string): Counter => ({
    ...counter('a', 0),
    labels: [label],
    anyOf: [
      {
        limits: [
          { label, limit: 1, windowSeconds: 60 },
          { limit: 3, windowSeconds: 60 },
        ],
        label: 'first',
      },
      { limits: [{ limit: 2, windowSeconds: 60 }] },
    ],
  });

  test('one choice with room is enough', async () => {
    expect(await outcome(0, labelled('x'))).toBe('taken');
    expect(await outcome(1, labelled('x'))).toBe('taken');
    expect(await outcome(2, labelled('x'))).toBe(58);
    expect(await outcome(3, labelled('y'))).toBe('taken');
    expect(await outcome(4, labelled('z'))).toBe(56);
    const [row] = await table.scan();
    expect(JSON.stringify(row).match(/"first"/g)).toHaveLength(2);
  });

  test('the attempt that is given back is one of the same labels', async () => {
    const taken = await throttle.take([labelled('x')], at(0));
    await throttle.take([labelled('y')], at(0));
    if (!taken.taken) throw new Error('it was free');
    await taken.giveBack();
    const [row] = await table.scan();
    expect(JSON.stringify(row)).toContain('"y"');
    expect(JSON.stringify(row)).not.toContain('"x"');
  });
});
