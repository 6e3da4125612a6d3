import { afterEach, expect, test } from '@jest/globals';
import { createMyLeviton } from '../../../lambda/adapters/my-leviton/cloud.ts';
import { openDesk, patience } from './desk.ts';

/** Of real time, and long enough for all else that such a test does, on a busy machine too. */
const TIMEOUT_MS = 2_000;

let close: () => Promise<void> = async () => undefined;
afterEach(() => close());

/** A lamp and a session, and a client whose first request is the first on its connection. */
async function signedIn() {
  const { emulator, clock, add, signIn } = await openDesk();
  close = () => emulator.close();
  const lamp = add();
  const session = await signIn();
  const cloud = createMyLeviton({ url: emulator.url, clock, timeoutMs: TIMEOUT_MS });
  return { emulator, cloud, device: () => cloud.device(session, lamp, patience()) };
}

test.each([
  { when: 'on a new connection', warm: false, requests: 1 },
  { when: 'on a kept connection, which may be dead: once more on a new one', warm: true, requests: 2 },
])('silence $when', async ({ warm, requests }) => {
  const { emulator, device } = await signedIn();
  if (warm) await device();
  emulator.resetCounts();
  emulator.inject({ kind: 'hang' });
  await expect(device()).rejects.toMatchObject({ name: 'CloudUnreachable' });
  expect(emulator.counts).toMatchObject({ requests, connections: 1 });
});

test('silence at a sign-in: it may have reached the cloud', async () => {
  const { emulator, cloud } = await signedIn();
  emulator.inject({ kind: 'hang' });
  const credentials = { email: 'ada@example.org', password: 'x' };
  await expect(cloud.signIn(credentials, undefined, patience())).rejects.toMatchObject({
    name: 'CloudUnreachable',
    sent: true,
  });
});
