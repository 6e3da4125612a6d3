import type { LambdaFunctionURLEvent, LambdaFunctionURLResult } from 'aws-lambda';
import { createTokenMac } from '../adapters/hmac/token-mac.ts';
import { answerUnavailable, createLinking } from '../linking/server.ts';
import { compose, type EnvironmentVariables, type Overrides } from './compose.ts';
import { toRequest, toResult } from './function-url.ts';
import { lazily, once } from './lazy.ts';

type Linking = (request: Request, remoteAddress: string) => Promise<Response>;

/**
 * The `account-linking` function, as a function from request to response: what Lambda and the desk both call.
 *
 * `PUBLIC_URLS` lists, comma-separated, the origins at which the server is known; the first is where sign-in links lead. Without it the one
 * that was asked is: Lambda and API Gateway only ever pass on requests for names that are ours, so these are few.
 */
export function createAccountLinking(environment: EnvironmentVariables, overrides?: Overrides): Linking {
  const shared = compose(environment, overrides);
  if (shared.config.PUBLIC_URLS.length > 0) return serve(shared);
  const servers = new Map<string, Linking>();
  return (request, remoteAddress) => {
    const { origin } = new URL(request.url);
    const server = servers.get(origin) ?? serve(compose({ ...environment, PUBLIC_URLS: origin }, overrides));
    servers.set(origin, server);
    return server(request, remoteAddress);
  };
}

function serve(shared: ReturnType<typeof compose>): Linking {
  const { PUBLIC_URLS: publicUrls } = shared.config;
  const links = lazily(async () => (await shared.stores()).links);
  const throttle = lazily(async () => (await shared.stores()).throttle);
  const noticeStore = lazily(async () => (await shared.stores()).noticeStore);
  const clients = async () => (await shared.secrets()).linkingClients;
  const keyed = once(async () => ({ sealer: await shared.sealer(), tokenMac: await shared.ofKeys(createTokenMac) }));
  return async (request, remoteAddress) => {
    try {
      const stores = { links, throttle, noticeStore };
      const linking = createLinking({ ...shared, ...(await keyed()), ...stores, clients, publicUrls });
      return await linking(request, remoteAddress);
    } catch (error) {
      return await answerUnavailable(request, error, shared.log);
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
