import * as v from 'valibot';
import { parseJson } from '../../basics/json.ts';
import type { CloudSession } from '../../ports/device-cloud.ts';
import { SessionRejected } from '../../ports/errors.ts';

const DAY_MS = 24 * 3_600_000;
/** What every client has seen as `ttl`; used only where an answer does not say. */
const USUAL_LIFE_MS = 60 * DAY_MS;

const UserId = v.union([v.pipe(v.number(), v.safeInteger()), v.pipe(v.string(), v.minLength(1))]);

/**
 * The login answer without the person's own data. REST takes `id` alone, the push channel the whole object: with the bare token it stays
 * silent (github.com/tbaur/homebridge-myleviton).
 */
const Login = v.object({
  id: v.pipe(v.string(), v.minLength(1)),
  userId: UserId,
  // LoopBack knows -1 as "never ends"; what is no sensible number of seconds counts as not said.
  ttl: v.fallback(v.optional(v.pipe(v.number(), v.minValue(1), v.maxValue(1e10))), undefined),
  created: v.fallback(
    v.optional(
      v.pipe(
        v.string(),
        v.check((text) => !Number.isNaN(Date.parse(text))),
      ),
    ),
    undefined,
  ),
  scopes: v.fallback(v.nullish(v.union([v.string(), v.array(v.string())])), undefined),
  rememberMe: v.fallback(v.nullish(v.boolean()), undefined),
});
export type Login = v.InferOutput<typeof Login>;

/** @returns the session of a login answer, or nothing when the answer is none */
export function toSession(body: unknown, now: Date): CloudSession | undefined {
  const login = v.safeParse(Login, body);
  if (!login.success) return undefined;
  const { userId, ttl, created } = login.output;
  const lifeMs = ttl === undefined ? USUAL_LIFE_MS : ttl * 1000;
  const from = created === undefined || ttl === undefined ? now.getTime() : Date.parse(created);
  return {
    accountId: String(userId),
    expiresAt: new Date(from + lifeMs).toISOString(),
    credential: JSON.stringify(login.output),
  };
}

/** @throws SessionRejected when the credential is none of this adapter's, so that a new sign-in follows */
export function toLogin({ credential }: CloudSession): Login {
  const login = v.safeParse(Login, parseJson(credential));
  // The parser's own message would quote the credential.
  if (!login.success) throw new SessionRejected('the session has no credential of this device cloud');
  return login.output;
}
