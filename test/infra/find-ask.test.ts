import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ASK_CLI_VERSION, installAsk, withoutCredentials } from '../../infra/deploy/find-ask.ts';
import type { RunOptions } from '../../infra/deploy/run.ts';
import { ROOT } from './template.ts';

const read = (name: string): unknown => JSON.parse(readFileSync(join(ROOT, 'infra/ask-cli', name), 'utf8'));

test('ask-cli and all its packages are locked by their hashes', () => {
  const { packages } = read('package-lock.json') as {
    readonly packages: Readonly<Record<string, { readonly version: string; readonly integrity?: string }>>;
  };
  expect(packages['node_modules/ask-cli']?.version).toBe(ASK_CLI_VERSION);
  expect(packages['node_modules/antlr4ts']?.version).toBe('0.5.0-alpha.4');
  const { '': _, ...installed } = packages;
  expect(Object.keys(installed).length).toBeGreaterThan(400);
  expect(Object.entries(installed).filter(([, { integrity }]) => !integrity?.startsWith('sha512-'))).toEqual([]);
});

test('it is installed as locked, without install scripts and without a credential in the environment', async () => {
  const root = mkdtempSync(join(tmpdir(), 'checkout-'));
  const saved = process.env;
  process.env = {
    PATH: '/bin',
    AWS_SECRET_ACCESS_KEY: 'canary',
    ASK_REFRESH_TOKEN: 'canary',
    PREFLIGHT_PASSWORD: 'canary',
  };
  try {
    cpSync(join(ROOT, 'infra/ask-cli'), join(root, 'infra/ask-cli'), { recursive: true });
    const asked: { args: readonly string[]; options: RunOptions | undefined }[] = [];
    await installAsk(root, async (_, args, options) => {
      asked.push({ args, options });
      return { code: 0, stdout: '', output: '' };
    });
    expect(asked[0]?.args).toEqual(expect.arrayContaining(['install', '--ignore-scripts']));
    expect(asked[0]?.options?.env).toEqual({ PATH: '/bin' });
    const cwd = asked[0]?.options?.cwd ?? '';
    expect(JSON.parse(readFileSync(join(cwd, 'package-lock.json'), 'utf8'))).toEqual(read('package-lock.json'));
  } finally {
    process.env = saved;
    rmSync(root, { recursive: true });
  }
});

test('only credentials are taken out', () => {
  expect(withoutCredentials({ HOME: '/home/ada', AWS_PROFILE: 'p', npm_config_cache: '/c' })).toEqual({
    HOME: '/home/ada',
    npm_config_cache: '/c',
  });
});
