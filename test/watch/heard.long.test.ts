import { afterEach, expect, test } from '@jest/globals';
import { openWatchDesk } from './watch-support.ts';

let close: () => Promise<void>;
afterEach(() => close());

test('the watcher notes once an hour that the device cloud answers', async () => {
  const desk = await openWatchDesk();
  close = () => desk.close();
  const { id } = await desk.addAccount();
  await desk.watching(1, { WATCH_RUN_SECONDS: '9000', WATCH_READ_SECONDS: '300' });
  const heard = new Set<string | undefined>();
  const from = desk.clock.now().getTime();
  while (desk.clock.now().getTime() - from < 3 * 3_600_000 && heard.size < 3) {
    await desk.windMs(300_000, 10_000);
    heard.add((await desk.ports.evidence.get(id))?.heardAt);
  }
  heard.delete(undefined);
  expect(heard.size).toBe(2);
});
