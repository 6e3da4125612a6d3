import * as v from 'valibot';
import { type Keys, signedHeaders } from '../deploy/aws/sign.ts';
import type { FunctionSettings, Permission } from './target.ts';

/** The part of Lambda's API that preflight uses: five requests, which need no client library of their own. */
export interface LambdaApi {
  settings(awsRegion: string, name: string): Promise<FunctionSettings>;
  permissions(awsRegion: string, name: string): Promise<Permission[]>;
  invoke(awsRegion: string, name: string, event: unknown): Promise<unknown>;
  /** Concurrent executions of the account in a region. */
  accountConcurrency(awsRegion: string): Promise<{ readonly limit: number; readonly unreserved: number }>;
  /** Nothing where the function has none reserved. */
  reservedConcurrency(awsRegion: string, name: string): Promise<number | undefined>;
}

const TIMEOUT_MS = 20_000;

const Settings = v.object({
  FunctionArn: v.string(),
  Timeout: v.number(),
  MemorySize: v.number(),
  Environment: v.optional(v.object({ Variables: v.optional(v.record(v.string(), v.string()), {}) })),
});

const AccountSettings = v.object({
  AccountLimit: v.object({ ConcurrentExecutions: v.number(), UnreservedConcurrentExecutions: v.number() }),
});
const Concurrency = v.object({ ReservedConcurrentExecutions: v.optional(v.number()) });

const textOrList = v.union([v.string(), v.array(v.string())]);
const Principal = v.union([v.string(), v.object({ Service: v.optional(textOrList), AWS: v.optional(textOrList) })]);
const Policy = v.object({
  Statement: v.array(
    v.object({
      Effect: v.string(),
      Principal,
      Action: textOrList,
      Condition: v.optional(v.record(v.string(), v.record(v.string(), v.unknown())), {}),
    }),
  ),
});

/** @see https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html */
export function createLambdaApi(keys: () => Promise<Keys>, environment = process.env): LambdaApi {
  const ask = async (awsRegion: string, method: string, path: string, body = '') => {
    const base =
      environment.AWS_ENDPOINT_URL_LAMBDA ||
      environment.AWS_ENDPOINT_URL ||
      `https://lambda.${awsRegion}.amazonaws.com`;
    const url = new URL(path, base);
    const scope = { service: 'lambda', region: awsRegion, at: new Date() };
    const headers = signedHeaders(url.host, 'application/json', body, await keys(), scope, [method, path]);
    const response = await fetch(url, {
      method,
      headers,
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(method === 'POST' && { body }),
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  const refused = (what: string, name: string, status: number) =>
    new Error(`Lambda answers ${status} when asked for ${what} of ${name}`);
  return {
    async settings(awsRegion, name) {
      const { status, text } = await ask(awsRegion, 'GET', `/2015-03-31/functions/${name}/configuration`);
      if (status !== 200) throw refused('the settings', name, status);
      const { FunctionArn: arn, Timeout, MemorySize, Environment } = v.parse(Settings, JSON.parse(text));
      return { arn, timeoutSeconds: Timeout, memoryMb: MemorySize, environment: Environment?.Variables ?? {} };
    },
    async permissions(awsRegion, name) {
      const { status, text } = await ask(awsRegion, 'GET', `/2015-03-31/functions/${name}/policy`);
      if (status === 404) return []; // nobody may
      if (status !== 200) throw refused('the policy', name, status);
      const { Policy: policy } = v.parse(v.object({ Policy: v.string() }), JSON.parse(text));
      return v.parse(Policy, JSON.parse(policy)).Statement.flatMap(toPermissions);
    },
    async invoke(awsRegion, name, event) {
      const path = `/2015-03-31/functions/${name}/invocations`;
      const { status, headers, text } = await ask(awsRegion, 'POST', path, JSON.stringify(event));
      if (status !== 200) throw refused('an answer', name, status);
      // The error text could contain secrets of the function.
      if (headers.has('x-amz-function-error'))
        throw new Error(`${name} breaks: ${headers.get('x-amz-function-error')}`);
      return JSON.parse(text) as unknown;
    },
    async accountConcurrency(awsRegion) {
      const { status, text } = await ask(awsRegion, 'GET', '/2016-08-19/account-settings/');
      if (status !== 200) throw refused('the concurrency', 'the account', status);
      const { AccountLimit } = v.parse(AccountSettings, JSON.parse(text));
      return {
        limit: AccountLimit.ConcurrentExecutions,
        unreserved: AccountLimit.UnreservedConcurrentExecutions,
      };
    },
    async reservedConcurrency(awsRegion, name) {
      const { status, text } = await ask(awsRegion, 'GET', `/2019-09-30/functions/${name}/concurrency`);
      if (status !== 200) throw refused('the concurrency', name, status);
      return v.parse(Concurrency, JSON.parse(text)).ReservedConcurrentExecutions;
    },
  };
}

function toPermissions(statement: v.InferOutput<typeof Policy>['Statement'][number]): Permission[] {
  if (statement.Effect !== 'Allow') return [];
  const { Principal: who, Action, Condition } = statement;
  const principals = typeof who === 'string' ? [who] : [who.Service ?? [], who.AWS ?? []].flat();
  const token = Object.values(Condition)
    .flatMap((tests) => Object.entries(tests))
    .find(([name]) => name.toLowerCase() === 'lambda:eventsourcetoken')?.[1];
  return principals.flatMap((principal) =>
    [Action].flat().map((action) => ({
      principal,
      action,
      ...(typeof token === 'string' && { eventSourceToken: token }),
    })),
  );
}
