import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type RunningDesk, startDesk } from '../../desk/desk.ts';
import { createLog } from '../../lambda/adapters/json-log/log.ts';
import { systemClock } from '../../lambda/adapters/system/clock.ts';
import { aMoment } from '../support/clock.ts';
import { countHeld } from '../support/held.ts';
import { until } from '../support/setup.ts';

const HOURS = 3;
const STEP_MS = 10_000;
const TOUCH_EVERY = 10;

let desk: RunningDesk;
beforeAll(async () => {
  desk = await startDesk({ log: createLog('silent', systemClock), reportDelayMs: 20 });
});
afterAll(() => desk.close());

/** An hour of the desk's clock, in which somebody presses a button now and then. */
async function anHour(): Promise<void> {
  const [lamp] = desk.state().lamps;
  for (let step = 1; step <= 3_600_000 / STEP_MS; step++) {
    await desk.advance(STEP_MS);
    await aMoment();
    if (step % TOUCH_EVERY === 0 && lamp) await desk.press({ lamp: lamp.id, press: 'toggle' });
  }
}

test('over three hours the desk holds no more than after the first, and no iterator of the table stays open', async () => {
  const held = countHeld(desk.system.clock);
  const seen = [];
  for (let hour = 1; hour <= HOURS; hour++) {
    await anHour();
    await desk.system.queue.idle();
    await until(() => desk.system.table.openIterators === 0, 'no query is at work');
    seen.push(await held());
  }
  const [first, last] = [seen[0], seen.at(-1)];
  expect(last?.listeners).toBeLessThanOrEqual((first?.listeners ?? 0) + 10);
  expect(last?.sockets).toBeLessThanOrEqual((first?.sockets ?? 0) + 10);
  expect((last?.heapKb ?? 0) - (first?.heapKb ?? 0)).toBeLessThan(3_000);
});
