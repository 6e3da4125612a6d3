/**
 * All tests on a machine that is busy with something else: `npm run test:busy`. None of them may be red for want of speed.
 * `npm run test:busy -- long` runs the long ones, once.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';

const [which, ...rest] = process.argv.slice(2);
const isLong = which === 'long';
const RUNS = isLong ? 1 : 3;
const ARGUMENTS = isLong
  ? ['run', 'test:long', '--', '--silent', ...rest]
  : ['test', '--', '--silent', ...process.argv.slice(2)];
const LOOPS = 4;
/** It ends by itself should we be killed, whose child it would be no more. */
const SPIN = 'const parent = process.ppid; for (;;) if (process.ppid !== parent) process.exit()';

const loops = Array.from({ length: LOOPS }, () => spawn(process.execPath, ['-e', SPIN], { stdio: 'ignore' }));
let red = 0;
try {
  for (let run = 1; run <= RUNS; run++) {
    const began = performance.now();
    const tests = spawn('npm', ARGUMENTS, { stdio: 'inherit' });
    const [code] = (await once(tests, 'exit')) as [number | null];
    if (code !== 0) red += 1;
    const seconds = Math.round((performance.now() - began) / 1000);
    console.log(
      `\nrun ${run} of ${RUNS}, beside ${LOOPS} busy loops: ${code === 0 ? 'green' : 'RED'} after ${seconds} s\n`,
    );
  }
} finally {
  for (const loop of loops) loop.kill();
}
process.exitCode = red > 0 ? 1 : 0;
