import { generateKeyPairSync } from 'node:crypto';
import { decodeProtectedHeader, jwtVerify } from 'jose';
import { type Answered, type Asked, json, serveLoopback } from './loopback.ts';

// The settings APIs of six authorization servers, as far as the audit of a maker's server reads them, on one loopback server. Paths,
// fields, defaults, paging and errors are those of the vendors' documentation; what an update leaves out is reset where the vendor does so.

type Fields = Record<string, unknown>;

/** What the APIs show, and can be changed by a test. */
export interface SettingsState {
  cognito: { client: Fields; secrets: readonly string[] };
  auth0: { application: Fields; api: Fields; tenant: Fields };
  keycloak: { realm: Fields; client: Fields };
  okta: { policies: readonly Fields[]; rules: Record<string, Fields[]>; app: Fields; secrets: readonly Fields[] };
  entra: { application: Fields; policies: readonly Fields[]; assigned: readonly Fields[] };
  hydra: { client: Fields };
}

/** Instead of an answer. */
export interface SettingsFault {
  readonly path: RegExp;
  readonly answer: Answered;
  /** How often; always by default. */
  times?: number;
}

export const ADMIN_TOKEN = 'canary-admin-token';
export const ADMIN_SECRET = 'canary-admin-secret';
/** Of the client `auditor`, which signs its requests with it. The server knows its public half by this id. */
export const ADMIN_KEY = generateKeyPairSync('ec', { namedCurve: 'P-256' });
export const ADMIN_KEY_ID = 'key-1';

export interface SettingsApis {
  readonly url: string;
  readonly state: SettingsState;
  faults: SettingsFault[];
  /** Method and path of every request. */
  readonly asked: string[];
  close(): Promise<void>;
}

/** @param now the time by which a signed request is good */
export async function startSettingsApis(state: SettingsState, now: () => Date): Promise<SettingsApis> {
  const apis = { state, faults: [] as SettingsFault[], asked: [] as string[] };
  const server = await serveLoopback(async (asked) => {
    const { method, url, headers } = asked;
    const target = String(headers['x-amz-target'] ?? '');
    const name = `${method} ${url.pathname}${url.search}${target && ` ${target}`}`;
    apis.asked.push(name);
    const fault = apis.faults.find(({ path, times = 1 }) => path.test(name) && times > 0);
    if (fault?.times !== undefined) fault.times -= 1;
    if (fault) return fault.answer;
    if (target) return cognito(target.split('.')[1] ?? '', asked, apis.state.cognito);
    return (await route(asked, apis.state, now())) ?? json(404, { error: 'not_found' });
  });
  return Object.assign(apis, { url: server.url, close: () => server.close() });
}

const bodyOf = ({ body }: Asked): Fields => JSON.parse(body.toString()) as Fields;

// Amazon Cognito: JSON 1.1 with a signature; errors have status 400.

function cognito(action: string, asked: Asked, state: SettingsState['cognito']): Answered {
  const { authorization = '' } = asked.headers;
  if (!/^AWS4-HMAC-SHA256 .*SignedHeaders=[^,]*x-amz-target/.test(authorization))
    return awsError('InvalidSignatureException');
  const { UserPoolId, ClientId, NextToken, ...more } = bodyOf(asked);
  if (UserPoolId !== state.client.UserPoolId || ClientId !== state.client.ClientId)
    return awsError('ResourceNotFoundException');
  if (action === 'DescribeUserPoolClient')
    return json(200, { UserPoolClient: { ...state.client, ClientSecret: 'canary-client-secret-of-describe' } });
  if (action === 'UpdateUserPoolClient') {
    // What is not named is set to its default.
    state.client = {
      UserPoolId,
      ClientId,
      CreationDate: state.client.CreationDate,
      LastModifiedDate: 1_790_000_000,
      ...more,
    };
    return json(200, { UserPoolClient: state.client });
  }
  if (action !== 'ListUserPoolClientSecrets') return awsError('UnknownOperationException');
  const index = Number(NextToken ?? 0);
  const ClientSecrets = state.secrets
    .slice(index, index + 1)
    .map((id) => ({ ClientSecretId: id, ClientSecretCreateDate: 1 }));
  const next = index + 1 < state.secrets.length ? { NextToken: String(index + 1) } : {};
  return json(200, { ClientSecrets, ...next });
}

