import { expect, test } from '@jest/globals';
import { openWatchDesk, short } from './watch-support.ts';

test('a fade at the plug soon after a voice command: its end is reported when the level has stood still for 1.2 s, not five seconds after the command', async () => {
  const desk = await openWatchDesk();
  try {
    const { id, lamp } = await desk.addAccount();
    await desk.watching(1);
    const stored = await desk.ports.accounts.get(id);
    if (!stored) throw new Error('the account is gone');
    const command = { power: 'ON', level: 30 } as const;
    await desk.ports.cloud.command(stored.session, String(lamp), command, AbortSignal.timeout(110_000));
    await desk.wind(() => desk.samples.length === 2, 0);
    desk.myLeviton.paddle(lamp, 35);
    await desk.windMs(50, 50);
    desk.myLeviton.paddle(lamp, 40);
    const still = desk.clock.now().getTime();
    await desk.wind(() => desk.samples.map(short).includes('ON 40'), 50);
    expect((desk.queuedAt.at(-1) ?? 0) - still).toBeLessThan(2_000);
    expect(desk.samples.at(-1)).toMatchObject({ cause: 'PHYSICAL_INTERACTION' });
  } finally {
    await desk.close();
  }
});
