import { createServer } from 'node:http';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Loopback, listenOnLoopback } from '../../../desk/loopback.ts';
import { loadSecrets } from '../../../lambda/adapters/secrets-manager/secrets.ts';
import { StoreUnavailable } from '../../../lambda/ports/errors.ts';

interface Answer {
  readonly status: number;
  readonly body: object;
}

const NAMES = ['AWS_ENDPOINT_URL_SECRETS_MANAGER', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'] as const;
const kept = NAMES.map((name) => [name, process.env[name]] as const);

let loopback: Loopback;
/** What comes back: an answer, or nothing at all. */
let answer: Answer | 'cut' | 'nothing';
let asked: { target: unknown; body: unknown; signedFor: string | undefined }[];

beforeEach(async () => {
  asked = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const signedFor = /Credential=\w+\/\d+\/([\w-]+)\//.exec(request.headers.authorization ?? '')?.[1];
    const body = JSON.parse(Buffer.concat(chunks).toString());
    asked.push({ target: request.headers['x-amz-target'], body, signedFor });
    if (answer === 'cut') return void request.socket.destroy();
    if (answer === 'nothing') return;
    response
      .writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.1' })
      .end(JSON.stringify(answer.body));
  });
  loopback = await listenOnLoopback(server);
  process.env.AWS_ENDPOINT_URL_SECRETS_MANAGER = loopback.url;
  process.env.AWS_ACCESS_KEY_ID = 'emulated';
  process.env.AWS_SECRET_ACCESS_KEY = 'emulated';
});

afterEach(async () => {
  for (const [name, value] of kept) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  await loopback.close();
});

test('gives the text of the entry, fetched once from the region that was named', async () => {
  answer = { status: 200, body: { SecretString: '{"messaging":{}}' } };
  expect(await loadSecrets('dimmer-plug-skill/secrets', 'eu-west-1')).toBe('{"messaging":{}}');
  expect(asked).toEqual([
    {
      target: 'secretsmanager.GetSecretValue',
      body: { SecretId: 'dimmer-plug-skill/secrets' },
      signedFor: 'eu-west-1',
    },
  ]);
});

test.each<{ when: string; comes: typeof answer; attempts: number }>([
  { when: 'no such entry', comes: { status: 400, body: { __type: 'ResourceNotFoundException' } }, attempts: 1 },
  { when: 'not allowed', comes: { status: 400, body: { __type: 'AccessDeniedException' } }, attempts: 1 },
  { when: 'down', comes: { status: 500, body: { __type: 'InternalServiceError' } }, attempts: 2 },
  { when: 'an entry of bytes', comes: { status: 200, body: { SecretBinary: 'Y2FuYXJ5' } }, attempts: 1 },
  { when: 'the connection is cut', comes: 'cut', attempts: 2 },
  { when: 'no answer', comes: 'nothing', attempts: 2 },
])('$when: StoreUnavailable after $attempts', async ({ comes, attempts }) => {
  answer = comes;
  const error = await loadSecrets('dimmer-plug-skill/secrets', 'eu-west-1', 300).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(StoreUnavailable);
  expect((error as Error).cause).toBeInstanceOf(Error);
  expect(asked).toHaveLength(attempts);
});
