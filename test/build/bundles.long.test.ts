import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openWorkshop, type Run, type Workshop } from './workshop.ts';

const sources = {
  'handlers/first.ts': `
    import { isSkillError, StoreUnavailable } from '../ports/errors.ts';
    import { once } from './once.ts';
    const shelf = once(() => import('../adapters/shelf/stores.ts'));
    export const handler = async (event: { fail?: boolean }) => {
      if (!event.fail) return 'not loaded';
      try {
        return (await shelf()).read();
      } catch (error) {
        return { ours: isSkillError(error), its: error instanceof StoreUnavailable, said: String(error) };
      }
    };`,
  'handlers/second.ts': `
    import { open } from '../domain/open.ts';
    export async function handler() { return (await open()).name; }`,
  'handlers/once.ts': `
    // export const handler is what a function has; this is no function
    export const once = <T>(load: () => T) => { let loaded: T | undefined; return () => (loaded ??= load()); };`,
  'domain/open.ts': `export const open = () => import('../adapters/shelf/stores.ts');`,
  'adapters/shelf/stores.ts': `
    import { StoreUnavailable } from '../../ports/errors.ts';
    (globalThis as { shelves?: number }).shelves = ((globalThis as { shelves?: number }).shelves ?? 0) + 1;
    export const name = 'the only shelf';
    export const read = () => { throw new StoreUnavailable('the shelf is closed'); };
    export const more = () => import('./cellar.ts');`,
  'adapters/shelf/cellar.ts': `export const depth = 3;`,
};

describe('lambda/dist', () => {
  let workshop: Workshop;
  let built: Run;

  beforeAll(async () => {
    workshop = await openWorkshop(sources);
    built = await workshop.build();
  });

  afterAll(() => workshop.remove());

  test('holds a file for each function and each module that is loaded when needed, with its map', async () => {
    expect(built).toMatchObject({ code: 0, stderr: '' });
    expect((await readdir(join(workshop.folder, 'lambda/dist'))).sort()).toEqual([
      'first.js',
      'first.js.map',
      'package.json',
      'ports-errors.js',
      'ports-errors.js.map',
      'second.js',
      'second.js.map',
      'shelf-cellar.js',
      'shelf-cellar.js.map',
      'shelf-stores.js',
      'shelf-stores.js.map',
    ]);
  });

  test('is printed as a table', () => {
    expect(
      built.stdout
        .replace(/\d+\.\d KB/g, 'N KB')
        .replace(/ +/g, ' ')
        .trim()
        .split('\n')
        .sort(),
    ).toEqual([
      'first.js N KB function',
      'ports-errors.js N KB shared',
      'second.js N KB function',
      'shelf-cellar.js N KB loaded when needed',
      'shelf-stores.js N KB loaded when needed',
    ]);
  });

  test('is CommonJS, whatever the repository is', async () => {
    expect(JSON.parse(await readFile(join(workshop.folder, 'lambda/dist/package.json'), 'utf8'))).toEqual({
      type: 'commonjs',
    });
  });

  test('maps lie beside and are not loaded', async () => {
    const first = await readFile(join(workshop.folder, 'lambda/dist/first.js'), 'utf8');
    expect(first).not.toContain('sourceMappingURL');
    const map = JSON.parse(await readFile(join(workshop.folder, 'lambda/dist/first.js.map'), 'utf8'));
    expect(map.sources).toContain('../handlers/first.ts');
  });

  test('what is loaded when needed is not loaded before', async () => {
    expect(
      await workshop.evaluate(`
        const { handler } = require('./lambda/dist/first.js');
        handler({}).then((said) => console.log(JSON.stringify({ said, shelves: globalThis.shelves ?? 0 })))`),
    ).toEqual({ said: 'not loaded', shelves: 0 });
  });

  test('an error from there is the same class here', async () => {
    expect(
      await workshop.evaluate(`
        require('./lambda/dist/first.js').handler({ fail: true }).then((said) => console.log(JSON.stringify(said)))`),
    ).toEqual({ ours: true, its: true, said: 'StoreUnavailable: the shelf is closed' });
  });

  test('two functions in one process share it', async () => {
    expect(
      await workshop.evaluate(`
        const first = require('./lambda/dist/first.js');
        const second = require('./lambda/dist/second.js');
        first.handler({ fail: true }).then(() => second.handler()).then((name) =>
          console.log(JSON.stringify({ name, shelves: globalThis.shelves })))`),
    ).toEqual({ name: 'the only shelf', shelves: 1 });
  });

  test('what is loaded when needed may itself load more', async () => {
    expect(
      await workshop.evaluate(`
        require('./lambda/dist/shelf-stores.js').more().then(({ depth }) => console.log(JSON.stringify(depth)))`),
    ).toBe(3);
  });

  test('a second build forgets the first', async () => {
    const other = await openWorkshop({ ...sources, 'dist/gone.js': 'an older function' });
    await other.build();
    expect(existsSync(join(other.folder, 'lambda/dist/gone.js'))).toBe(false);
    expect(existsSync(join(other.folder, 'lambda/dist/first.js'))).toBe(true);
    await other.remove();
  });
});

