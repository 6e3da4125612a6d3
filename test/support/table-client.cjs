// The SDK's client of the embedded table, without what costs most and is Amazon's alone: signatures, and sockets of this process. The
// table's own tests (test/adapters/dynamodb, test/desk/table) use the SDK as it is, over the wire.
const sdk = require('@aws-sdk/client-dynamodb');
const { InProcess } = require('./in-process.cjs');

const AUTHORIZATION = 'AWS4-HMAC-SHA256 Credential=desk, SignedHeaders=host, Signature=desk';
const signer = {
  async sign(request) {
    Object.assign(request.headers, { authorization: AUTHORIZATION, 'x-amz-date': '20260101T000000Z' });
    return request;
  },
};

class DynamoDBClient extends sdk.DynamoDBClient {
  constructor(config) {
    const isEmbedded = config.endpoint !== undefined && new URL(config.endpoint).hostname === '127.0.0.1';
    super(isEmbedded ? { ...config, signer, requestHandler: new InProcess(config.requestHandler) } : config);
  }
}

module.exports = { ...sdk, DynamoDBClient };
