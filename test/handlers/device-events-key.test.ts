import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { DeskClock } from '../../desk/clock.ts';
import { type Loopback, listenOnLoopback } from '../../desk/loopback.ts';
import { type EmbeddedTable, startEmbeddedTable } from '../../desk/table/embedded-table.ts';
import { createLog } from '../../lambda/adapters/json-log/log.ts';
import { createDeviceEvents } from '../../lambda/handlers/device-events.ts';

const VARIABLES = ['AWS_ENDPOINT_URL_SECRETS_MANAGER', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'] as const;
const kept = VARIABLES.map((name) => [name, process.env[name]] as const);

const FIRST = 'the-first-key-of-a-device-cloud-1234567890';
const repeated = 'the-second-key-of-a-device-cloud-1234567890';
const GUESS = 'a-guess-of-the-key-of-a-device-cloud-1234567890';

let loopback: Loopback;
let table: EmbeddedTable;
let clock: DeskClock;
let take: ReturnType<typeof createDeviceEvents>;
/** The key in the Secrets Manager entry. */
let deviceEventsKey: string | undefined;
let isDown: boolean;
let fetches: number;

beforeEach(async () => {
  deviceEventsKey = FIRST;
  isDown = false;
  fetches = 0;
  const server = createServer((_request, response) => {
    fetches += 1;
    const messaging = { clientId: 'm', clientSecret: 's' };
    const sealingKeys = [{ id: 'k1', key: Buffer.alloc(32, 1).toString('base64') }];
    const SecretString = JSON.stringify({ messaging, sealingKeys, deviceEventsKey });
    response
      .writeHead(isDown ? 400 : 200, { 'content-type': 'application/x-amz-json-1.1' })
      .end(JSON.stringify(isDown ? { __type: 'InternalServiceError' } : { SecretString }));
  });
  loopback = await listenOnLoopback(server);
  process.env.AWS_ENDPOINT_URL_SECRETS_MANAGER = loopback.url;
  process.env.AWS_ACCESS_KEY_ID = 'emulated';
  process.env.AWS_SECRET_ACCESS_KEY = 'emulated';
  table = await startEmbeddedTable();
  clock = new DeskClock(new Date('2026-03-01T12:00:00.000Z'));
  take = createDeviceEvents(
    {
      TABLE_NAME: table.tableName,
      AWS_ENDPOINT_URL_DYNAMODB: table.url,
      AWS_REGION: 'us-east-1',
      SECRETS_ID: 'dimmer-plug-skill/secrets',
    },
    { clock, log: createLog('silent', clock), queue: { send: async () => undefined } },
  );
});
afterEach(async () => {
  for (const [name, value] of kept) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  await Promise.all([loopback.close(), table.close()]);
});

async function post(key: string): Promise<number> {
  const at = clock.now();
  const event = { accountId: 'nobody', deviceId: '1', power: 'ON', at: at.toISOString() };
  const body = JSON.stringify({ events: [event] });
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const signature = createHmac('sha256', key).update(`${timestamp}.${body}`).digest('hex');
  const headers = { 'X-Timestamp': timestamp, 'X-Signature': `sha256=${signature}` };
  return (await take(new Request('https://events.example/', { method: 'POST', headers, body }))).status;
}

test('a warm function takes a key that was just set', async () => {
  deviceEventsKey = undefined;
  expect(await post(FIRST)).toBe(404);
  deviceEventsKey = FIRST;
  clock.advance(10_000);
  expect(await post(FIRST)).toBe(200);
});

test('a warm function takes a key that has just replaced another, and no longer the one before', async () => {
  expect(await post(FIRST)).toBe(200);
  deviceEventsKey = repeated;
  expect(await post(repeated)).toBe(200);
  expect(await post(FIRST)).toBe(401);
});

test('wrong signatures cost no fetch each', async () => {
  expect(await post(FIRST)).toBe(200);
  for (let attempt = 0; attempt < 20; attempt++) expect(await post(GUESS)).toBe(401);
  expect(fetches).toBe(2);
});

test('the key cannot be fetched: the sender sends it again', async () => {
  expect(await post(FIRST)).toBe(200);
  isDown = true;
  expect(await post(repeated)).toBe(503);
  isDown = false;
  deviceEventsKey = repeated;
  clock.advance(10_000);
  expect(await post(repeated)).toBe(200);
});
