import { cp, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openWorkshop, type Workshop } from './workshop.ts';

const probe = `
  import axios from 'axios';
  export const handler = async ({ url }: { url: string }) => {
    const client = axios.create({ baseURL: url, proxy: false, maxRedirects: 0 });
    const outcome = (answer: Promise<{ status: number; data: unknown }>) =>
      answer.then(({ status, data }) => ({ status, data }), (error) => ({ code: error.code, status: error.response?.status }));
    const seen: string[] = [];
    client.interceptors.request.use((config) => (seen.push(config.url ?? ''), config));
    const all = {
      json: await outcome(client.post('/echo', { level: 30, name: 'Küche' })),
      form: await outcome(client.post('/echo', new URLSearchParams({ code: 'a+b', id: 'ü' }))),
      urlencoded: await outcome(
        client.post('/echo', { a: 1, b: ['x', 'y'] }, { headers: { 'Content-Type': 'application/x-www-form-urlencoded' } }),
      ),
      text: await outcome(client.get('/gzip', { responseType: 'text', transformResponse: [] })),
      gzip: await outcome(client.get('/gzip', { params: { filter: { where: 1 } } })),
      refusal: await outcome(client.get('/401')),
      redirect: await outcome(client.get('/302')),
      timeout: await outcome(client.get('/hang', { timeout: 50 })),
      abort: await outcome(client.get('/hang', { signal: AbortSignal.timeout(20) })),
      reset: await outcome(client.get('/reset')),
      refused: await outcome(client.get('http://127.0.0.1:1/')),
    };
    return { ...all, seen: seen.length };
  };`;

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
  workshop = await openWorkshop({ 'handlers/probe.ts': probe });
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
      json: { status: 200, data: { type: 'application/json', body: '{"level":30,"name":"Küche"}' } },
      form: {
        status: 200,
        data: { type: 'application/x-www-form-urlencoded;charset=utf-8', body: 'code=a%2Bb&id=%C3%BC' },
      },
      urlencoded: { status: 200, data: { type: 'application/x-www-form-urlencoded', body: 'a=1&b%5B%5D=x&b%5B%5D=y' } },
      text: { status: 200, data: '{"url":"/gzip"}' },
      gzip: { status: 200, data: { url: '/gzip?filter%5Bwhere%5D=1' } },
      refusal: { code: 'ERR_BAD_REQUEST', status: 401 },
      redirect: { code: 'ERR_BAD_RESPONSE', status: 302 },
      timeout: { code: 'ECONNABORTED' },
      abort: { code: 'ERR_CANCELED' },
      reset: { code: 'ECONNRESET' },
      refused: { code: 'ECONNREFUSED' },
      seen: 11,
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

test('is less than half of axios as shipped', async () => {
  const bundle = await readFile(join(workshop.folder, 'lambda/dist/probe.js'));
  expect(bundle.length).toBeLessThan(110 * 1024);
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
      when: 'flags are read elsewhere',
      file: 'lib/adapters/http.js',
      change: (source: string) => source.replace('!process.allowedNodeEnvironmentFlags ||', ''),
      says: 'axios no longer says: !process.allowedNodeEnvironmentFlags',
    },
    {
      when: 'proxies are found otherwise',
      file: 'lib/adapters/http.js',
      change: (source: string) => source.replace("from 'proxy-from-env'", "from 'which-proxy'"),
      says: 'axios no longer imports: proxy-from-env',
    },
    {
      when: 'the fetch adapter lies elsewhere',
      file: 'lib/adapters/adapters.js',
      change: (source: string) => source.replace("from './fetch.js'", "from './fetching.js'"),
      says: 'axios no longer imports: adapters/fetch',
    },
  ])('$when', async ({ file, change, says }) => {
    const other = await openWorkshop({ 'handlers/probe.ts': probe });
    const modules = join(other.folder, 'node_modules');
    const others = (await readdir(join(axios, '..'))).filter((name) => name !== 'axios');
    await rm(modules);
    await mkdir(modules);
    await Promise.all(others.map((name) => symlink(join(axios, '..', name), join(modules, name))));
    for (const part of ['lib', 'index.js', 'package.json']) {
      await cp(join(axios, part), join(modules, 'axios', part), { recursive: true });
    }
    await writeFile(join(modules, 'axios/lib/adapters/fetching.js'), 'export const getFetch = () => false;');
    await mkdir(join(modules, 'which-proxy'));
    await writeFile(join(modules, 'which-proxy/index.js'), 'export const getProxyForUrl = () => "";');
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
