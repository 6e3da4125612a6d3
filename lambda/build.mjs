// Builds the functions: `npm run build` writes them to lambda/dist. ask-cli copies this folder to .ask/lambda and runs npm there; its
// postinstall script is this file. ask-cli then zips that folder, so there the bundles replace the sources.
import { readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleFunctions } from './build/bundle.mjs';

const root = dirname(fileURLToPath(import.meta.url));
const dist = join(root, 'dist');

const built = await bundleFunctions(root, dist);
const width = Math.max(...built.map(({ name }) => name.length));
for (const { name, bytes, kind } of built) {
  console.log(`${name.padEnd(width)}  ${(bytes / 1024).toFixed(1).padStart(7)} KB  ${kind}`);
}

if (basename(dirname(root)) === '.ask') {
  for (const name of readdirSync(root)) {
    if (name !== 'dist' && name !== 'package.json') rmSync(join(root, name), { recursive: true });
  }
  // No maps: nothing in Lambda reads them, and they are most of the zip. The same commit builds them again in lambda/dist.
  for (const name of readdirSync(dist).filter((one) => !one.endsWith('.map')))
    renameSync(join(dist, name), join(root, name));
  rmSync(dist, { recursive: true });
  // npm reads it after this script, and Lambda reads the module type of the bundles from it.
  writeFileSync(join(root, 'package.json'), '{"private":true,"type":"commonjs"}\n');
}
