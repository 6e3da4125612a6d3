import type { Row } from '../measure.ts';
import { DEVICES_PER_HOME, sampleOf, type Town } from './town.ts';

const HOMES = 2_000;
const CHANGES = 100;
/** Message groups in the worker's hands; more of them only wait for each other until their time is up. */
const AT_ONCE = 100;

/** Samples of thousands of accounts through queue, worker and gateway of this one process, emulators and table included. */
export async function measureThroughput(town: Town): Promise<Row[]> {
  await town.grow(HOMES);
  const { system, accounts } = town;
  const { queue, table, alexa } = system;
  const sendRound = async (place: number, round: number) => {
    for (let first = 0; first < accounts.length; first += AT_ONCE) {
      for (const account of accounts.slice(first, first + AT_ONCE)) await queue.send([sampleOf(account, place, round)]);
      await queue.idle();
    }
  };
  await sendRound(0, 1);
  alexa.resetCounts();
  const began = performance.now();
  for (let place = 0; place < DEVICES_PER_HOME; place++) await sendRound(place, 2);
  const perSecond = (1000 * alexa.counts.events) / (performance.now() - began);

  // One by one, so that nothing is shared.
  table.resetCounts();
  for (const account of accounts.slice(0, CHANGES)) {
    await queue.send([sampleOf(account, 0, 3)]);
    await queue.idle();
  }
  const { byOperation } = table.counts;
  const per = (...operations: readonly string[]) =>
    operations.reduce((sum, operation) => sum + (byOperation[operation] ?? 0), 0) / CHANGES;
  return [
    { what: `samples through queue, worker and gateway, ${HOMES} accounts`, unit: '/s', ours: perSecond },
    { what: 'table reads per change', unit: '', ours: per('GetItem', 'Query') },
    { what: 'table writes per change', unit: '', ours: per('PutItem', 'UpdateItem', 'DeleteItem') },
  ];
}
