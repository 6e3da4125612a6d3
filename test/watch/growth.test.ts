import { expect, test } from '@jest/globals';
import { openWatchDesk } from './watch-support.ts';

test('a run holds as many timers after five broken channels as after the first', async () => {
  const desk = await openWatchDesk();
  try {
    let held = 0;
    const wait = desk.clock.wait.bind(desk.clock);
    desk.clock.wait = (ms, signal) => {
      held++;
      return wait(ms, signal).finally(() => {
        held--;
      });
    };
    const { lamp } = await desk.addAccount();
    await desk.watching(1);
    const reopen = async () => {
      const before = desk.logged('watching').length;
      desk.myLeviton.paddle(lamp, 'on');
      desk.myLeviton.cutSockets(1006);
      await desk.wind(() => desk.logged('watching').length > before, 1_000);
      await desk.windMs(3_000);
    };
    await reopen();
    const first = held;
    for (let time = 0; time < 4; time++) await reopen();
    expect(held).toBeLessThanOrEqual(first + 2);
  } finally {
    await desk.close();
  }
});
