import { readdirSync } from 'node:fs';
import type { handler as watchHandler } from '../../../lambda/handlers/device-watch.ts';
import { answerAll } from '../messages.ts';

// A process that holds one run of the built `device-watch`, as Lambda does: `node watch-process.js BUNDLE`.

export interface Held {
  /** The most that the process has had at once. */
  readonly mostBytes: number;
  /** Processor time since the start. */
  readonly cpuMs: number;
  /** File descriptors that are open now. */
  readonly descriptors: number;
}

const [bundle = ''] = process.argv.slice(2);
const { handler } = require(bundle) as { handler: typeof watchHandler };

// Lambda's longest time. The process ends with the one that started it.
void handler(undefined, { getRemainingTimeInMillis: () => 900_000 });

answerAll((): Held => {
  const { user, system } = process.cpuUsage();
  return {
    mostBytes: process.resourceUsage().maxRSS * 1024,
    cpuMs: (user + system) / 1000,
    descriptors: readdirSync('/proc/self/fd').length,
  };
});
