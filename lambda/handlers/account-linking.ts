import type { LambdaFunctionURLEvent, LambdaFunctionURLResult } from 'aws-lambda';
import { createTokenMac } from '../adapters/hmac/token-mac.ts';
import { answerUnavailable, createLinking } from '../linking/server.ts';
import { lazily, once } from './lazy.ts';
import { type EnvironmentVariables, type Machine, wire } from './wire.ts';

/**
 * The `account-linking` function, as a function from request to response: what Lambda and the desk both call.
 *
 * `PUBLIC_URLS` lists, comma-separated, the origins at which the server is known. Without it the one that was asked is: Lambda and API
 * Gateway only ever pass on requests for names that are ours.
 */
export function createAccountLinking(
  environment: EnvironmentVariables,
  machine?: Machine,
): (request: Request, remoteAddress: string) => Promise<Response> {
  const wired = wire(environment, machine);
  const publicUrls = (environment.PUBLIC_URLS ?? '').split(',').filter((url) => url !== '');
  const links = lazily(async () => (await wired.stores()).links);
  const throttle = lazily(async () => (await wired.stores()).throttle);
  const clients = async () => (await wired.secrets()).linkingClients;
  const keyed = once(async () => {
    const { sealingKeys } = await wired.secrets();
    return { sealer: await wired.sealer(), tokenMac: createTokenMac(sealingKeys) };
  });
  return async (request, remoteAddress) => {
    try {
      const known = publicUrls.length > 0 ? publicUrls : [new URL(request.url).origin];
      const linking = createLinking({ ...wired, ...(await keyed()), links, throttle, clients, publicUrls: known });
      return await linking(request, remoteAddress);
    } catch (error) {
      return await answerUnavailable(request, error, wired.log);
    }
  };
}

let linking: ReturnType<typeof createAccountLinking> | undefined;

/** What Lambda calls, for a function URL or an HTTP API (both speak payload format 2.0). */
export const handler = async (event: LambdaFunctionURLEvent): Promise<LambdaFunctionURLResult> => {
  linking ??= createAccountLinking(process.env);
  const request = toRequest(event);
  if (!request) return { statusCode: 400, body: '' };
  return await toResult(await linking(request, event.requestContext.http.sourceIp));
};

/**
 * @returns nothing for what no request may look like, such as a TRACE
 * @see https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html (cookies travel apart from the other headers)
 */
export function toRequest(event: LambdaFunctionURLEvent): Request | undefined {
  const { requestContext, rawPath, rawQueryString, cookies, body, isBase64Encoded } = event;
  const { method } = requestContext.http;
  const query = rawQueryString ? `?${rawQueryString}` : '';
  try {
    const headers = new Headers();
    for (const [name, value] of Object.entries(event.headers)) if (value !== undefined) headers.set(name, value);
    if (cookies) headers.set('cookie', cookies.join('; '));
    const posted = body !== undefined && method !== 'GET' && method !== 'HEAD';
    return new Request(`https://${requestContext.domainName}${rawPath}${query}`, {
      method,
      headers,
      ...(posted ? { body: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8') } : {}),
    });
  } catch {
    return undefined; // the constructors refuse methods, header names and addresses that HTTP does not know
  }
}

export async function toResult(response: Response): Promise<LambdaFunctionURLResult> {
  const cookies = response.headers.getSetCookie();
  const headers = Object.fromEntries([...response.headers].filter(([name]) => name !== 'set-cookie'));
  return { statusCode: response.status, headers, cookies, body: await response.text() };
}
