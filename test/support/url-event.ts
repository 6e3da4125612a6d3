import type { LambdaFunctionURLEvent } from 'aws-lambda';

/** An event as a function URL sends it. */
export function urlEvent(
  method: string,
  path: string,
  fields: Partial<LambdaFunctionURLEvent> = {},
): LambdaFunctionURLEvent {
  const [rawPath = '/', rawQueryString = ''] = path.split('?');
  const requestContext = {
    domainName: 'abc.lambda-url.us-east-1.on.aws',
    http: { method, path: rawPath, protocol: 'HTTP/1.1', sourceIp: '203.0.113.7', userAgent: '' },
  } as LambdaFunctionURLEvent['requestContext'];
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString,
    headers: {},
    isBase64Encoded: false,
    requestContext,
    ...fields,
  };
}
