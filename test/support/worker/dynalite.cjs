module.exports = globalThis.ofWorker('dynalite');
