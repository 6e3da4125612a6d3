import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { afterEach, expect, test } from '@jest/globals';
import { type Loopback, listenOnLoopback } from '../../desk/loopback.ts';
import { certificateOf } from '../../infra/preflight/certificate.ts';

const file = (name: string) => readFileSync(new URL(`../../desk/certificates/${name}`, import.meta.url), 'utf8');
let loopback: Loopback | undefined;
afterEach(async () => await loopback?.close());

async function serve(name: string, host = '127.0.0.1'): Promise<string> {
  loopback = await listenOnLoopback(createServer({ key: file('key.pem'), cert: file(name) }));
  return `https://${host}:${new URL(loopback.url).port}`;
}

test('a good one', async () => {
  expect(await certificateOf(await serve('good.pem'), file('good.pem'))).toMatchObject({
    validTo: new Date('2120-01-01T00:00:00.000Z'),
    issuer: 'Test authority',
  });
});

test.each([
  { when: 'it has ended', name: 'ended.pem', ca: 'ended.pem', reason: /: it ended on 2020-02-01$/ },
  { when: 'nobody trusts it', name: 'good.pem', ca: undefined, reason: /: [A-Z_]*SELF_SIGNED[A-Z_]*$/ },
])('$when: one sentence', async ({ name, ca, reason }) => {
  const origin = await serve(name);
  const asked = certificateOf(origin, ca && file(ca));
  await expect(asked).rejects.toThrow(/^no trusted certificate at https:\/\/127\.0\.0\.1:\d+/);
  await expect(asked).rejects.toThrow(reason);
});

test('nobody listens', async () => {
  const origin = await serve('good.pem');
  await loopback?.close();
  loopback = undefined;
  await expect(certificateOf(origin)).rejects.toThrow(/ECONNREFUSED/);
});
