import { expect, test } from '@jest/globals';
import { closingWorlds } from './opened-worlds.ts';
import { expectRestored, openNamed, sealingText } from './restored.ts';

// The restore drill on the stand-ins, with the real client: the accounts come back in a new table, with the same keys and addresses.

const use = closingWorlds();

const open = () => use(openNamed());

test('the accounts are restored into a new table, with the same keys, at the same address', async () => {
  const drill = await open();
  const key = sealingText(drill);
  await drill.restore(['--at', '2026-11-28T10:00:00Z']);
  expectRestored(drill, key);
  const { changes } = drill.aws.stacks;
  await drill.deploy();
  expect(drill.aws.stacks.changes).toBe(changes);
});

test('a restored table is restored once more', async () => {
  const drill = await open();
  const key = sealingText(drill);
  const tableOf = () => drill.stacks()[0]?.parameters.TableArn?.split('/')[1];
  const first = drill.before.resources.Table?.id;
  await drill.restore();
  const second = tableOf();
  await drill.restore();
  const third = tableOf();
  expect([...drill.aws.tables.restored].map(([table, { from }]) => [table, from])).toEqual([
    [second, first],
    [third, second],
  ]);
  expect(drill.aws.stacks.states()[0]?.outputs.TableArn?.split('/')[1]).toBe(third);
  expect(sealingText(drill)).toBe(key);
});

test('a deleted table comes back from DynamoDB’s backup, a secret entry from its recovery window', async () => {
  const drill = await open();
  const key = sealingText(drill);
  drill.aws.tables.delete(drill.before.resources.Table?.id ?? '');
  drill.aws.secrets.schedule(drill.before.outputs.SecretArn ?? '');
  const lines = await drill.restore();
  expect(lines).toContain('done       took the secret entry back, which was about to be deleted');
  expectRestored(drill, key);
});

test('nothing is restored without a yes, nor to a moment without a time zone', async () => {
  const drill = await open();
  await expect(drill.restore(['--at', '2026-11-28T10:00:00'])).rejects.toMatchObject({
    message: 'This is not a moment.',
  });
  await expect(drill.restore(['--not-yes'])).rejects.toMatchObject({ message: 'Nothing was restored.' });
  expect(drill.aws.tables.restored.size).toBe(0);
});
