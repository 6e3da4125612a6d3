import type { LambdaFunctionURLEvent, LambdaFunctionURLResult } from 'aws-lambda';
import { createTokenMac } from '../adapters/hmac/token-mac.ts';
import { answerUnavailable, createLinking } from '../linking/server.ts';
import { toRequest, toResult } from './function-url.ts';
import { lazily, once } from './lazy.ts';
import { type EnvironmentVariables, type Machine, wire } from './wire.ts';

type Linking = (request: Request, remoteAddress: string) => Promise<Response>;

/**
 * The `account-linking` function, as a function from request to response: what Lambda and the desk both call.
 *
 * `PUBLIC_URLS` lists, comma-separated, the origins at which the server is known; the first is where mend links lead. Without it the one
 * that was asked is: Lambda and API Gateway only ever pass on requests for names that are ours, so these are few.
 */
export function createAccountLinking(environment: EnvironmentVariables, machine?: Machine): Linking {
  const wired = wire(environment, machine);
  if (wired.config.PUBLIC_URLS.length > 0) return serve(wired);
  const servers = new Map<string, Linking>();
  return (request, remoteAddress) => {
    const { origin } = new URL(request.url);
    const server = servers.get(origin) ?? serve(wire({ ...environment, PUBLIC_URLS: origin }, machine));
    servers.set(origin, server);
    return server(request, remoteAddress);
  };
}

function serve(wired: ReturnType<typeof wire>): Linking {
  const { PUBLIC_URLS: publicUrls } = wired.config;
  const links = lazily(async () => (await wired.stores()).links);
  const throttle = lazily(async () => (await wired.stores()).throttle);
  const noticeStore = lazily(async () => (await wired.stores()).noticeStore);
  const clients = async () => (await wired.secrets()).linkingClients;
  const keyed = once(async () => ({ sealer: await wired.sealer(), tokenMac: await wired.ofKeys(createTokenMac) }));
  return async (request, remoteAddress) => {
    try {
      const stores = { links, throttle, noticeStore };
      const linking = createLinking({ ...wired, ...(await keyed()), ...stores, clients, publicUrls });
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
