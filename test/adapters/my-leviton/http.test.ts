import { createServer, type RequestListener } from 'node:http';
import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, expect, test } from '@jest/globals';
import { listenOnLoopback } from '../../../desk/loopback.ts';
import type { Fault } from '../../../desk/my-leviton/contract.ts';
import { createMyLeviton } from '../../../lambda/adapters/my-leviton/cloud.ts';
import { systemClock } from '../../../lambda/adapters/system/clock.ts';
import type { CloudSession } from '../../../lambda/ports/device-cloud.ts';
import { type Desk, type DeskOptions, openDesk, patience, withFastClock } from './desk.ts';

let desk: Desk | undefined;
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  await desk?.emulator.close();
  await Promise.all(closers.splice(0).map((close) => close()));
});

/** A desk with one lamp and a session. What the session took is not counted, and its connection is closed. */
async function signedIn({
  timeoutMs = 10_000,
  ...options
}: DeskOptions = {}): Promise<Desk & { lamp: string; session: CloudSession }> {
  desk = await openDesk(options);
  const lamp = desk.add();
  const session = await desk.signIn();
  desk.emulator.resetCounts();
  // A client of its own, so that the first request of the test is the first on its connection.
  const cloud = createMyLeviton({ url: desk.emulator.url, clock: desk.clock, timeoutMs });
  return { ...desk, cloud, lamp, session };
}

const uses = ({ cloud, session, lamp }: Awaited<ReturnType<typeof signedIn>>) =>
  ({
    device: () => cloud.device(session, lamp, patience()),
    command: () => cloud.command(session, lamp, { power: 'ON', level: 30 }, patience()),
    devices: () => cloud.devices(session, patience()),
  }) as const;

const everyUse = ['device', 'command', 'devices'] as const;
const answers: { answer: string; fault: Fault; error: string }[] = [
  { answer: '502 with HTML', fault: { kind: 'html', status: 502 }, error: 'CloudUnreachable' },
  { answer: '503 with HTML', fault: { kind: 'html', status: 503 }, error: 'CloudUnreachable' },
  { answer: '504 with HTML', fault: { kind: 'html', status: 504 }, error: 'CloudUnreachable' },
  { answer: '200 with HTML', fault: { kind: 'html', status: 200 }, error: 'CloudUnreachable' },
  { answer: '200 with nothing', fault: { kind: 'empty' }, error: 'CloudUnreachable' },
  { answer: '204', fault: { kind: 'empty', status: 204 }, error: 'CloudUnreachable' },
  { answer: '200 with nothing that says it is gzip', fault: { kind: 'empty', gzip: true }, error: 'CloudUnreachable' },
  { answer: '200 with null', fault: { kind: 'garbage', body: 'null' }, error: 'CloudUnreachable' },
  { answer: '200 with a text', fault: { kind: 'garbage', body: '"OFF"' }, error: 'CloudUnreachable' },
  { answer: '200 with {}', fault: { kind: 'garbage', body: '{}' }, error: 'CloudUnreachable' },
  { answer: '200 with half a body', fault: { kind: 'garbage', body: '{"id":1,"po' }, error: 'CloudUnreachable' },
  {
    answer: '200 with another device',
    fault: { kind: 'garbage', body: '{"id":1,"power":"OFF"}' },
    error: 'CloudUnreachable',
  },
  { answer: '500', fault: { kind: 'server-error' }, error: 'CloudUnreachable' },
  { answer: '422', fault: { kind: 'status', status: 422 }, error: 'CloudUnreachable' },
  { answer: '302', fault: { kind: 'status', status: 302 }, error: 'CloudUnreachable' },
  { answer: '429', fault: { kind: 'status', status: 429 }, error: 'CloudRateLimited' },
  { answer: '401 to everything', fault: { kind: 'unauthorized' }, error: 'SessionRejected' },
  { answer: '401 "Invalid Access Token"', fault: { kind: 'session-expired' }, error: 'SessionRejected' },
  { answer: '403 to everything', fault: { kind: 'status', status: 403 }, error: 'SessionRejected' },
  { answer: 'a reset each time', fault: { kind: 'reset' }, error: 'CloudUnreachable' },
  { answer: 'no connection', fault: { kind: 'refused' }, error: 'CloudUnreachable' },
];

