module.exports = globalThis.ofWorker('@aws-sdk/lib-dynamodb');
