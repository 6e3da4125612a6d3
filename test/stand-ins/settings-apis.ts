import { type Answered, type Asked, json, serveLoopback } from './loopback.ts';

// The settings APIs of five authorization servers, as far as the audit of a maker's server reads them, on one loopback server. Paths,
// fields, defaults, paging and errors are those of the vendors' documentation; what an update leaves out is reset where the vendor does so.

type Fields = Record<string, unknown>;

/** What the APIs show, and can be changed by a test. */
export interface SettingsState {
  cognito: { client: Fields; secrets: readonly string[] };
  auth0: { application: Fields; api: Fields; tenant: Fields };
  keycloak: { realm: Fields; client: Fields };
  okta: { policies: readonly Fields[]; rules: Record<string, Fields[]>; app: Fields; secrets: readonly Fields[] };
  entra: { application: Fields; policies: readonly Fields[]; assigned: readonly Fields[] };
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

export interface SettingsApis {
  readonly url: string;
  readonly state: SettingsState;
  faults: SettingsFault[];
  /** Method and path of every request. */
  readonly asked: string[];
  close(): Promise<void>;
}

export async function startSettingsApis(state: SettingsState): Promise<SettingsApis> {
  const apis = { state, faults: [] as SettingsFault[], asked: [] as string[] };
  const server = await serveLoopback((asked) => {
    const { method, url, headers } = asked;
    const target = String(headers['x-amz-target'] ?? '');
    const name = `${method} ${url.pathname}${url.search}${target && ` ${target}`}`;
    apis.asked.push(name);
    const fault = apis.faults.find(({ path, times = 1 }) => path.test(name) && times > 0);
    if (fault?.times !== undefined) fault.times -= 1;
    if (fault) return fault.answer;
    if (target) return cognito(target.split('.')[1] ?? '', asked, apis.state.cognito);
    return route(asked, apis.state, `${url.origin}`) ?? json(404, { error: 'not_found' });
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

function route(asked: Asked, state: SettingsState, origin: string): Answered | undefined {
  const { method, url, headers, body } = asked;
  const path = decodeURIComponent(url.pathname);
  if (method === 'POST' && /\/token$/.test(path)) return tokenAnswer(new URLSearchParams(body.toString()));
  const isAllowed =
    /^(?:Bearer|SSWS) /.test(headers.authorization ?? '') && headers.authorization?.endsWith(ADMIN_TOKEN);
  if (!isAllowed) return json(401, { error: 'Unauthorized', message: 'Invalid token' });
  return (
    auth0(method, path, asked, state.auth0) ??
    keycloak(path, url, state.keycloak) ??
    okta(method, path, url, asked, state.okta) ??
    entra(path, url, state.entra, origin)
  );
}

function tokenAnswer(form: URLSearchParams): Answered {
  const isKnown = form.get('client_id') === 'auditor' && form.get('client_secret') === ADMIN_SECRET;
  if (form.get('grant_type') !== 'client_credentials') return json(400, { error: 'unsupported_grant_type' });
  if (!isKnown) return json(401, { error: 'invalid_client', error_description: 'canary-message' });
  return json(200, { access_token: ADMIN_TOKEN, token_type: 'Bearer', expires_in: 300 });
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
