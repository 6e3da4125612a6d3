import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';

/**
 * An esbuild plugin that gives some modules a file of their own, which the importer requires instead of holding a copy:
 * - what is imported with a relative `import('....ts')`: loaded only when needed, and shared between functions. esbuild cannot split
 *   CommonJS, which starts faster than ESM on Lambda, so each becomes an entry point of its own;
 * - what is imported from `ports/` as a value: error classes, so that `instanceof` works in both files.
 * Other modules that both files import are copied, so they must not keep state.
 * @param root the folder of all sources, `lambda/`
 * @param onOwnFile called with the path of each
 */
export const ownFiles = (root, onOwnFile) => ({
  name: 'own-files',
  setup(build) {
    build.onResolve({ filter: /^\.{1,2}\/.*\.ts$/ }, ({ path, kind, resolveDir }) => {
      if (kind === 'entry-point') return undefined;
      const file = resolve(resolveDir, path);
      const isPort = dirname(file) === join(root, 'ports');
      if (!(isPort || kind === 'dynamic-import') || !existsSync(file)) return undefined;
      onOwnFile(file);
      return { path: `./${ownName(root, file)}.js`, external: true };
    });
  },
});

/** `adapters/dynamodb/stores.ts` becomes `dynamodb-stores`, `ports/errors.ts` `ports-errors`. */
export function ownName(root, file) {
  const parts = relative(root, file).replace(/\.ts$/, '').split(sep);
  return (parts[0] === 'adapters' ? parts.slice(1) : parts).join('-');
}
