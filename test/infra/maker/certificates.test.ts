import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Loopback, listenOnLoopback } from '../../../desk/loopback.ts';
import { projectRoot } from '../../../desk/project-root.ts';
import { observeCertificates } from '../../../infra/preflight/maker/flow/certificates.ts';

// The certificate of the bench is good until 2120-01-01, for 127.0.0.1.

const read = (name: string) => readFileSync(`${projectRoot()}/test/bench/certificate/${name}.pem`, 'utf8');
const ca = read('certificate');
let loopback: Loopback;
beforeAll(async () => {
  loopback = await listenOnLoopback(createServer({ cert: ca, key: read('key') }));
});
afterAll(() => loopback.close());

const at = (now: string) => ({ now: () => new Date(now), wait: async () => undefined });
const look = async (now: string, origin = loopback.url.replace('http:', 'https:'), trusted = true) => {
  const server = {
    kind: 'other',
    issuer: origin,
    authorizationUrl: `${origin}/a`,
    tokenUrl: `${origin}/t`,
    clientId: 'c',
    scopes: [],
  } as const;
  const found = await observeCertificates(server, { clock: at(now), ...(trusted && { ca }) });
  return found.map(({ outcome, seen, why }) => ({ outcome, seen, why: why?.replaceAll(/:\d+/g, ':PORT') }));
};

test('the end and the issuer of a certificate are said', async () => {
  expect(await look('2026-03-01T00:00:00Z')).toEqual([
    { outcome: 'good', seen: expect.stringMatching(/^ends on 2120-01-0\d, issued by .+$/) },
  ]);
});

test('one that ends in 13 days is bad', async () => {
  expect(await look('2119-12-19T00:00:00Z')).toEqual([
    {
      outcome: 'bad',
      seen: expect.stringMatching(/^ends on 2120-01-0\d/),
      why: expect.stringMatching(
        /^the certificate of https:\/\/127\.0\.0\.1:PORT ends in 1\d days, and after that no link can be made or refreshed$/,
      ),
    },
  ]);
});

test('one that nobody trusts is bad', async () => {
  const [found] = await look('2026-03-01T00:00:00Z', undefined, false);
  expect(found).toMatchObject({ outcome: 'bad', seen: 'none that is trusted' });
});

test('an address without HTTPS is bad, but on this machine', async () => {
  expect(await look('2026-03-01T00:00:00Z', 'http://login.acme.example')).toMatchObject([
    { outcome: 'bad', why: 'http://login.acme.example is not an HTTPS address' },
  ]);
  expect(await look('2026-03-01T00:00:00Z', 'http://127.0.0.1:1')).toMatchObject([{ outcome: 'good' }]);
});