test.each(answers.flatMap((row) => everyUse.map((use) => ({ ...row, use }))))(
  '$use, $answer: $error',
  async ({ fault, use, error }) => {
    const account = await signedIn();
    account.emulator.inject(fault);
    const refused: unknown = await withFastClock<unknown>(account.clock, uses(account)[use]()).catch(
      (reason) => reason,
    );
    expect(refused).toMatchObject({ name: error });
    const { id } = JSON.parse(account.session.credential);
    expect(`${(refused as Error).stack}${JSON.stringify(refused)}${(refused as Error).cause}`).not.toContain(id);
  },
);

test.each([
  { when: 'the device is refused, the person is not', fault: { kind: 'unauthorized' }, requests: 2 },
  { when: 'the device is forbidden, the person is not', fault: { kind: 'status', status: 403 }, requests: 2 },
  { when: 'there is no such device', fault: { kind: 'status', status: 404 }, requests: 2 },
  { when: 'the device is gone', fault: { kind: 'status', status: 410 }, requests: 2 },
] satisfies { when: string; fault: Fault; requests: number }[])('$when: not found', async ({ fault, requests }) => {
  for (const use of ['device', 'command'] as const) {
    const account = await signedIn();
    account.emulator.inject({ ...fault, path: /^\/IotSwitches\// });
    await expect(uses(account)[use]()).rejects.toMatchObject({ name: 'DeviceNotFound' });
    expect(account.emulator.counts.requests).toBe(requests);
    await account.emulator.close();
  }
});

test('a refused device while the cloud fails is no proof of anything', async () => {
  const account = await signedIn();
  account.emulator.inject({ kind: 'unauthorized', path: /^\/IotSwitches\// });
  account.emulator.inject({ kind: 'server-error', path: /^\/Person\// });
  await expect(uses(account).device()).rejects.toMatchObject({ name: 'CloudUnreachable' });
});

test('a deleted device is not found', async () => {
  const account = await signedIn();
  const deleted = account.add({ deleted: true });
  await expect(account.cloud.device(account.session, deleted, patience())).rejects.toMatchObject({
    name: 'DeviceNotFound',
  });
});

test.each<{ when: string; faults: Fault[]; error?: string; requests: number }>([
  { when: 'one reset', faults: [{ kind: 'reset', times: 1 }], requests: 2 },
  { when: 'two resets', faults: [{ kind: 'reset', times: 2 }], error: 'CloudUnreachable', requests: 2 },
  { when: 'a reset after the effect', faults: [{ kind: 'reset', times: 1, takesEffect: true }], requests: 2 },
  { when: 'one 502', faults: [{ kind: 'html', status: 502, times: 1 }], requests: 2 },
  { when: 'two 503', faults: [{ kind: 'html', status: 503, times: 2 }], error: 'CloudUnreachable', requests: 2 },
  {
    when: 'a reset, then a 502',
    faults: [
      { kind: 'reset', times: 1 },
      { kind: 'html', status: 502, times: 1 },
    ],
    requests: 3,
  },
  { when: 'one 500', faults: [{ kind: 'server-error', times: 1 }], error: 'CloudUnreachable', requests: 1 },
  { when: 'one 429', faults: [{ kind: 'status', status: 429, times: 1 }], error: 'CloudRateLimited', requests: 1 },
])('$when: $requests requests', async ({ faults, error, requests }) => {
  for (const use of ['device', 'command'] as const) {
    const account = await signedIn();
    for (const fault of faults) account.emulator.inject(fault);
    const outcome: unknown = await withFastClock<unknown>(account.clock, uses(account)[use]()).catch(
      (reason) => reason,
    );
    expect(outcome).toMatchObject(error ? { name: error } : { id: account.lamp });
    expect(account.emulator.counts.requests).toBe(requests);
    await account.emulator.close();
  }
});

test('the pause after a 502 ends with the caller’s signal', async () => {
  const account = await signedIn();
  account.emulator.inject({ kind: 'html', status: 502 });
  const giveUp = new AbortController();
  const reading = account.cloud.device(account.session, account.lamp, giveUp.signal);
  account.emulator.onExchange(() => giveUp.abort());
  await expect(reading).rejects.toMatchObject({ name: 'CloudUnreachable' });
  expect(account.emulator.counts.requests).toBe(1);
});

test('one connection serves call after call, and after a reset the next one; a sign-in opens the one that follows', async () => {
  const account = await signedIn();
  for (let call = 0; call < 10; call++) {
    await uses(account).device();
    await uses(account).command();
  }
  expect(account.emulator.counts.connections).toBe(1);
  await account.cloud.signIn({ email: 'ada@example.org', password: 'correct horse battery' }, undefined, patience());
  for (let call = 0; call < 10; call++) await uses(account).device();
  expect(account.emulator.counts.connections).toBe(2);
  account.emulator.inject({ kind: 'reset', times: 1 });
  for (let call = 0; call < 5; call++) await uses(account).device();
  expect(account.emulator.counts.connections).toBe(3);
});

/** A server of our own for what the emulator does not do to its connections. Closed with the test. */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  const { url, close } = await listenOnLoopback(server);
  closers.push(close);
  return url;
}

const SESSION: CloudSession = {
  accountId: '1',
  expiresAt: '2026-04-30T12:00:00.000Z',
  credential: '{"id":"token-1","userId":1}',
};
const RECORD = JSON.stringify({ id: 7, power: 'ON', brightness: 40 });

test('when all kept connections have died, the second attempt takes a new one', async () => {
  const served = new Set<Socket>();
  let together = 4;
  const waiting: (() => void)[] = [];
  const url = await serve(({ socket }, response) => {
    if (served.has(socket)) return socket.resetAndDestroy();
    served.add(socket);
    waiting.push(() => response.end(RECORD));
    // The first four are answered together, so that each needs a connection.
    if (--together <= 0) for (const answer of waiting.splice(0)) answer();
  });
  const cloud = createMyLeviton({ url, clock: systemClock });
  const read = () => cloud.device(SESSION, '7', patience());
  await Promise.all([read(), read(), read(), read()]);
  await expect(read()).resolves.toMatchObject({ id: '7' });
  expect(served.size).toBe(5);
});

test('an answer that breaks off is asked for once more', async () => {
  let requests = 0;
  const url = await serve((request, response) => {
    if (++requests > 1) return response.end(RECORD);
    response.writeHead(200, { 'content-length': 1_000 });
    response.write('{"id":7,', () => request.socket.destroy());
  });
  const cloud = createMyLeviton({ url, clock: systemClock });
  await expect(cloud.device(SESSION, '7', patience())).resolves.toMatchObject({ power: 'ON' });
  expect(requests).toBe(2);
});

test('an answer that drips in is not waited for longer than one that does not come', async () => {
  const url = await serve((_request, response) => {
    const drip = setInterval(() => response.write(' '), 10);
    response.on('close', () => clearInterval(drip));
  });
  const cloud = createMyLeviton({ url, clock: systemClock, timeoutMs: 60 });
  await expect(cloud.device(SESSION, '7', patience())).rejects.toMatchObject({
    name: 'CloudUnreachable',
    message: 'GET /IotSwitches/7: ETIMEDOUT',
  });
});

test('a redirect is not followed, and the token goes nowhere else', async () => {
  const visits: string[] = [];
  const elsewhere = await serve((_request, response) => {
    visits.push('elsewhere');
    response.end(RECORD);
  });
  const url = await serve((_request, response) => {
    response.writeHead(307, { location: elsewhere }).end();
  });
  const cloud = createMyLeviton({ url, clock: systemClock });
  await expect(cloud.device(SESSION, '7', patience())).rejects.toMatchObject({ name: 'CloudUnreachable' });
  expect(visits).toEqual([]);
});

test('the token goes bare, in its own header', async () => {
  let token: string | undefined;
  const url = await serve(({ headers }, response) => {
    token = headers.authorization;
    response.end(RECORD);
  });
  await createMyLeviton({ url, clock: systemClock }).device(SESSION, '7', patience());
  expect(token).toBe('token-1');
});

test.each([401, 403, 404])('%i with HTML is a gateway’s word, not the cloud’s', async (status) => {
  const url = await serve((_request, response) => {
    response.writeHead(status, { 'content-type': 'text/html' }).end('<html><body>Forbidden</body></html>');
  });
  const cloud = createMyLeviton({ url, clock: systemClock });
  await expect(cloud.device(SESSION, '7', patience())).rejects.toMatchObject({ name: 'CloudUnreachable' });
  const credentials = { email: 'ada@example.org', password: 'x' };
  await expect(cloud.signIn(credentials, undefined, patience())).rejects.toMatchObject({ name: 'CloudUnreachable' });
});

// Statuses that some clients have met in place of 401 (rwoldberg/ldata-ha#98).
test.each([406, 400, 409, 419, 440, 302, 307])(
  'a session whose every call is answered %i is refused',
  async (status) => {
    for (const use of everyUse) {
      const account = await signedIn();
      account.emulator.revokeSessions(undefined, status);
      await expect(uses(account)[use]()).rejects.toMatchObject({ name: 'SessionRejected' });
      await account.emulator.close();
    }
  },
);

test.each(everyUse)('a session that finds nothing at all (404) is refused: %s', async (use) => {
  const account = await signedIn();
  account.emulator.revokeSessions(undefined, 404);
  await expect(uses(account)[use]()).rejects.toMatchObject({ name: 'SessionRejected' });
});

test.each(everyUse)('404 for everybody is an outage, and says nothing about the session: %s', async (use) => {
  const account = await signedIn();
  account.emulator.inject({ kind: 'status', status: 404 });
  await expect(uses(account)[use]()).rejects.toMatchObject({ name: 'CloudUnreachable' });
});

test.each([406, 400, 422])('%i for one device says nothing about the session', async (status) => {
  for (const use of ['device', 'command'] as const) {
    const account = await signedIn();
    account.emulator.inject({ kind: 'status', status, path: /^\/IotSwitches\// });
    await expect(uses(account)[use]()).rejects.toMatchObject({ name: 'CloudUnreachable' });
    await account.emulator.close();
  }
});

test.each([406, 400, 422])('%i for everybody is an outage, and says nothing about the session', async (status) => {
  for (const use of everyUse) {
    const account = await signedIn();
    account.emulator.inject({ kind: 'status', status });
    await expect(uses(account)[use]()).rejects.toMatchObject({ name: 'CloudUnreachable' });
    await account.emulator.close();
  }
});

// A 504: the gateway has waited long enough, and the write may still be on its way. HTML with 200: nobody knows who answered.
test.each<{ when: string; faults: Fault[]; calls: string[]; error?: string }>([
  {
    when: 'it took effect: not sent again',
    faults: [{ kind: 'html', status: 504, method: 'PUT', takesEffect: true }],
    calls: ['PUT', 'GET'],
  },
  {
    when: 'it did not: sent once more',
    faults: [{ kind: 'html', status: 504, method: 'PUT', times: 1 }],
    calls: ['PUT', 'GET', 'PUT'],
  },
  {
    when: 'the second one is answered so, too',
    faults: [{ kind: 'html', status: 504, method: 'PUT' }],
    calls: ['PUT', 'GET', 'PUT'],
    error: 'CloudUnreachable',
  },
  {
    when: 'the device cannot be read',
    faults: [
      { kind: 'html', status: 504, method: 'PUT' },
      { kind: 'server-error', method: 'GET' },
    ],
    calls: ['PUT', 'GET'],
    error: 'CloudUnreachable',
  },
])('a write is answered 504, $when', async ({ faults, calls, error }) => {
  const account = await signedIn();
  const made: string[] = [];
  account.emulator.onExchange(({ request }) => made.push(request.method));
  for (const fault of faults) account.emulator.inject(fault);
  const outcome: unknown = await withFastClock<unknown>(account.clock, uses(account).command()).catch(
    (reason) => reason,
  );
  expect(outcome).toMatchObject(error ? { name: error } : { power: 'ON', level: 30 });
  expect(made).toEqual(calls);
});

test.each<{ when: string; faults: Fault[]; calls: string[] }>([
  {
    when: 'and it took effect',
    faults: [{ kind: 'html', status: 200, method: 'PUT', takesEffect: true }],
    calls: ['PUT', 'GET'],
  },
  {
    when: 'and it did not',
    faults: [{ kind: 'html', status: 200, method: 'PUT', times: 1 }],
    calls: ['PUT', 'GET', 'PUT'],
  },
])('a write is answered 200 with HTML, $when: $calls', async ({ faults, calls }) => {
  const account = await signedIn();
  const made: string[] = [];
  account.emulator.onExchange(({ request }) => made.push(request.method));
  for (const fault of faults) account.emulator.inject(fault);
  const outcome = await withFastClock(account.clock, uses(account).command());
  expect(outcome).toMatchObject({ power: 'ON', level: 30 });
  expect(made).toEqual(calls);
});

test('a read is answered 200 with HTML: an outage, and asked once', async () => {
  const account = await signedIn();
  account.emulator.inject({ kind: 'html', status: 200, times: 1 });
  await expect(uses(account).device()).rejects.toMatchObject({ name: 'CloudUnreachable' });
  expect(account.emulator.counts.requests).toBe(1);
});

test('a read is answered 504: sent once more', async () => {
  const account = await signedIn();
  account.emulator.inject({ kind: 'html', status: 504, times: 1 });
  expect(await withFastClock(account.clock, uses(account).device())).toMatchObject({ id: account.lamp });
  expect(account.emulator.counts.requests).toBe(2);
});

test.each([{ warm: false }, { warm: true }])('a slow write is sent once (kept connection: $warm)', async ({ warm }) => {
  const account = await signedIn();
  if (warm) await uses(account).device();
  account.emulator.resetCounts();
  account.emulator.inject({ kind: 'latency', ms: 6_500 });
  expect(await withFastClock(account.clock, uses(account).command())).toMatchObject({ power: 'ON', level: 30 });
  expect(account.emulator.counts.requests).toBe(1);
});

test('a dead kept connection: a read goes on over a new one while the first is still pending', async () => {
  const served = new Set<Socket>();
  const url = await serve(({ socket }, response) => {
    if (served.has(socket)) return; // silence on a kept connection
    served.add(socket);
    response.end(RECORD);
  });
  const cloud = createMyLeviton({ url, clock: systemClock, timeoutMs: 2_000 });
  await cloud.device(SESSION, '7', patience());
  await expect(cloud.device(SESSION, '7', patience())).resolves.toMatchObject({ id: '7' });
  expect(served.size).toBe(2);
});

test('a body that is compressed is read', async () => {
  const url = await serve((_request, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(RECORD));
  });
  const cloud = createMyLeviton({ url, clock: systemClock });
  await expect(cloud.device(SESSION, '7', patience())).resolves.toMatchObject({ power: 'ON', level: 40 });
});

test.each(['GZIP', 'x-gzip', 'Gzip ', 'identity, gzip'])(
  'a compressed body whose header says %j is read',
  async (encoding) => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { 'content-encoding': encoding }).end(gzipSync(RECORD));
    });
    const cloud = createMyLeviton({ url, clock: systemClock });
    await expect(cloud.device(SESSION, '7', patience())).resolves.toMatchObject({ power: 'ON', level: 40 });
  },
);

test.each([205, 206, 207])(
  'a write answered %i with nothing that can be read has succeeded: the device is read once',
  async (status) => {
    const made: string[] = [];
    const url = await serve((request, response) => {
      made.push(request.method ?? '');
      if (request.method === 'PUT') response.writeHead(status, { 'content-encoding': 'br' }).end();
      else response.end(RECORD);
    });
    const cloud = createMyLeviton({ url, clock: systemClock });
    await expect(cloud.command(SESSION, '7', { power: 'ON', level: 40 }, patience())).resolves.toMatchObject({
      level: 40,
    });
    expect(made).toEqual(['PUT', 'GET']);
  },
);

test.each(['gzip', 'deflate', 'br', 'unknown'])('a plain body whose header says %s is read', async (encoding) => {
  const url = await serve((_request, response) => {
    response.writeHead(200, { 'content-encoding': encoding }).end(RECORD);
  });
  const cloud = createMyLeviton({ url, clock: systemClock });
  await expect(cloud.device(SESSION, '7', patience())).resolves.toMatchObject({ power: 'ON', level: 40 });
});

test.each([
  { when: 'nobody listens', fault: { kind: 'refused' }, sent: false },
  { when: 'the connection breaks', fault: { kind: 'reset' }, sent: true },
  { when: 'a gateway answers', fault: { kind: 'html', status: 502 }, sent: true },
] satisfies { when: string; fault: Fault; sent: boolean }[])(
  'a sign-in where $when: it may have reached the cloud is $sent',
  async ({ fault, sent }) => {
    const { cloud, emulator } = await signedIn();
    emulator.inject(fault);
    const credentials = { email: 'ada@example.org', password: 'x' };
    await expect(cloud.signIn(credentials, undefined, patience())).rejects.toMatchObject({
      name: 'CloudUnreachable',
      sent,
    });
  },
);
