import { request } from 'node:http';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import WebSocket from 'ws';
import { strangerRefusal } from '../../desk/guard.ts';
import { openSetup, type TestSetup } from '../support/setup.ts';

const OURS = { host: '127.0.0.1:8000' };

test.each([
  { when: 'a program of this machine', headers: OURS, programs: true, ownPages: true },
  { when: 'localhost', headers: { host: 'LOCALHOST:8000' }, programs: true, ownPages: true },
  { when: 'IPv6', headers: { host: '[::1]:8000' }, programs: true, ownPages: true },
  { when: 'no Host', headers: {}, programs: false, ownPages: false },
  { when: 'a name that leads here', headers: { host: 'evil.example' }, programs: false, ownPages: false },
  {
    when: 'one that begins like ours',
    headers: { host: '127.0.0.1.evil.example:8000' },
    programs: false,
    ownPages: false,
  },
  { when: 'a dot at the end', headers: { host: 'localhost.:8000' }, programs: false, ownPages: false },
  { when: 'credentials before it', headers: { host: 'localhost@evil.example' }, programs: false, ownPages: false },
  { when: 'a port that is none', headers: { host: '127.0.0.1:8000.evil.example' }, programs: false, ownPages: false },
  { when: 'another address that leads here', headers: { host: '0.0.0.0:8000' }, programs: false, ownPages: false },
  { when: 'a mapped address', headers: { host: '[::ffff:127.0.0.1]:8000' }, programs: false, ownPages: false },
  { when: 'a page of its own', headers: { ...OURS, origin: 'http://127.0.0.1:8000' }, programs: false, ownPages: true },
  {
    when: 'a page of another port',
    headers: { ...OURS, origin: 'http://127.0.0.1:9' },
    programs: false,
    ownPages: false,
  },
  { when: 'another scheme', headers: { ...OURS, origin: 'https://127.0.0.1:8000' }, programs: false, ownPages: false },
  { when: 'a foreign page', headers: { ...OURS, origin: 'https://evil.example' }, programs: false, ownPages: false },
  { when: 'a page without an origin', headers: { ...OURS, origin: 'null' }, programs: false, ownPages: false },
  {
    when: 'a form of its own page, which has no referrer',
    headers: { ...OURS, origin: 'null', 'sec-fetch-site': 'same-origin' },
    programs: false,
    ownPages: true,
  },
  {
    when: 'an image of a foreign page',
    headers: { ...OURS, 'sec-fetch-site': 'cross-site' },
    programs: false,
    ownPages: true,
  },
  { when: 'an address typed by hand', headers: { ...OURS, 'sec-fetch-site': 'none' }, programs: true, ownPages: true },
])('$when: programs only $programs, own pages $ownPages', ({ headers, programs, ownPages }) => {
  expect(strangerRefusal(headers, { pages: 'none' }) === undefined).toBe(programs);
  expect(strangerRefusal(headers, { pages: 'own-page' }) === undefined).toBe(ownPages);
});

let setup: TestSetup;
beforeAll(async () => {
  setup = await openSetup();
});
afterAll(() => setup.system.close());

const statusOf = (url: string, headers: Record<string, string>, method: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const sent = request(url, { method, headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    sent.on('error', reject).end();
  });

const PORTS = [
  { port: 'the table', urlOf: ({ system }: TestSetup) => system.table.url },
  { port: 'the emulated device cloud', urlOf: ({ system }: TestSetup) => `${system.myLeviton.url}/Residences/1` },
  { port: 'Login with Amazon', urlOf: ({ system }: TestSetup) => system.alexa.tokenUrl },
  { port: 'the event gateways', urlOf: ({ system }: TestSetup) => system.alexa.gatewayUrls.EU },
  { port: 'the inbox', urlOf: ({ system }: TestSetup) => system.ses.url },
  { port: "Alexa's linking pages", urlOf: ({ amazonAccount }: TestSetup) => amazonAccount.startUrl },
  {
    port: 'the sign-in server',
    urlOf: ({ system }: TestSetup) => `${system.environment.PUBLIC_URLS?.split(',')[0]}/authorize`,
  },
];

const STRANGERS = [
  { who: 'a foreign page', headers: { origin: 'https://evil.example' } },
  { who: 'a name that leads here', headers: { host: 'evil.example' } },
];

test.each(PORTS.flatMap((port) => STRANGERS.map((stranger) => ({ ...port, ...stranger }))))(
  '$port refuses $who',
  async ({ urlOf, headers }) => {
    for (const method of ['GET', 'POST', 'OPTIONS']) expect(await statusOf(urlOf(setup), headers, method)).toBe(403);
  },
);

test.each(PORTS)('$port answers a program', async ({ urlOf }) => {
  expect(await statusOf(urlOf(setup), {}, 'POST')).not.toBe(403);
});

test.each([
  { who: 'a foreign page', origin: 'https://evil.example', opens: false },
  { who: 'the page of the emulated maker', origin: 'https://my.leviton.com', opens: true },
  { who: 'a program', origin: undefined, opens: true },
])('the push channel opens for $who: $opens', async ({ origin, opens }) => {
  const socket = new WebSocket(setup.system.myLeviton.socketUrl, origin === undefined ? {} : { origin });
  const opened = await new Promise<boolean>((resolve) => {
    socket.once('open', () => resolve(true));
    socket.once('error', () => resolve(false));
  });
  socket.terminate();
  expect(opened).toBe(opens);
});
