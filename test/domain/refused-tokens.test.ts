import { expect, test } from '@jest/globals';
import { createLog } from '../../lambda/adapters/json-log/log.ts';
import { createRefusedTokens } from '../../lambda/domain/refused-tokens.ts';
import { BearerExpired, BearerInvalid, SealingKeyMissing, StoreUnavailable } from '../../lambda/ports/errors.ts';
import type { RefusedToken } from '../../lambda/ports/evidence-store.ts';
import { testClock } from '../support/clock.ts';

const MINUTE = 60_000;

/** One function, and the row that it shares with others. */
function start(row: { refused: readonly RefusedToken[] } = { refused: [] }) {
  const clock = testClock();
  const writes: number[] = [];
  const lines: string[] = [];
  const began = clock.now().getTime();
  const state = { isDown: false };
  const refusedTokens = createRefusedTokens({
    clock,
    log: createLog('info', clock, (line) => lines.push(line)),
    evidence: {
      refusedTokens: async () => {
        if (state.isDown) throw new StoreUnavailable('no answer');
        return row.refused;
      },
      noteRefusedTokens: async (refused) => {
        row.refused = refused;
        writes.push(Math.round((clock.now().getTime() - began) / MINUTE));
      },
    },
  });
  return { clock, refusedTokens, row, writes, lines, state };
}

const invalid = new BearerInvalid('not sealed by us');

test('a device is noted once an hour at most, with how many directives were refused', async () => {
  const { clock, refusedTokens, row, writes } = start();
  for (let minute = 0; minute <= 120; minute++) {
    await refusedTokens.note(invalid, 'lamp');
    clock.advance(MINUTE);
  }
  expect(writes).toEqual([0, 60, 120]);
  expect(row.refused).toMatchObject([{ error: 'BearerInvalid', endpointId: 'lamp', count: 121 }]);
  expect(row.refused[0]?.since).toMatch(/T12:00:/);
  expect(row.refused[0]?.at).toMatch(/T14:00:/);
});

test('another device, another error and another key are noted at once', async () => {
  const { refusedTokens, row, writes } = start();
  await refusedTokens.note(invalid, 'lamp');
  await refusedTokens.note(invalid, 'hall');
  await refusedTokens.note(new SealingKeyMissing('no key a in the ring', 'a'), 'lamp');
  await refusedTokens.note(new SealingKeyMissing('no key b in the ring', 'b'), 'lamp');
  await refusedTokens.note(invalid, undefined);
  expect(writes).toHaveLength(5);
  expect(row.refused.map(({ error, endpointId, keyId }) => [error, endpointId, keyId])).toEqual(
    expect.arrayContaining([
      ['BearerInvalid', 'lamp', undefined],
      ['BearerInvalid', 'hall', undefined],
      ['SealingKeyMissing', 'lamp', 'a'],
      ['SealingKeyMissing', 'lamp', 'b'],
      ['BearerInvalid', undefined, undefined],
    ]),
  );
});

test('a thousand devices take twenty-one writes an hour, and the row stays small', async () => {
  const { refusedTokens, row, writes } = start();
  for (let device = 0; device < 1000; device++) await refusedTokens.note(invalid, `lamp ${device}`);
  expect(writes).toHaveLength(21);
  expect(row.refused).toHaveLength(20);
});

test('two functions count together', async () => {
  const one = start();
  const other = start(one.row);
  for (const { refusedTokens, clock } of [one, other, one, other]) {
    await refusedTokens.note(invalid, 'lamp');
    clock.advance(61 * MINUTE);
  }
  expect(one.row.refused).toMatchObject([{ count: 4 }]);
});

test('what is a day old goes; other errors and ids that Alexa never sends are nothing to keep', async () => {
  const { clock, refusedTokens, row, writes } = start();
  await refusedTokens.note(invalid, 'old');
  clock.advance(25 * 60 * MINUTE);
  await refusedTokens.note(new BearerExpired('ended'), 'lamp');
  expect(writes).toHaveLength(1);
  await refusedTokens.note(invalid, 'x'.repeat(300));
  expect(row.refused.map(({ endpointId }) => endpointId)).toEqual([undefined]);
});

test('where the table is away nothing is thrown, and the next one is noted with all before it', async () => {
  const { refusedTokens, row, lines, state } = start();
  state.isDown = true;
  await refusedTokens.note(invalid, 'lamp');
  expect(lines.join()).toContain('evidence-not-noted');
  state.isDown = false;
  await refusedTokens.note(invalid, 'lamp');
  expect(row.refused).toMatchObject([{ count: 2 }]);
});
