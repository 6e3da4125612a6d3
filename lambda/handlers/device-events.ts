import type { LambdaFunctionURLEvent, LambdaFunctionURLResult } from 'aws-lambda';
import { takeDeviceEvents } from '../reports/device-events.ts';
import { toRequest, toResult } from './function-url.ts';
import { lazily } from './lazy.ts';
import { type EnvironmentVariables, type Machine, wire } from './wire.ts';

/** The `device-events` function: what a device cloud pushes over HTTP goes into the report queue. */
export function createDeviceEvents(
  environment: EnvironmentVariables,
  machine?: Machine,
): (request: Request) => Promise<Response> {
  const wired = wire(environment, machine);
  const seenIds = lazily(async () => (await wired.stores()).seenIds);
  const ports = { ...wired, seenIds, key: async () => (await wired.secrets()).deviceEventsKey };
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
