// Jest's Node environment, but for three things that make tests slow.
//
// Jest loads every module anew for every test file, so that V8 compiles and warms it up again each time. The AWS SDK of the table, the
// embedded DynamoDB and axios are the greatest part of that by far and keep nothing between tests, so they are loaded once per worker,
// outside of the tests' realm; resolver.cjs leads to the files in `worker/`, which fetch them from here.
//
// Half of the time of a call to the embedded table passes in signatures and sockets, so most tests get the client of table-client.cjs.
//
// And jest-circus keeps the test that runs in an AsyncLocalStorage, which tells whose an unhandled error is. Node 20 asks every one that
// was ever used at each new promise. Tests of a file run one after the other, so a variable tells the same.
const { AsyncLocalStorage } = require('node:async_hooks');
const { isNativeError } = require('node:util/types');
const { TestEnvironment } = require('jest-environment-node');

require('./environment.cjs');
require('./in-process.cjs'); // notes each server that begins to listen

const { run, getStore } = AsyncLocalStorage.prototype;
const running = new WeakMap();

/** What jest-circus 30 stores: the test or the hook that runs. */
const isOfJest = (store) => store !== null && typeof store === 'object' && ('test' in store || 'hook' in store);

AsyncLocalStorage.prototype.run = function runOne(store, ...rest) {
  if (!isOfJest(store)) return run.call(this, store, ...rest);
  const before = running.get(this);
  const restore = () => running.set(this, before);
  running.set(this, store);
  const result = rest[0]();
  Promise.resolve(result).then(restore, restore);
  return result;
};
AsyncLocalStorage.prototype.getStore = function storeOfOne() {
  return running.get(this) ?? getStore.call(this);
};

/** Tests of the table's client, of the table, and of what piles up (sockets, timers): they have the SDK as it is. */
const WITH_WIRE = /[\\/]test[\\/](adapters[\\/]dynamodb|desk[\\/]table)[\\/]|growth[.\w]*\.test\.ts$/;
const CHEAPER = { '@aws-sdk/client-dynamodb': './table-client.cjs' };

module.exports = class extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    this.testPath = context.testPath;
  }

  async setup() {
    await super.setup();
    const usesWire = WITH_WIRE.test(this.testPath);
    this.global.ofWorker = (name) => require(usesWire ? name : (CHEAPER[name] ?? name));
    // An error from there is an Error here, as it is where all is one realm.
    const { Error: ErrorHere } = this.global;
    Object.defineProperty(ErrorHere, Symbol.hasInstance, {
      value(error) {
        if (this === ErrorHere && (isNativeError(error) || error instanceof Error)) return true;
        return Function.prototype[Symbol.hasInstance].call(this, error);
      },
    });
  }
};
