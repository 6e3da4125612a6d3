import { expect, test } from '@jest/globals';
import { createDeviceStore } from '../../../lambda/adapters/dynamodb/devices.ts';
import type { DeviceRecord, DeviceState } from '../../../lambda/ports/device-store.ts';
import { StoreUnavailable } from '../../../lambda/ports/errors.ts';
import { device, useTable } from './support.ts';

const used = useTable();
const devices = () => createDeviceStore(used.table);

const state = (fields: Partial<DeviceState> = {}): DeviceState => ({
  power: 'ON',
  level: 40,
  connected: true,
  at: '2026-11-20T10:00:00.000Z',
  ...fields,
});

async function remembered(accountId: string): Promise<DeviceRecord> {
  await devices().remember(accountId, [device()]);
  const record = await devices().get(accountId, '1613723');
  if (!record) throw new Error('nothing was remembered');
  return record;
}

test('what is unknown is undefined, an empty account is empty', async () => {
  expect(await devices().get('empty', '1')).toBeUndefined();
  expect(await devices().list('empty')).toEqual([]);
});

test('what discovery said comes back, with its state, and reported to nobody', async () => {
  const listedAt = '2026-11-20T10:00:00.000Z';
  expect(await remembered('a')).toEqual({ device: device(), lastState: state(), views: {}, listedAt, version: 1 });
});

test('list gives the devices of one account, and nothing else of it', async () => {
  const lamps = [device({ id: '1' }), device({ id: '2', kind: 'fan', dimmable: false })];
  await devices().remember('b', lamps);
  await devices().remember('b2', [device({ id: '3' })]);
  await used.table.put({ pk: 'account#b', sk: 'grant#x' }, {}, 'absent');
  expect((await devices().list('b')).map((record) => record.device)).toEqual(lamps);
});

test.each([
  { when: 'later', seenAt: '2026-11-20T10:00:01.000Z', level: 80 },
  { when: 'earlier', seenAt: '2026-11-20T09:59:59.000Z', level: 55 },
  { when: 'later, spelled in another zone', seenAt: '2026-11-20T12:30:00+02:00', level: 80 },
  { when: 'earlier, spelled in another zone', seenAt: '2026-11-20T11:30:00+02:00', level: 55 },
])("a state seen $when than discovery's sample: level $level", async ({ when, seenAt, level }) => {
  const accountId = `seen ${when}`;
  const standing = await remembered(accountId);
  const lastState = state({ level: 80, at: seenAt });
  const views = { a: { announced: 'x', lastReported: lastState, forceReportSince: seenAt } };
  expect(await devices().replace(accountId, standing, { ...standing, lastState, views })).toBe(true);
  await devices().remember(accountId, [device({ name: 'Reading lamp', level: 55 })]);
  const record = await devices().get(accountId, '1613723');
  expect(record).toMatchObject({ device: { name: 'Reading lamp', level: 55 }, lastState: { level }, version: 3 });
  expect(record?.views).toEqual(views);
});

test('of two that replace at once one wins', async () => {
  const standing = await remembered('d');
  const store = devices();
  const wins = await Promise.all([
    store.replace('d', standing, { ...standing, views: { a: { lastReported: state({ level: 1 }) } } }),
    store.replace('d', standing, { ...standing, views: { a: { lastReported: state({ level: 2 }) } } }),
  ]);
  expect(wins.toSorted()).toEqual([false, true]);
  expect((await store.get('d', '1613723'))?.views.a?.lastReported?.level).toBe(wins[0] ? 1 : 2);
});

test('who read before a discovery does not write over it', async () => {
  const standing = await remembered('e');
  await devices().remember('e', [device({ name: 'Reading lamp' })]);
  expect(await devices().replace('e', standing, { ...standing, views: { a: { announced: 'x' } } })).toBe(false);
  expect((await devices().get('e', '1613723'))?.device.name).toBe('Reading lamp');
});

