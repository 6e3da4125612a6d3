module.exports = globalThis.ofWorker('dynalite/db/index.js');