describe('where ask-cli builds', () => {
  test('the bundles take the place of the sources', async () => {
    const manifest = '{"private":true,"type":"module","scripts":{"postinstall":"node build.mjs"}}';
    const workshop = await openWorkshop({ ...sources, 'package.json': manifest, 'dist/gone.js': '' }, '.ask');
    expect(await workshop.build()).toMatchObject({ code: 0 });
    const lambda = join(workshop.folder, '.ask/lambda');
    // Without source maps: nothing reads them in Lambda.
    expect((await readdir(lambda)).sort()).toEqual([
      'first.js',
      'package.json',
      'ports-errors.js',
      'second.js',
      'shelf-cellar.js',
      'shelf-stores.js',
    ]);
    expect(JSON.parse(await readFile(join(lambda, 'package.json'), 'utf8'))).toEqual({
      private: true,
      type: 'commonjs',
    });
    expect(
      await workshop.evaluate(`
        require('./.ask/lambda/first.js').handler({ fail: true }).then(({ its }) => console.log(JSON.stringify(its)))`),
    ).toBe(true);
    await workshop.remove();
  });

  test('a build that fails leaves the sources and says so', async () => {
    const workshop = await openWorkshop({ 'handlers/first.ts': 'export const handler = async () => {' }, '.ask');
    const { code, stderr } = await workshop.build();
    expect(code).toBe(1);
    expect(stderr).toContain('handlers/first.ts');
    expect(existsSync(join(workshop.folder, '.ask/lambda/handlers/first.ts'))).toBe(true);
    await workshop.remove();
  });
});

test.each([
  {
    when: 'a folder without functions',
    sources: { 'handlers/once.ts': 'export const once = 1;' },
    says: 'exports a handler',
  },
  {
    when: 'a file that is not there',
    sources: { 'handlers/first.ts': `export const handler = () => import('../adapters/shelf/nowhere.ts');` },
    says: 'Could not resolve "../adapters/shelf/nowhere.ts"',
  },
  {
    when: 'two files that would have one name',
    sources: {
      'handlers/first.ts': `export const handler = () => [import('../adapters/a/b-c.ts'), import('../adapters/a-b/c.ts')];`,
      'adapters/a/b-c.ts': 'export const one = 1;',
      'adapters/a-b/c.ts': 'export const two = 2;',
    },
    says: 'would both be built as a-b-c.js',
  },
  {
    when: 'a file with the name of a function',
    sources: {
      'handlers/shelf-stores.ts': `export const handler = () => import('../adapters/shelf/stores.ts');`,
      'adapters/shelf/stores.ts': 'export const one = 1;',
    },
    says: 'would both be built as shelf-stores.js',
  },
])('$when fails the build', async ({ sources: broken, says }) => {
  const workshop = await openWorkshop(broken);
  const { code, stderr } = await workshop.build();
  await workshop.remove();
  expect(code).toBe(1);
  expect(stderr).toContain(says);
});