export const awsError = (name: string): Answered => json(400, { __type: name, message: 'canary-message' });

// The others are REST with a bearer token.

async function route(asked: Asked, state: SettingsState, now: Date): Promise<Answered | undefined> {
  const { method, url, headers, body } = asked;
  const path = decodeURIComponent(url.pathname);
  // Hydra's admin port asks for no credential.
  if (path.startsWith('/admin/clients/')) return hydra(method, path, asked, state.hydra);
  if (method === 'POST' && /\/token$/.test(path))
    return await tokenAnswer(url, new URLSearchParams(body.toString()), now);
  const isAllowed =
    /^(?:Bearer|SSWS) /.test(headers.authorization ?? '') && headers.authorization?.endsWith(ADMIN_TOKEN);
  if (!isAllowed) return json(401, { error: 'Unauthorized', message: 'Invalid token' });
  return (
    auth0(method, path, asked, state.auth0) ??
    keycloak(path, url, state.keycloak) ??
    okta(method, path, url, asked, state.okta) ??
    entra(path, url, state.entra, url.origin)
  );
}

async function tokenAnswer({ origin, pathname }: URL, form: URLSearchParams, now: Date): Promise<Answered> {
  const assertion = form.get('client_assertion');
  const isOkta = pathname === '/oauth2/v1/token';
  const isJwt = form.get('client_assertion_type') === 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
  const isKnown =
    isJwt && assertion !== null
      ? await isSigned(assertion, `${origin}${pathname}`, now)
      : form.get('client_id') === 'auditor' && form.get('client_secret') === ADMIN_SECRET && !isOkta;
  if (form.get('grant_type') !== 'client_credentials') return json(400, { error: 'unsupported_grant_type' });
  if (!isKnown) return json(401, { error: 'invalid_client', error_description: 'canary-message' });
  const scopes = form.get('scope')?.split(' ') ?? [];
  if (isOkta && scopes.some((scope) => !/^okta\.(?:apps|authorizationServers)\.read$/.test(scope)))
    return json(400, { error: 'invalid_scope' });
  return json(200, { access_token: ADMIN_TOKEN, token_type: 'Bearer', expires_in: 300 });
}

/** RFC 7523 section 3. Each server names itself in its own way: Okta and Keycloak by the token address, Auth0 by its origin. */
async function isSigned(assertion: string, tokenUrl: string, now: Date): Promise<boolean> {
  const { origin, pathname } = new URL(tokenUrl);
  const realm = /^(.*\/realms\/[^/]+)\//.exec(tokenUrl)?.[1];
  const audience = pathname === '/oauth/token' ? `${origin}/` : (realm ?? tokenUrl);
  if (decodeProtectedHeader(assertion).kid !== ADMIN_KEY_ID) return false;
  const requiredClaims = ['iss', 'sub', 'aud', 'exp', 'jti'];
  const options = { audience, issuer: 'auditor', subject: 'auditor', requiredClaims, currentDate: now };
  return await jwtVerify(assertion, ADMIN_KEY.publicKey, options).then(
    // Okta takes none that is good for more than an hour.
    ({ payload: { exp = 0 } }) => exp * 1000 - now.getTime() <= 3_600_000,
    () => false,
  );
}

function auth0(method: string, path: string, asked: Asked, state: SettingsState['auth0']): Answered | undefined {
  const part = (
    [
      ['/api/v2/clients/alexa', 'application'],
      ['/api/v2/resource-servers/https://lamps.acme.example', 'api'],
      ['/api/v2/tenants/settings', 'tenant'],
    ] as const
  ).find(([known]) => path === known)?.[1];
  if (!part) return undefined;
  // A PATCH replaces the fields that it names, and each of them whole.
  if (method === 'PATCH') state[part] = { ...state[part], ...bodyOf(asked) };
  const fields = asked.url.searchParams.get('fields')?.split(',');
  return json(
    200,
    Object.fromEntries(Object.entries(state[part]).filter(([name]) => !fields || fields.includes(name))),
  );
}

