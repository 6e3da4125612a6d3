import { expect, test } from '@jest/globals';
import { changeRow } from '../../lambda/basics/change-row.ts';

/** A row with a version, and `rivals` writers who are quicker than the next writes. */
function rowWith(rivals: number) {
  let row = { value: 0, version: 1 };
  let left = rivals;
  return {
    read: async () => row,
    write: async (standing: typeof row, next: { value: number }) => {
      if (left > 0) {
        left -= 1;
        row = { value: row.value + 100, version: row.version + 1 };
      }
      if (standing.version !== row.version) return undefined;
      row = { value: next.value, version: row.version + 1 };
      return row;
    },
  };
}

const addOne = ({ value }: { value: number }) => ({ value: value + 1 });

test.each([
  { when: 'nobody else writes', rivals: 0, value: 1 },
  { when: 'one writer is quicker', rivals: 1, value: 101 },
  { when: '24 writers are quicker', rivals: 24, value: 2401 },
])('$when: the change is made on the newest row', async ({ rivals, value }) => {
  expect(await changeRow({ ...rowWith(rivals), next: addOne })).toMatchObject({ value });
});

test('after 25 lost attempts the store counts as unavailable', async () => {
  await expect(changeRow({ ...rowWith(25), next: addOne })).rejects.toMatchObject({ name: 'StoreUnavailable' });
});

test('nothing is written where nothing is to change', async () => {
  const row = rowWith(0);
  expect(await changeRow({ ...row, next: () => undefined })).toBeUndefined();
  expect(await row.read()).toEqual({ value: 0, version: 1 });
});

test('a row that the caller knows is not read first', async () => {
  const row = rowWith(0);
  const known = await row.read();
  const read = async () => {
    throw new Error('read');
  };
  expect(await changeRow({ ...row, read, known, next: addOne })).toMatchObject({ value: 1 });
});
