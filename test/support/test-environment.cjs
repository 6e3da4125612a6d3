// Jest's Node environment, but for two things that make tests slow.
//
// Jest loads every module anew for every test file, so that V8 compiles and warms it up again each time. The AWS SDK of the table and
// the embedded DynamoDB are the greatest part of that by far and keep nothing between tests, so they are loaded once per worker,
// outside of the tests' realm; resolver.cjs leads to the files in `worker/`, which fetch them from here.
//
// And each test file brings an AsyncLocalStorage (jest-circus's, which tells whose an unhandled error is): Node 20 asks every one that
// was ever used at each new promise, until it is disabled.
const { AsyncLocalStorage } = require('node:async_hooks');
const { isNativeError } = require('node:util/types');
const { TestEnvironment } = require('jest-environment-node');

require('./environment.cjs');

const used = new Set();
const { run } = AsyncLocalStorage.prototype;
AsyncLocalStorage.prototype.run = function noted(...rest) {
  used.add(this);
  return run.apply(this, rest);
};

module.exports = class extends TestEnvironment {
  async setup() {
    await super.setup();
    this.global.ofWorker = (name) => require(name);
    // An error from there is an Error here, as it is where all is one realm.
    const { Error: ErrorHere } = this.global;
    Object.defineProperty(ErrorHere, Symbol.hasInstance, {
      value(error) {
        if (this === ErrorHere && (isNativeError(error) || error instanceof Error)) return true;
        return Function.prototype[Symbol.hasInstance].call(this, error);
      },
    });
  }

  async teardown() {
    await super.teardown();
    for (const storage of used) storage.disable();
    used.clear();
  }
};
