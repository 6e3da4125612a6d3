// Where a test finds a module: those that are loaded once per worker (see test-environment.cjs) through the files in `worker/`, but for
// `infra`, whose tests lend the AWS SDK an environment of their own.
const { join } = require('node:path');

const OF_WORKER = new Set([
  'axios',
  'dynalite',
  'dynalite/db/index.js',
  '@aws-sdk/client-dynamodb',
  '@aws-sdk/lib-dynamodb',
]);
const INFRA = join(__dirname, '../../infra');

module.exports = (name, options) =>
  OF_WORKER.has(name) && !options.basedir.startsWith(INFRA)
    ? join(__dirname, 'worker', `${name.replace(/\.js$/, '')}.cjs`)
    : options.defaultResolver(name, options);
