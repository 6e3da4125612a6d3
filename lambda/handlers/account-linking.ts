import type { LambdaFunctionURLEvent, LambdaFunctionURLResult } from 'aws-lambda';
import { createTokenMac } from '../adapters/hmac/token-mac.ts';
import { withDeadline } from '../domain/deadline.ts';
import { answerUnavailable, createLinking } from '../linking/server.ts';
import { timeLimitMs } from '../linking/time-limit.ts';
import { compose, type EnvironmentVariables, type Overrides } from './compose.ts';
import { toRequest, toResult } from './function-url.ts';
import { lazily, once } from './lazy.ts';
import { refetchable } from './refetchable.ts';

type Linking = (request: Request, remoteAddress: string) => Promise<Response>;

/** More names than any deployment has: a bound for what is kept per name. */
const MOST_ORIGINS = 10;

/**
 * The `account-linking` function, as a function from request to response: what Lambda and the desk both call.
 *
 * `PUBLIC_URLS` lists the origins of the server, separated by commas; sign-in links lead to the first one. Without it the origin of the
 * request is used: Lambda and API Gateway only pass on requests for our own names, so there are few of them.
 */
export function createAccountLinking(environment: EnvironmentVariables, overrides?: Overrides): Linking {
  const shared = compose(environment, overrides);
  if (shared.config.LINK_MODE === 'passthrough')
    throw new Error(
      "LINK_MODE=passthrough: the maker's authorization server links accounts, and this function does not",
    );
  if (shared.config.PUBLIC_URLS.length > 0) return serve(shared);
  const servers = new Map<string, Linking>();
  return (request, remoteAddress) => {
    const { origin } = new URL(request.url);
    const server = servers.get(origin) ?? serve(compose({ ...environment, PUBLIC_URLS: origin }, overrides));
    servers.set(origin, server);
    const [oldest = ''] = servers.keys();
    if (servers.size > MOST_ORIGINS) servers.delete(oldest);
    return server(request, remoteAddress);
  };
}

function serve(shared: ReturnType<typeof compose>): Linking {
  const { PUBLIC_URLS: publicUrls } = shared.config;
  const links = lazily(async () => (await shared.stores()).links);
  const noticeStore = lazily(async () => (await shared.stores()).noticeStore);
  const registry = refetchable(
    async () => (await shared.secrets()).linkingClients,
    async () => (await shared.fetchSecrets()).linkingClients,
    shared.clock,
  );
  const clients = { clients: registry.current, newerClients: registry.newer };
  const keyed = once(async () => ({ sealer: await shared.sealer(), tokenMac: await shared.ofKeys(createTokenMac) }));
  return async (request, remoteAddress) => {
    const arrivedAt = shared.clock.now();
    try {
      const stores = { links, noticeStore };
      const keys = await withDeadline(timeLimitMs(request), shared, keyed);
      const linking = createLinking({ ...shared, lampCloud: shared.cloud, ...keys, ...stores, ...clients, publicUrls });
      return await linking(request, remoteAddress, arrivedAt);
    } catch (error) {
      return await answerUnavailable(request, error, shared);
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
