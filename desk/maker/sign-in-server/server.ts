import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { createLocalJWKSet, type JWK, jwtVerify } from 'jose';
import * as v from 'valibot';
import type { Clock } from '../../../lambda/ports/clock.ts';
import { projectRoot } from '../../project-root.ts';
import { type FaultyServer, serveWithFaults } from '../server.ts';
import type { Client, SignInExchange, SignInServer, SignInServerOptions, SignInServerSettings } from './contract.ts';

const TEN_YEARS = 3_650 * 86_400;
const GOOD: Required<SignInServerSettings> = {
  accessTokenSeconds: 3_600,
  refreshTokenSeconds: TEN_YEARS,
  grantSeconds: TEN_YEARS,
  rotates: false,
  issuesRefreshToken: true,
  expiresWithSession: false,
  requiresPkce: false,
  tokens: 'jwt',
};
const TokenClaims = v.object({ sub: v.exactOptional(v.string()), client_id: v.string() });
type TokenClaims = v.InferOutput<typeof TokenClaims>;
const Introspected = v.object({ active: v.literal(true), ...TokenClaims.entries });

/** Starts oidc-provider in a thread of its own, whose time is the desk's, behind a server that faults can be injected before. */
export async function startSignInServer(options: SignInServerOptions): Promise<SignInServer> {
  const { clock, checkPassword } = options;
  const thread = await startThread(clock);
  const requests = new Map<string, number>();
  const listeners: ((exchange: SignInExchange) => void)[] = [];
  const front: FaultyServer = await serveWithFaults((request) => forward(request), {
    clock,
    pages: 'own-page',
    tell: ({ request: { method, path }, response: { status }, ms }) => {
      requests.set(path, (requests.get(path) ?? 0) + 1);
      for (const listener of listeners) listener({ method, path, status, ms });
    },
  });
  const issuer = front.url;
  let settings: Required<SignInServerSettings> = { ...GOOD, ...options.settings };
  let keys = [newKey()];
  const fixed = { issuer, key: thread.key, cookieKey: randomBytes(16).toString('hex') };
  const configure = () => thread.send({ settings: { ...fixed, ...settings, keys } });

  async function forward(request: Request): Promise<Response> {
    const { pathname, search, host } = new URL(request.url);
    const body = request.method === 'POST' ? await request.text() : undefined;
    const isSignIn = body !== undefined && pathname.startsWith('/sign-in/');
    const answered = isSignIn ? answerIn(new URLSearchParams(body), checkPassword) : {};
    const forwarded = { 'x-forwarded-host': host, 'x-forwarded-proto': 'http' };
    const headers = { ...Object.fromEntries(request.headers), ...forwarded, ...answered };
    return await thread.fetch(pathname + search, { method: request.method, headers, ...(body && { body }) });
  }

  const own: Client = { id: 'maker-cloud', secret: randomBytes(24).toString('hex') };
  const claimsOf = async (accessToken: string): Promise<TokenClaims | undefined> => {
    const isJwt = accessToken.split('.').length === 3;
    return isJwt ? await verify(accessToken, { issuer, keys, clock }) : await introspect(accessToken, own, thread);
  };
  const addClient = (client: Client) => thread.send({ client: toClient(client) });
  await configure();
  await addClient(own);
  return {
    url: issuer,
    authorizationUrl: `${issuer}/auth`,
    tokenUrl: `${issuer}/token`,
    jwksUrl: `${issuer}/jwks`,
    introspectionUrl: `${issuer}/token/introspection`,
    scope: 'lamps',
    linkClaim: 'link',
    addClient,
    async change(changes) {
      settings = { ...settings, ...changes };
      await configure();
    },
    async rotateKeys(old = 'published') {
      keys = old === 'published' ? [newKey(), ...keys] : [newKey()];
      await configure();
    },
    accountOf: async (accessToken) => {
      const claims = await claimsOf(accessToken);
      return claims?.sub === claims?.client_id ? undefined : claims?.sub;
    },
    serviceOf: async (accessToken) => {
      const claims = await claimsOf(accessToken);
      return claims?.sub === undefined || claims.sub === claims.client_id ? claims?.client_id : undefined;
    },
    inject: (fault) => front.faults.inject(fault),
    onExchange: (listener) => {
      listeners.push(listener);
    },
    requests,
    async close() {
      await front.close();
      await thread.close();
    },
  };
}

/** What a person has typed on the sign-in page, as the thread hears of it: never the password. */
function answerIn(form: URLSearchParams, check: SignInServerOptions['checkPassword']): Record<string, string> {
  if (form.get('action') === 'deny') return { 'x-desk-answer': 'deny' };
  const account = check(form.get('email') ?? '', form.get('password') ?? '');
  return account === undefined ? {} : { 'x-desk-account': account };
}

type Thread = Awaited<ReturnType<typeof startThread>>;

async function verify(
  token: string,
  { issuer, keys, clock }: { readonly issuer: string; readonly keys: readonly JWK[]; readonly clock: Clock },
): Promise<TokenClaims | undefined> {
  const key = createLocalJWKSet({ keys: keys.map(publicPart) });
  const verified = await jwtVerify(token, key, { issuer, currentDate: clock.now() }).catch(() => undefined);
  return verified && v.parse(TokenClaims, verified.payload);
}

async function introspect(token: string, { id, secret }: Client, thread: Thread): Promise<TokenClaims | undefined> {
  const response = await thread.fetch('/token/introspection', {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
    },
    body: new URLSearchParams({ token }).toString(),
  });
  const answer = v.safeParse(Introspected, await response.json());
  return answer.success ? answer.output : undefined;
}

/** The thread of oidc-provider. It answers a message when it is done. */
async function startThread(clock: Clock) {
  // oidc-provider warns of what a maker must not do in production, and of Node 20.
  const worker = new Worker(join(projectRoot(), 'desk/maker/sign-in-server/thread.mjs'), {
    stdout: true,
    stderr: true,
  });
  const answer = async (): Promise<number> => {
    const [{ port }] = (await once(worker, 'message')) as [{ port: number }];
    return port;
  };
  const port = await answer();
  const key = randomBytes(16).toString('hex');
  const now = () => clock.now().getTime();
  let last = Promise.resolve();
  return {
    key,
    /** One message at a time. */
    send(message: object): Promise<void> {
      last = last.then(async () => {
        const answered = answer();
        worker.postMessage({ ...message, now: now() });
        await answered;
      });
      return last;
    },
    async fetch(path: string, init: RequestInit): Promise<Response> {
      const headers = { ...init.headers, 'x-desk-key': key, 'x-desk-time': String(now()) };
      return await fetch(`http://127.0.0.1:${port}${path}`, { ...init, headers, redirect: 'manual' });
    },
    async close() {
      await worker.terminate();
    },
  };
}

function newKey(): JWK {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = privateKey.export({ format: 'jwk' });
  return { ...jwk, kty: 'EC', kid: randomBytes(6).toString('hex'), alg: 'ES256', use: 'sig' };
}

const publicPart = ({ d: _private, ...jwk }: JWK): JWK => jwk;

/** RFC 7591. */
const toClient = ({ id, secret, redirectUris }: Client) => ({
  client_id: id,
  client_secret: secret,
  ...(redirectUris
    ? { redirect_uris: redirectUris, grant_types: ['authorization_code', 'refresh_token'], response_types: ['code'] }
    : { redirect_uris: [], grant_types: ['client_credentials'], response_types: [] }),
});
