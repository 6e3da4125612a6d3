// Jest's Node environment, without what would pile up in a worker: each test file brings an AsyncLocalStorage (jest-circus's, which
// tells whose an unhandled error is), and Node 20 asks every one that was ever used at each new promise, until it is disabled.
const { AsyncLocalStorage } = require('node:async_hooks');
const { TestEnvironment } = require('jest-environment-node');

const used = new Set();
const { run } = AsyncLocalStorage.prototype;
AsyncLocalStorage.prototype.run = function noted(...rest) {
  used.add(this);
  return run.apply(this, rest);
};

module.exports = class extends TestEnvironment {
  async teardown() {
    await super.teardown();
    for (const storage of used) storage.disable();
    used.clear();
  }
};
