import { cp, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openWorkshop, type Workshop } from './workshop.ts';

const probe = `
  import { createHttpClient } from '../adapters/http/client.ts';
  export const handler = async ({ url }: { url: string }) => {
    const client = createHttpClient({ timeoutMs: 50, longestAnswerBytes: 1_000 });
    const outcome = (request: object) =>
      client
        .start({ method: 'GET', url, headers: {}, signal: new AbortController().signal, ...request })
        .answer.catch(({ reason, code }) => ({ reason, code }));
    const headers = { 'Content-Type': 'application/json' };
    return {
      json: await outcome({ method: 'POST', url: url + '/echo', headers, body: '{"level":30,"name":"Küche"}' }),
      gzip: await outcome({ url: url + '/gzip?a=1' }),
      refusal: await outcome({ url: url + '/401' }),
      redirect: await outcome({ url: url + '/302' }),
      timeout: await outcome({ url: url + '/hang' }),
      abort: await outcome({ url: url + '/hang', signal: AbortSignal.timeout(20) }),
      reset: await outcome({ url: url + '/reset' }),
      refused: await outcome({ url: 'http://127.0.0.1:1/' }),
    };
  };`;
const adapters = join(resolve(import.meta.dirname, '../..'), 'lambda/adapters/http');
const sources = async () => ({
  'handlers/probe.ts': probe,
  'adapters/http/client.ts': await readFile(join(adapters, 'client.ts'), 'utf8'),
  'adapters/http/node-adapter.ts': await readFile(join(adapters, 'node-adapter.ts'), 'utf8'),
});

const server = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk) => {
    body += chunk;
  });
  request.on('end', () => {
    const answer = (status: number, data: unknown) =>
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(data));
    switch (new URL(request.url ?? '', 'http://localhost').pathname) {
      case '/echo':
        return answer(200, { type: request.headers['content-type'], body });
      case '/gzip':
        response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' });
        return response.end(gzipSync(JSON.stringify({ url: request.url })));
      case '/401':
        return answer(401, {});
      case '/302':
        return response.writeHead(302, { Location: '/echo' }).end();
      case '/reset':
        return request.socket.resetAndDestroy();
      default:
        return undefined; // hangs
    }
  });
});

let workshop: Workshop;

beforeAll(async () => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  workshop = await openWorkshop(await sources());
  expect(await workshop.build()).toMatchObject({ code: 0, stderr: '' });
});

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await workshop.remove();
});

test('does what a function asks of it, and loads neither undici, http2 nor perf_hooks', async () => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const answers = await workshop.evaluate(`
    require('./lambda/dist/probe.js').handler(${JSON.stringify({ url })}).then((outcomes) => {
      const loaded = process.moduleLoadList.filter((name) => /undici|http2|perf_hooks/.test(name));
      console.log(JSON.stringify({ outcomes, loaded }));
      process.exit();
    })`);
  expect(answers).toEqual({
    outcomes: {
      json: { status: 200, text: '{"type":"application/json","body":"{\\"level\\":30,\\"name\\":\\"Küche\\"}"}' },
      gzip: { status: 200, text: '{"url":"/gzip?a=1"}' },
      refusal: { status: 401, text: '{}' },
      redirect: { status: 302, text: '' },
      timeout: { reason: 'time-out', code: 'ETIMEDOUT' },
      abort: { reason: 'given-up' },
      reset: { reason: 'reset', code: 'ECONNRESET' },
      refused: { reason: 'not-connected', code: 'ECONNREFUSED' },
    },
    loaded: [],
  });
});

test('loads zlib with the first compressed answer', async () => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const loaded = await workshop.evaluate(`
    const { handler } = require('./lambda/dist/probe.js');
    const isLoaded = () => process.moduleLoadList.includes('NativeModule zlib');
    const before = isLoaded();
    handler(${JSON.stringify({ url })}).then(() => {
      console.log(JSON.stringify({ before, after: isLoaded() }));
      process.exit();
    })`);
  expect(loaded).toEqual({ before: false, after: true });
});

test('axios as shipped would load undici, so the check above can fail', async () => {
  expect(
    await workshop.evaluate(`
      require('axios');
      console.log(JSON.stringify(process.moduleLoadList.some((name) => /undici/.test(name))))`),
  ).toBe(true);
});

test('is a third of axios as shipped', async () => {
  const bundle = await readFile(join(workshop.folder, 'lambda/dist/probe.js'));
  expect(bundle.length).toBeLessThan(50 * 1024);
  expect(bundle.includes('application/vnd.')).toBe(false); // form-data's table of media types
});

describe('a version of axios that is built differently fails the build', () => {
  const axios = resolve(import.meta.dirname, '../../node_modules/axios');

  test.each([
    {
      when: 'FormData is read elsewhere',
      file: 'lib/utils.js',
      change: (source: string) =>
        source.replace("typeof G.FormData !== 'undefined' ? G.FormData : undefined", 'FormData'),
      says: 'axios no longer says: typeof G.FormData',
    },
    {
      when: 'time is read elsewhere',
      file: 'lib/core/dispatchRequest.js',
      change: (source: string) => source.replace("typeof performance !== 'undefined' && ", ''),
      says: 'axios no longer says: typeof performance',
    },
    {
      when: 'forms are made elsewhere',
      file: 'lib/platform/node/classes/FormData.js',
      change: (source: string) => source.replace("from 'form-data'", "from 'other-forms'"),
      says: 'axios no longer imports: form-data',
    },
    {
      when: 'its Node adapter lies elsewhere',
      file: 'lib/adapters/adapters.js',
      change: (source: string) => source.replace("from './http.js'", "from './node.js'"),
      says: 'axios no longer imports: adapters/http',
    },
    {
      when: 'the fetch adapter lies elsewhere',
      file: 'lib/adapters/adapters.js',
      change: (source: string) => source.replace("from './fetch.js'", "from './fetching.js'"),
      says: 'axios no longer imports: adapters/fetch',
    },
  ])('$when', async ({ file, change, says }) => {
    const other = await openWorkshop(await sources());
    const modules = join(other.folder, 'node_modules');
    const others = (await readdir(join(axios, '..'))).filter((name) => name !== 'axios');
    await rm(modules);
    await mkdir(modules);
    await Promise.all(others.map((name) => symlink(join(axios, '..', name), join(modules, name))));
    for (const part of ['lib', 'index.js', 'package.json']) {
      await cp(join(axios, part), join(modules, 'axios', part), { recursive: true });
    }
    await writeFile(join(modules, 'axios/lib/adapters/fetching.js'), 'export const getFetch = () => false;');
    await writeFile(join(modules, 'axios/lib/adapters/node.js'), 'export default false;');
    await mkdir(join(modules, 'other-forms'));
    await writeFile(join(modules, 'other-forms/index.js'), 'export default undefined;');
    const path = join(modules, 'axios', file);
    const source = await readFile(path, 'utf8');
    expect(change(source)).not.toBe(source);
    await writeFile(path, change(source));
    const { code, stderr } = await other.build();
    await other.remove();
    expect(stderr).toContain(says);
    expect(code).toBe(1);
  });
});
