import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createTokenClient } from '../../../lambda/adapters/lwa/token-client.ts';
import { systemClock } from '../../../lambda/adapters/system/clock.ts';
import { hang, ScriptedServer } from '../http/scripted-server.ts';

/** Of real time, and long enough for a request to arrive on a busy machine. */
const TIMEOUT_MS = 2_000;

let lwa: ScriptedServer;
beforeEach(async () => {
  lwa = new ScriptedServer();
  lwa.script = [hang];
  await lwa.listen();
});
afterEach(() => lwa.close());

test.each(['refresh', 'exchange'] as const)('%s gives up after the time-out', async (method) => {
  const url = `${lwa.url}/auth/o2/token`;
  const who = { clientId: 'amzn1.client', clientSecret: 's&cret' };
  const client = createTokenClient({ url, ...who, clock: systemClock, timeoutMs: TIMEOUT_MS });
  await expect(client[method]('value', new AbortController().signal)).rejects.toMatchObject({
    name: 'TokenServiceUnreachable',
    cause: { reason: 'time-out' },
  });
  expect(lwa.received.length).toBe(1);
});
