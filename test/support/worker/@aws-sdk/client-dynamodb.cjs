module.exports = globalThis.ofWorker('@aws-sdk/client-dynamodb');
