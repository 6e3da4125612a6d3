import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { lambdaCredentials } from './lambda-credentials.mjs';
import { ownFiles, ownName } from './own-files.mjs';
import { slimAxios } from './slim-axios.mjs';

/** CommonJS, minified: the fastest cold start measured. Source maps are beside the bundles. */
const settings = {
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  mainFields: ['module', 'main'],
  minify: true,
  sourcemap: 'external',
  sourcesContent: false,
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true,
  // `import()` becomes a `require` when it is reached: Lambda then needs no ESM loader.
  supported: { 'dynamic-import': false },
};

/**
 * Bundles every function of `root/handlers` into `outdir/<function>.js`, and what they load later or share into files beside them.
 * @param root the folder of all sources, `lambda/`
 * @returns name, bytes and kind of each written file
 */
export async function bundleFunctions(root, outdir) {
  await rm(outdir, { recursive: true, force: true });
  await mkdir(outdir, { recursive: true });
  await writeFile(join(outdir, 'package.json'), '{"type":"commonjs"}\n');

  const files = new Map();
  for (const file of await functionsIn(root)) files.set(basename(file, '.ts'), { file, kind: 'function' });
  const onOwnFile = (file) => {
    const name = ownName(root, file);
    const standing = files.get(name)?.file ?? file;
    if (standing !== file) throw new Error(`${standing} and ${file} would both be built as ${name}.js`);
    if (!files.has(name)) files.set(name, { file, kind: 'loaded when needed' });
  };

  // The map grows during the loop: a bundle may name further files.
  const built = [];
  for (const [name, { file, kind }] of files) {
    const bytes = await bundle(root, file, join(outdir, `${name}.js`), onOwnFile);
    built.push({ name: `${name}.js`, bytes, kind: file.startsWith(join(root, 'ports')) ? 'shared' : kind });
  }
  return built;
}

async function bundle(root, file, outfile, onOwnFile) {
  const plugins = [ownFiles(root, onOwnFile), slimAxios, lambdaCredentials];
  const { metafile } = await build({ ...settings, entryPoints: [file], outfile, absWorkingDir: root, plugins });
  return Object.entries(metafile.outputs).find(([path]) => path.endsWith('.js'))[1].bytes;
}

/** A file of `handlers/` that exports a `handler` is a function; the others are shared by the functions. */
async function functionsIn(root) {
  const names = (await readdir(join(root, 'handlers'))).filter((name) => name.endsWith('.ts')).sort();
  const { metafile } = await build({
    entryPoints: names.map((name) => `handlers/${name}`),
    absWorkingDir: root,
    outdir: '.',
    format: 'esm',
    write: false,
    metafile: true,
    logLevel: 'warning',
  });
  const functions = Object.values(metafile.outputs).filter((output) => output.exports.includes('handler'));
  if (functions.length === 0) throw new Error(`no file of ${join(root, 'handlers')} exports a handler`);
  return functions.map(({ entryPoint }) => join(root, entryPoint));
}