test('replace keeps all that the next has, and takes away what it has not', async () => {
  const standing = await remembered('f');
  const whole = {
    device: device(),
    lastState: state(),
    views: {
      a: { announced: 'fingerprint', lastReported: state({ changedAt: '2026-11-20T09:59:59.000Z' }) },
      b: {
        announced: '',
        lastReported: state({ power: 'OFF' }),
        forceReportSince: '2026-11-20T10:00:02.000Z',
        catchUpUntil: '2026-11-20T10:15:00.000Z',
      },
    },
    removedSince: '2026-11-20T10:00:03.000Z',
    listedAt: '2026-11-20T10:00:03.000Z',
  };
  await devices().replace('f', standing, whole);
  const replaced = (await devices().get('f', '1613723')) as DeviceRecord;
  expect(replaced).toEqual({ ...whole, version: 2 });
  await devices().replace('f', replaced, { device: device(), lastState: state(), views: {} });
  expect(await devices().get('f', '1613723')).toEqual({ device: device(), lastState: state(), views: {}, version: 3 });
});

test('the moment at which the device cloud wrote the record is kept with the state', async () => {
  await devices().remember('written', [device({ changedAt: new Date('2026-11-20T09:59:58.000Z') })]);
  const record = await devices().get('written', '1613723');
  expect(record?.lastState).toEqual(state({ changedAt: '2026-11-20T09:59:58.000Z' }));
});

test('a list that was read earlier changes neither name nor state, and brings nothing back', async () => {
  const standing = await remembered('overtaken');
  const gone = { removedSince: '2026-11-20T10:00:05.000Z', listedAt: '2026-11-20T10:00:05.000Z' };
  await devices().replace('overtaken', standing, { ...standing, ...gone });
  const earlier = new Date('2026-11-20T10:00:04.000Z');
  await devices().remember('overtaken', [device({ name: 'Reading lamp', level: 55, sampledAt: earlier })]);
  expect(await devices().get('overtaken', '1613723')).toEqual({ ...standing, ...gone, version: 2 });
});

test('a device that is listed again is not gone', async () => {
  const standing = await remembered('back');
  await devices().replace('back', standing, { ...standing, removedSince: state().at });
  await devices().remember('back', [device()]);
  expect((await devices().get('back', '1613723'))?.removedSince).toBeUndefined();
});

test('remove takes the row away, unless somebody has written to it since', async () => {
  const standing = await remembered('i');
  await devices().remember('i', [device({ name: 'Reading lamp' })]);
  await devices().remove('i', standing);
  const renamed = (await devices().get('i', '1613723')) as DeviceRecord;
  expect(renamed.device.name).toBe('Reading lamp');
  await devices().remove('i', renamed);
  expect(await devices().get('i', '1613723')).toBeUndefined();
});

test('a row from another hand is our fault, named without its values', async () => {
  await remembered('g');
  await used.table.update({ pk: 'account#g', sk: 'device#1613723' }, { lastState: { ...state(), power: 'canary' } });
  for (const read of [() => devices().get('g', '1613723'), () => devices().list('g')]) {
    const error = await read().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(StoreUnavailable);
    expect((error as { cause: Error }).cause.message).toBe(
      'row account#g/device#1613723 is not readable: lastState.power',
    );
  }
});

test('remember says so when the table takes no writes', async () => {
  used.fail('read-only');
  await expect(devices().remember('h', [device()])).rejects.toThrow(StoreUnavailable);
});

test('the history comes back as it was written, and what is no text costs nobody the row', async () => {
  const standing = await remembered('history');
  await devices().replace('history', standing, { ...standing, changes: 'tosp41+100p tosp42-7r!' });
  expect((await devices().get('history', '1613723'))?.changes).toBe('tosp41+100p tosp42-7r!');
  const key = { pk: 'account#history', sk: 'device#1613723' };
  await used.table.update(key, { changes: ['tosp41+100p'] });
  expect((await devices().get('history', '1613723'))?.changes).toBe('');
});
