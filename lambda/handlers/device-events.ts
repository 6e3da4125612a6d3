import type { LambdaFunctionURLEvent, LambdaFunctionURLResult } from 'aws-lambda';
import { takeDeviceEvents } from '../watch/device-events.ts';
import { compose, type EnvironmentVariables, type Overrides } from './compose.ts';
import { toRequest, toResult } from './function-url.ts';
import { lazily } from './lazy.ts';
import { refetchable } from './refetchable.ts';

/** The `device-events` function: what a device cloud pushes over HTTP goes into the report queue. */
export function createDeviceEvents(
  environment: EnvironmentVariables,
  overrides?: Overrides,
): (request: Request) => Promise<Response> {
  const shared = compose(environment, overrides, { withoutCloud: true });
  const idempotency = lazily(async () => (await shared.stores()).idempotency);
  const key = refetchable(
    async () => (await shared.secrets()).deviceEventsKey,
    async () => (await shared.fetchSecrets()).deviceEventsKey,
    shared.clock,
  );
  const accountIds = shared.passthrough?.accountIds;
  const ports = { ...shared, idempotency, key, ...(accountIds && { accountIds }) };
  return (request) => takeDeviceEvents(request, ports);
}

let take: ReturnType<typeof createDeviceEvents> | undefined;

/** What Lambda calls, for a function URL or an HTTP API. */
export const handler = async (event: LambdaFunctionURLEvent): Promise<LambdaFunctionURLResult> => {
  take ??= createDeviceEvents(process.env);
  const request = toRequest(event);
  if (!request) return { statusCode: 400, body: '' };
  return await toResult(await take(request));
};