function keycloak(path: string, url: URL, { realm, client }: SettingsState['keycloak']): Answered | undefined {
  if (path === '/auth/admin/realms/acme' || path === '/admin/realms/acme') return json(200, realm);
  if (!path.endsWith('/admin/realms/acme/clients')) return undefined;
  return json(200, url.searchParams.get('clientId') === client.clientId ? [client] : []);
}

function okta(
  method: string,
  path: string,
  url: URL,
  asked: Asked,
  state: SettingsState['okta'],
): Answered | undefined {
  const rule = /\/policies\/(\w+)\/rules\/(\w+)$/.exec(path);
  if (rule && method === 'PUT') {
    const [, policy = '', id] = rule;
    const rest = state.rules[policy]?.filter((one) => one.id !== id) ?? [];
    state.rules = { ...state.rules, [policy]: [...rest, { id, ...bodyOf(asked) }] };
    return json(200, {});
  }
  if (path === '/api/v1/apps/alexa') return json(200, state.app);
  if (path === '/api/v1/apps/alexa/credentials/secrets') return json(200, state.secrets);
  if (path === '/api/v1/authorizationServers/default/policies') return linked(state.policies, url);
  const policy = /^\/api\/v1\/authorizationServers\/default\/policies\/(\w+)\/rules$/.exec(path)?.[1];
  return policy === undefined ? undefined : linked(state.rules[policy] ?? [], url);
}

/** One entry a page, the next one in a header. */
function linked(all: readonly Fields[], url: URL): Answered {
  const index = Number(url.searchParams.get('after') ?? 0);
  const next =
    index + 1 < all.length ? { link: `<${url.origin}${url.pathname}?after=${index + 1}>; rel="next"` } : undefined;
  const answer = json(200, all.slice(index, index + 1));
  return { ...answer, headers: { ...answer.headers, ...next } };
}

function entra(path: string, url: URL, state: SettingsState['entra'], origin: string): Answered | undefined {
  if (path === "/v1.0/applications(appId='alexa')") return json(200, state.application);
  if (path === '/v1.0/applications/object-1/tokenLifetimePolicies') return json(200, { value: state.assigned });
  if (path !== '/v1.0/policies/tokenLifetimePolicies') return undefined;
  const index = Number(url.searchParams.get('$skiptoken') ?? 0);
  const next =
    index + 1 < state.policies.length ? { '@odata.nextLink': `${origin}${path}?$skiptoken=${index + 1}` } : {};
  return json(200, { value: state.policies.slice(index, index + 1), ...next });
}

/** `PATCH` takes a JSON Patch (RFC 6902), `PUT .../lifespans` replaces all lengths. */
function hydra(method: string, path: string, asked: Asked, state: SettingsState['hydra']): Answered {
  const client = state.client;
  if (!/^\/admin\/clients\/alexa(?:\/lifespans)?$/.test(path))
    return json(404, { error: 'Unable to locate the resource' });
  if (method === 'PUT') {
    const others = Object.entries(client).filter(([name]) => !name.endsWith('_lifespan'));
    state.client = { ...Object.fromEntries(others), ...bodyOf(asked) };
  }
  if (method === 'PATCH')
    for (const { op, path: at, value } of JSON.parse(asked.body.toString()) as readonly Patch[]) {
      const [name = '', index] = at.slice(1).split('/');
      const list = client[name];
      state.client = {
        ...state.client,
        [name]: op === 'add' && index === '-' && Array.isArray(list) ? [...list, value] : value,
      };
    }
  return json(200, state.client);
}

interface Patch {
  readonly op: string;
  readonly path: string;
  readonly value: unknown;
}
