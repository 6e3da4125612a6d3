import { mkdtemp, readdir, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { node } from './workshop.ts';

// The functions that ship, built into a folder of this test's own.

const lambda = resolve(import.meta.dirname, '../../lambda');
let dist: string;

beforeAll(async () => {
  dist = await realpath(await mkdtemp(join(tmpdir(), 'functions-')));
  const bundle = pathToFileURL(join(lambda, 'build/bundle.mjs')).href;
  const build = `import { bundleFunctions } from ${JSON.stringify(bundle)};
    await bundleFunctions(${JSON.stringify(lambda)}, ${JSON.stringify(dist)});`;
  expect(await node(['--input-type=module', '-e', build], dist)).toMatchObject({ code: 0, stderr: '' });
});

afterAll(() => rm(dist, { recursive: true }));

test('every function of the handlers is there', async () => {
  const names = await readdir(dist);
  for (const name of ['skill', 'account-linking', 'device-watch', 'report-worker', 'maintenance', 'device-events']) {
    expect(names).toContain(`${name}.js`);
  }
});

test.each(['skill', 'account-linking', 'device-watch', 'report-worker', 'maintenance', 'device-events'])(
  '%s starts without the AWS SDK',
  async (name) => {
    const load = `const { handler } = require('./${name}.js');
    const files = Object.keys(require.cache).map((path) => require('node:path').basename(path));
    console.log(JSON.stringify({ handler: typeof handler, files: files.sort() }));`;
    const { stdout } = await node(['-e', load], dist);
    const { handler, files } = JSON.parse(stdout);
    expect(handler).toBe('function');
    expect(files).toContain(`${name}.js`);
    for (const file of ['dynamodb-stores.js', 'secrets-manager-secrets.js', 'sqs-queue.js', 'sns-notice-sender.js']) {
      expect(files).not.toContain(file);
    }
    expect(await readFile(join(dist, `${name}.js`), 'utf8')).not.toContain('AWS_SECRET_ACCESS_KEY');
  },
);

test('the AWS SDK takes its credentials from the environment alone', async () => {
  const stores = await readFile(join(dist, 'dynamodb-stores.js'), 'utf8');
  expect(stores).toContain('AWS_SECRET_ACCESS_KEY');
  expect(stores).not.toContain('169.254.170.2');
  expect(stores).not.toContain('sso_start_url');
});

test('the skill’s hot file is at most 150 KB', async () => {
  expect((await readFile(join(dist, 'skill.js'))).length).toBeLessThanOrEqual(150 * 1024);
});
