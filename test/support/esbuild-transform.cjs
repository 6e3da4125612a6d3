// Jest's transform: esbuild, the compiler that also bundles what ships, so that tests run the same semantics.
const { createHash } = require('node:crypto');
const esbuild = require('esbuild');

module.exports = {
  process: (source, file) => ({
    code: esbuild.transformSync(source, {
      loader: file.endsWith('x') ? 'tsx' : 'ts',
      format: 'esm',
      target: 'node20',
      jsx: 'automatic',
      jsxImportSource: 'preact',
      sourcemap: 'inline',
      sourcefile: file,
    }).code,
  }),
  getCacheKey: (source, file) => createHash('sha256').update(esbuild.version).update(file).update(source).digest('hex'),
};
