import { expect, test } from '@jest/globals';
import { run } from '../../infra/deploy/run.ts';

test('a command that says nothing any more is stopped, and that is known', async () => {
  const ran = await run(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
    silenceMs: 300,
  });
  expect(ran).toMatchObject({ silent: true });
  expect(ran.code).not.toBe(0);
});

test('a command that ends is not stopped', async () => {
  expect(await run(process.execPath, ['-e', 'console.log("done")'], { silenceMs: 60_000 })).toMatchObject({
    silent: false,
    code: 0,
  });
});
