// Bundles a TypeScript entry point and runs it: `node desk/run.mjs desk/main.ts [arguments]`. Node 20 reads no TypeScript.
import { mkdirSync, rmSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const [entry, ...rest] = process.argv.slice(2);
if (!entry) throw new Error('usage: node desk/run.mjs ENTRY.ts [arguments]');

const outdir = join(root, 'desk', 'dist');
mkdirSync(outdir, { recursive: true });
// A bundle of this run alone, since another run of the same entry may be reading its own.
const name = relative(root, resolve(entry)).replaceAll(/[\\/]/g, '-').replace(/\.ts$/, `.${process.pid}.mjs`);
const outfile = join(outdir, name);
process.on('exit', () => rmSync(outfile, { force: true }));
// A signal that nobody handles ends Node without `exit`. A program that is up handles its own, and ends in its own way.
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
]) {
  process.on(signal, () => {
    if (process.listenerCount(signal) === 1) process.exit(code);
  });
}
await build({
  entryPoints: [resolve(entry)],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  packages: 'external',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  sourcemap: 'inline',
  logLevel: 'warning',
});

// The pinned AWS SDK works with Node 20; its warning that later ones will not does not concern a developer who starts the desk.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
process.title = `dimmer-plug-skill ${basename(entry, '.ts')}`;
process.argv = [process.argv[0], outfile, ...rest];
await import(pathToFileURL(outfile).href);
