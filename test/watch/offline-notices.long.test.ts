import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { noteRefusedCommand } from '../../lambda/domain/refused-commands.ts';
import { openWatchDesk, type WatchDesk, type WatchedAccount } from './watch-support.ts';

let desk: WatchDesk;
let account: WatchedAccount;
let plugs: number[];
beforeEach(async () => {
  desk = await openWatchDesk();
  account = await desk.addAccount();
  const more = ['Desk', 'Hall', 'Porch', 'Shelf'].map(
    (name) => desk.myLeviton.addSwitch(account.residence, { name }).id,
  );
  plugs = [account.lamp, ...more];
  await desk.discover(account);
  await desk.watching(1, { WATCH_RUN_SECONDS: '40000' });
});
afterEach(() => desk.close());

const MINUTE_MS = 60_000;
/** What the log says that people were sent: `notice plugs-offline`. */
const sent = () => desk.logged('notice-sent').map(({ kind, cause }) => `${kind} ${cause}`);
const refuse = (lamp: number) => noteRefusedCommand(account.id, String(lamp), { ...desk.ports, clock: desk.clock });
const sinceMs = (start: Date) => desk.clock.now().getTime() - start.getTime();
/** Winds through reads without waiting for each second of them. */
const windMinutes = (minutes: number) => desk.windMs(minutes * MINUTE_MS, 5_000);

test('five plugs unplugged at once, a command refused: one message a quarter of an hour later, one all-clear within minutes', async () => {
  const start = desk.clock.now();
  for (const plug of plugs) desk.myLeviton.unplug(plug);
  await windMinutes(2);
  await refuse(account.lamp);
  await desk.wind(() => sent().length > 0, 5_000);
  expect(sinceMs(start)).toBeGreaterThan(14 * MINUTE_MS);
  expect(sinceMs(start)).toBeLessThan(19 * MINUTE_MS);
  await windMinutes(20);
  expect(sent()).toEqual(['notice plugs-offline']);
  const back = desk.clock.now();
  for (const plug of plugs) desk.myLeviton.plugIn(plug);
  await desk.wind(() => sent().length > 1, 5_000);
  expect(sinceMs(back)).toBeLessThan(3 * MINUTE_MS);
  await windMinutes(5);
  expect(sent()).toEqual(['notice plugs-offline', 'all-clear plugs-offline']);
  expect((await desk.ports.devices.list(account.id)).map(({ offline }) => offline)).toEqual(plugs.map(() => undefined));
});

test('one plug, lost in silence, a command refused: a message that names it; the next run sends no second one', async () => {
  desk.myLeviton.unplug(account.lamp, { announce: false });
  await refuse(account.lamp);
  await desk.wind(() => sent().length > 0, 5_000);
  const { noticeStore } = await desk.ports.stores();
  expect(await noticeStore.list(account.id)).toMatchObject([
    { cause: 'plug-offline', subject: 'Bedroom lamp', plugs: 1, connectedPlugs: 4, state: 'open' },
  ]);
  desk.run();
  await windMinutes(10);
  expect(sent()).toEqual(['notice plug-offline']);
});

test('a device cloud that does not answer is no plug that is offline', async () => {
  const end = desk.myLeviton.inject({ kind: 'html', status: 503 });
  await refuse(account.lamp);
  await windMinutes(30);
  end();
  await windMinutes(5);
  expect(sent()).toEqual(['notice cloud-down', 'all-clear cloud-down']);
});
