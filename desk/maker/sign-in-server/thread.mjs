// The thread of the maker's sign-in server: oidc-provider, with the time that the desk has. It reads the time of this process, and has
// no other clock: so it has a thread of its own, whose `Date` answers what the desk says with each request.
import { createServer } from 'node:http';
import { parentPort } from 'node:worker_threads';
import Provider, { interactionPolicy } from 'oidc-provider/lib/index.js';
import { signInPage } from './page.mjs';
import { createStorage } from './storage.mjs';

const RESOURCE = 'https://lamps.acme.example';
const SCOPE = 'lamps offline_access';

let nowMs = Date.now();
globalThis.Date = class extends Date {
  constructor(...args) {
    if (args.length === 0) super(nowMs);
    else super(...args);
  }
  static now() {
    return nowMs;
  }
};

const storage = createStorage();
let provider;

/** A setting of oidc-provider; left out where its own default is to hold. */
const unlessDefault = (value, toSetting) => (value === 'default' ? {} : toSetting(value));

function configure({ tokens, keys, accessTokenSeconds, refreshTokenSeconds, grantSeconds, ...settings }) {
  const format = tokens === 'jwt' ? { accessTokenFormat: 'jwt', jwt: { sign: { alg: 'ES256' } } } : {};
  const lives = { accessTokenSeconds: 'AccessToken', refreshTokenSeconds: 'RefreshToken', grantSeconds: 'Grant' };
  const ttl = Object.entries({ accessTokenSeconds, refreshTokenSeconds, grantSeconds }).map(([name, seconds]) =>
    unlessDefault(seconds, () => ({ [lives[name]]: seconds })),
  );
  return {
    adapter: storage.Adapter,
    jwks: { keys },
    cookies: { keys: [settings.cookieKey] },
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    ttl: Object.assign({ Interaction: 3_600, Session: 14 * 86_400, ClientCredentials: 3_600 }, ...ttl),
    ...unlessDefault(settings.rotates, (rotates) => ({ rotateRefreshToken: rotates })),
    ...unlessDefault(settings.issuesRefreshToken, (issues) => ({ issueRefreshToken: () => issues })),
    ...unlessDefault(settings.expiresWithSession, (expires) => ({ expiresWithSession: () => expires })),
    scopes: SCOPE.split(' '),
    ...unlessDefault(settings.requiresPkce, (requires) => ({ pkce: { required: () => requires } })),
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    // Stays the same at each refresh of one link, and differs between two.
    extraTokenClaims: (_, token) => (token.grantId ? { link: token.grantId } : undefined),
    interactions: { policy: askEachTime(), url: (_, { uid }) => `/sign-in/${uid}` },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      introspection: { enabled: true, allowedPolicy: () => true },
      revocation: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => RESOURCE,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({ scope: SCOPE, audience: RESOURCE, ...format }),
      },
    },
  };
}

/** Each link is a sign-in and a grant of its own: with one grant for two Amazon accounts, the end of one would end the other. */
function askEachTime() {
  const policy = interactionPolicy.base();
  const { Check } = interactionPolicy;
  policy
    .get('login')
    .checks.add(
      new Check('asked_each_time', 'asks who it is', (ctx) =>
        ctx.oidc.result?.login ? Check.NO_NEED_TO_PROMPT : Check.REQUEST_PROMPT,
      ),
    );
  return policy;
}

/** The person's answer is in headers: the desk knows the maker's accounts, and has checked the password. */
async function signIn(request, response) {
  const { uid, params } = await provider.interactionDetails(request, response);
  const { 'x-desk-account': accountId, 'x-desk-answer': answer } = request.headers;
  if (request.method === 'POST' && answer === 'deny') {
    return await provider.interactionFinished(request, response, { error: 'access_denied' });
  }
  if (request.method !== 'POST' || !accountId) {
    response.writeHead(request.method === 'POST' ? 401 : 200, { 'content-type': 'text/html; charset=utf-8' });
    return response.end(signInPage(uid, request.method === 'POST'));
  }
  const grant = new provider.Grant({ accountId, clientId: params.client_id });
  grant.addOIDCScope(SCOPE);
  grant.addResourceScope(RESOURCE, SCOPE);
  const consent = { grantId: await grant.save() };
  return await provider.interactionFinished(request, response, { login: { accountId }, consent });
}

const server = createServer((request, response) => {
  if (request.headers['x-desk-key'] !== key) return response.writeHead(403).end();
  nowMs = Number(request.headers['x-desk-time']);
  if (!request.url.startsWith('/sign-in/')) return provider.callback()(request, response);
  signIn(request, response).catch((error) => response.writeHead(400).end(error.message));
});
let key;

parentPort.on('message', async ({ settings, client, now }) => {
  nowMs = now;
  if (settings) {
    key = settings.key;
    provider = new Provider(settings.issuer, configure(settings));
    provider.proxy = true;
  }
  if (client) await new storage.Adapter('Client').upsert(client.client_id, client);
  parentPort.postMessage({ port: server.address().port });
});
server.listen(0, '127.0.0.1', () => parentPort.postMessage({ port: server.address().port }));
