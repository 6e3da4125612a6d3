import { expect, test } from '@jest/globals';
import { countHeld } from '../support/held.ts';
import { openWatchDesk, type WatchedAccount } from './watch-support.ts';

const ACCOUNTS = 10;
const DEVICES = 6;
const MINUTE_MS = 60_000;
const STEP_MS = 1_000;
const CHANGES_PER_STEP = 4;

test('over a whole run of 14 minutes with sixty devices, all changing, with broken channels and failed reads, a run holds no more than in its third minute', async () => {
  const desk = await openWatchDesk();
  const held = countHeld(desk.clock);
  try {
    const accounts: WatchedAccount[] = [];
    const lamps: number[] = [];
    for (let index = 0; index < ACCOUNTS; index++) {
      const account = await desk.addAccount();
      lamps.push(account.lamp);
      for (let more = 1; more < DEVICES; more++)
        lamps.push(desk.myLeviton.addSwitch(account.residence, { name: `Lamp ${more}` }).id);
      await desk.discover(account);
      accounts.push(account);
    }
    let changes = 0;
    const anyOf = <T>(all: readonly T[]): T => all[changes % all.length] as T;
    const change = () => {
      changes++;
      const lamp = anyOf(lamps);
      const { email } = anyOf(accounts);
      if (changes % 3 === 0) desk.myLeviton.officialWrite(lamp, { power: 'ON', brightness: (changes % 100) + 1 });
      else desk.myLeviton.paddle(lamp, changes % 3 === 1 ? (changes % 100) + 1 : 'toggle');
      if (changes % 100 === 0) desk.myLeviton.inject({ kind: 'server-error', email, times: 2 });
      if (changes % 150 === 0) desk.myLeviton.inject({ kind: 'socket-lose', email, times: 3 });
      if (changes % 200 === 0) desk.myLeviton.unplug(lamp);
      if (changes % 200 === 50) for (const id of lamps) desk.myLeviton.plugIn(id);
      if (changes % 400 === 0) desk.myLeviton.cutSockets(1006);
      if (changes % 700 === 0) desk.myLeviton.revokeSessions(email);
    };
    /** Changes for some minutes, then nothing for long enough that all channels are open and nothing waits for a device. */
    const live = async (minutes: number) => {
      const until = desk.clock.now().getTime() + (minutes - 1) * MINUTE_MS;
      while (desk.clock.now().getTime() < until) {
        for (let more = 0; more < CHANGES_PER_STEP; more++) change();
        await desk.windMs(STEP_MS, STEP_MS);
      }
      for (const id of lamps) desk.myLeviton.plugIn(id);
      await desk.windMs(MINUTE_MS, 1_000);
      desk.forget();
      return await held();
    };

    const run = await desk.watching(ACCOUNTS, { READS_PER_MINUTE: '600' });
    const early = await live(3);
    const late = [await live(3), await live(3), await live(4)];
    expect(run.isOver).toBe(false);
    for (const one of late) {
      expect(one.waiting).toBeLessThanOrEqual(early.waiting + ACCOUNTS);
      expect(one.listeners).toBeLessThanOrEqual(early.listeners + ACCOUNTS);
      expect(one.sockets).toBeLessThanOrEqual(early.sockets + ACCOUNTS);
    }
    expect((late.at(-1)?.heapKb ?? 0) - early.heapKb).toBeLessThan(2_000);
    await run.stop();
    expect((await held()).waiting).toBe(0);
  } finally {
    await desk.close();
  }
});
