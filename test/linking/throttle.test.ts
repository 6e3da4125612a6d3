import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type EmbeddedTable, startEmbeddedTable } from '../../desk/table/embedded-table.ts';
import { openTable } from '../../lambda/adapters/dynamodb/table.ts';
import { createThrottle } from '../../lambda/adapters/dynamodb/throttle.ts';
import { StoreUnavailable } from '../../lambda/ports/errors.ts';
import type { Throttle } from '../../lambda/ports/throttle.ts';

let table: EmbeddedTable;
let throttle: Throttle;
beforeEach(async () => {
  table = await startEmbeddedTable();
  throttle = createThrottle(openTable({ tableName: table.tableName, endpoint: table.url }));
});
afterEach(() => table.close());

const allowance = { key: 'a', limit: 3, windowSeconds: 60 };
const at = (seconds: number): Date => new Date(Date.UTC(2026, 2, 1) + seconds * 1000);
const outcome = async (seconds: number, ...allowances: (typeof allowance)[]) => {
  const taken = await throttle.take(allowances.length > 0 ? allowances : [allowance], at(seconds));
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

test('an attempt is taken from all allowances or from none', async () => {
  const narrow = { key: 'b', limit: 1, windowSeconds: 60 };
  expect(await outcome(0, allowance, narrow)).toBe('taken');
  for (let again = 0; again < 4; again += 1) expect(await outcome(1, allowance, narrow)).toBe(59);
  expect(await outcome(2)).toBe('taken');
  expect(await outcome(3)).toBe('taken');
  expect(await outcome(4)).toBe(56);
});

test('what is given back can be taken again', async () => {
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const taken = await throttle.take([allowance], at(attempt));
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
  const taken = await throttle.take([allowance], at(0));
  table.fail('error');
  await expect(throttle.take([allowance], at(0))).rejects.toThrow(StoreUnavailable);
  if (!taken.taken) throw new Error('it was free');
  await expect(taken.giveBack()).resolves.toBeUndefined();
});
