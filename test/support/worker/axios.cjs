module.exports = globalThis.ofWorker('axios');
