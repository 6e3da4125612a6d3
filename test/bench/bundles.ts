import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

// Both this file and the bundle that it is run from lie two folders below the repository's root.
export const repository = resolve(import.meta.dirname, '../..');

export interface Bundles {
  readonly skill: string;
  readonly reportWorker: string;
  readonly bareAxios: string;
  readonly barePosts: string;
  readonly nothing: string;
  readonly child: string;
  readonly distance: string;
}

/** Builds the functions as they ship, and beside them what they are measured against and with. */
export async function buildAll(folder: string): Promise<Bundles> {
  const functions = join(folder, 'functions');
  const { bundleFunctions } = (await import(pathToFileURL(join(repository, 'lambda/build/bundle.mjs')).href)) as {
    bundleFunctions(root: string, outdir: string): Promise<unknown>;
  };
  await bundleFunctions(join(repository, 'lambda'), functions);

  const bench = join(repository, 'test/bench');
  const names = ['handlers/bare-axios', 'handlers/bare-posts', 'handlers/nothing', 'child', 'distance'];
  await build({
    entryPoints: names.map((name) => join(bench, `${name}.ts`)),
    outdir: folder,
    outbase: bench,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    minify: true,
    logLevel: 'warning',
  });
  const built = (name: string) => join(folder, `${name}.js`);
  return {
    skill: join(functions, 'skill.js'),
    reportWorker: join(functions, 'report-worker.js'),
    bareAxios: built('handlers/bare-axios'),
    barePosts: built('handlers/bare-posts'),
    nothing: built('handlers/nothing'),
    child: built('child'),
    distance: built('distance'),
  };
}
