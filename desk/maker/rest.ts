import { type Context, Hono } from 'hono';
import * as v from 'valibot';
import type { MakerAccounts, MakerSession } from './accounts.ts';
import type { MakerDevices } from './devices.ts';
import { type Handle, problem } from './server.ts';

/** Below the server's address. */
export const BASE_PATH = '/alexa/v1';
/** How many changes are remembered, for their keys. */
const MOST_KEYS = 1_000;

const SignIn = v.strictObject({ email: v.string(), password: v.string(), code: v.exactOptional(v.string()) });
const Change = v.strictObject({
  power: v.exactOptional(v.picklist(['ON', 'OFF'])),
  level: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100))),
});

/** Names something that it changes. */
const SomeChange = v.union([v.looseObject({ power: v.unknown() }), v.looseObject({ level: v.unknown() })]);

/** The calls of the contract. */
export function createRest(accounts: MakerAccounts, devices: MakerDevices): Handle {
  const app = new Hono().basePath(BASE_PATH);
  const answers = new Map<string, object>();
  const signedIn =
    (answer: (session: MakerSession, context: Context) => Response | Promise<Response>) => async (context: Context) => {
      const token = /^Bearer (\S+)$/.exec(context.req.header('authorization') ?? '')?.[1] ?? '';
      const onBehalfOf = context.req.header('x-account-id');
      // The service reads, and does nothing else.
      if (onBehalfOf !== undefined && context.req.method !== 'GET') return problem(400, 'malformed');
      const session = await accounts.session(token, onBehalfOf);
      if (!session) return problem(401, 'session-ended');
      return accounts.has(session.accountId) ? answer(session, context) : problem(404, 'account-not-found');
    };

  app.post('/sessions', async ({ req }) => {
    const asked = v.safeParse(SignIn, await req.json().catch(() => undefined));
    if (!asked.success) return problem(400, 'malformed');
    const { email, password, code } = asked.output;
    const result = accounts.signIn(email, password, code);
    if (!('refused' in result)) return Response.json(result, { status: 201 });
    return problem(result.refused === 'locked' ? 403 : 401, result.refused);
  });
  app.delete(
    '/sessions/current',
    signedIn(({ accessToken }) => {
      accounts.end(accessToken);
      return new Response(null, { status: 204 });
    }),
  );
  app.get(
    '/devices',
    signedIn(({ accountId }) => Response.json({ devices: devices.of(accountId) })),
  );
  app.get(
    '/devices/:id',
    signedIn(({ accountId }, { req }) => {
      const record = devices.record(accountId, req.param('id') ?? '');
      return record ? Response.json(record) : problem(404, 'device-not-found');
    }),
  );
  app.patch(
    '/devices/:id',
    signedIn(async ({ accountId }, { req }) => {
      const id = req.param('id') ?? '';
      const key = req.header('idempotency-key');
      if (!devices.record(accountId, id)) return problem(404, 'device-not-found');
      if (!key) return problem(400, 'malformed');
      const answered = answers.get(`${accountId} ${key}`);
      if (answered) return Response.json(answered);
      const asked: unknown = await req.json().catch(() => undefined);
      if (!v.is(SomeChange, asked)) return problem(400, 'malformed');
      const change = v.safeParse(Change, asked);
      const { dimmable, online } = devices.traits(id);
      if (!change.success || (change.output.level !== undefined && !dimmable)) return problem(422, 'invalid-value');
      if (!online) return problem(409, 'device-offline');
      devices.change(id, change.output, 'our-write');
      const record = devices.record(accountId, id) ?? {};
      if (answers.size >= MOST_KEYS) answers.clear();
      answers.set(`${accountId} ${key}`, record);
      return Response.json(record);
    }),
  );
  app.notFound(() => problem(404, 'malformed'));
  return (request) => app.fetch(request);
}
