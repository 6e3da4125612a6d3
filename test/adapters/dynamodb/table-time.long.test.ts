import { expect, test } from '@jest/globals';
import { openTable } from '../../../lambda/adapters/dynamodb/table.ts';
import { StoreUnavailable } from '../../../lambda/ports/errors.ts';
import { useTable } from './support.ts';

// The time limit that ships, by the machine's own timers.

const used = useTable();

test('slow: gives up inside the time of a directive', async () => {
  used.fail('slow');
  const asShipped = openTable({ tableName: used.embedded.tableName, endpoint: used.embedded.url });
  // Which of two timers of one process is first does not depend on how busy the machine is.
  const order: string[] = [];
  const limit = new Promise<void>((resolve) => setTimeout(resolve, 6_000)).then(() => order.push('6 s are over'));
  await expect(asShipped.get({ pk: 'failing', sk: 'row' })).rejects.toThrow(StoreUnavailable);
  order.push('gave up');
  await limit;
  expect(order).toEqual(['gave up', '6 s are over']);
});
