import { parseArgs } from 'node:util';
import type { Clock } from '../../../lambda/ports/clock.ts';
import { Failure } from '../../deploy/failure.ts';
import { redirectUris } from '../../deploy/secret-entry.ts';
import { type Discovery, discover } from './flow/discovery.ts';
import { KINDS, type Kind, kindOf, type MakerServer } from './server.ts';

export const MAKER_HELP = `npm run preflight -- --maker [OPTIONS]     audits a maker's own authorization server before people link with it

  --issuer URL          the issuer, with its path. Without it and --client-id: the server that account linking of the deployed skill is set to
  --client-id ID        the client of the skill at that server
  --scopes "a b"        the scopes of account linking at Amazon
  --server KIND         ${Object.keys(KINDS).join(', ')};
                        default: by the issuer
  --authorize-url URL   as at Amazon; default: what the server names
  --token-url URL       as at Amazon; default: what the server names
  --redirect-uri URL    where the browser comes back to, default http://127.0.0.1:8976/callback. Register it for this client.
                        With one of Alexa's, paste the address that the browser ends at.
  --vendor-id ID        your vendor id at Amazon: then it is tried whether all of Alexa's redirect addresses are registered
  --pkce                PKCE is switched on at Amazon
  --client-auth WAY     basic (default) or body: the scheme of account linking at Amazon
  --api-url URL         an address of your API that takes an access token: then it is tried whether an older one still works
  --settings FILE       hydra, b2c, oidc-provider: their settings as JSON
  --admin-url URL       hydra: its admin API, as http://127.0.0.1:4445, which shows the client
  --no-sign-in          reads the settings only
  --json                output as JSON

Secrets come from the environment; what is missing is asked for at a terminal, and never shown.
  MAKER_CLIENT_SECRET   the secret of the client. Without it the linking flow is not played.
  MAKER_ADMIN_TOKEN     auth0, keycloak, okta, entra, b2c: a token that may read settings (Ory Network: an API key), or
  MAKER_ADMIN_CLIENT_ID with the client's secret or private key, which gets one:
  MAKER_ADMIN_CLIENT_SECRET                      auth0, keycloak, entra, b2c
  MAKER_ADMIN_PRIVATE_KEY, MAKER_ADMIN_KEY_ID    okta, auth0, keycloak: PEM or JWK (private_key_jwt); the id where there are several
  AWS_ACCESS_KEY_ID, AWS_PROFILE, ...                cognito: the usual variables of AWS

Somebody signs in 13 times (12 with --pkce), as each probe has a link of its own, and the links stay: use an account for tests.
Exit code: 0 nothing is wrong, 1 a practice is not met or could not be checked, 2 wrong options.
`;

const text = { type: 'string' } as const;
const flag = { type: 'boolean', default: false } as const;

const OPTIONS = {
  maker: flag,
  issuer: text,
  'client-id': text,
  scopes: text,
  server: text,
  'authorize-url': text,
  'token-url': text,
  'redirect-uri': { ...text, default: 'http://127.0.0.1:8976/callback' },
  'vendor-id': text,
  pkce: flag,
  'client-auth': { ...text, default: 'basic' },
  'api-url': text,
  settings: text,
  'admin-url': text,
  'no-sign-in': flag,
  json: flag,
  help: flag,
} as const;

export interface MakerOptions {
  /** Both absent: the server that Amazon is set to for what is deployed. */
  readonly issuer?: string;
  readonly clientId?: string;
  readonly scopes?: readonly string[];
  readonly kind?: Kind;
  readonly authorizationUrl?: string;
  readonly tokenUrl?: string;
  readonly redirectUri: string;
  /** Those of the vendor id; absent: not known. */
  readonly redirectUris?: readonly string[];
  readonly pkce: boolean;
  readonly clientAuthentication: 'basic' | 'body';
  readonly apiUrl?: string;
  readonly settingsFile?: string;
  readonly adminUrl?: string;
  readonly signIn: boolean;
  readonly json: boolean;
}

/**
 * @returns `help`, where it was asked for
 * @throws an Error with one sentence
 */
export function readMakerOptions(args: readonly string[]): MakerOptions | 'help' {
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  if (values.help) return 'help';
  const { issuer, 'client-id': clientId, 'client-auth': clientAuthentication } = values;
  if ((issuer === undefined) !== (clientId === undefined)) throw new Error('--issuer and --client-id go together');
  const urls = [
    issuer,
    values['authorize-url'],
    values['token-url'],
    values['redirect-uri'],
    values['api-url'],
    values['admin-url'],
  ];
  for (const url of urls)
    if (url !== undefined && !/^https?:$/.test(protocolOf(url))) throw new Error(`${url} is not an address`);
  if (clientAuthentication !== 'basic' && clientAuthentication !== 'body')
    throw new Error('--client-auth is basic or body');
  const vendorId = values['vendor-id'] ?? OF_ALEXA.exec(values['redirect-uri'])?.[1];
  if (vendorId !== undefined && !/^\w+$/.test(vendorId)) throw new Error(`${vendorId} is not a vendor id`);
  return {
    ...(issuer && clientId && { issuer, clientId }),
    ...(values.scopes && { scopes: values.scopes.split(/\s+/).filter((scope) => scope !== '') }),
    ...(values.server && { kind: toKind(values.server) }),
    redirectUri: values['redirect-uri'],
    ...(vendorId !== undefined && { redirectUris: redirectUris(vendorId) }),
    pkce: values.pkce,
    clientAuthentication,
    signIn: !values['no-sign-in'],
    json: values.json,
    ...(values['authorize-url'] && { authorizationUrl: values['authorize-url'] }),
    ...(values['token-url'] && { tokenUrl: values['token-url'] }),
    ...(values['api-url'] && { apiUrl: values['api-url'] }),
    ...(values.settings && { settingsFile: values.settings }),
    ...(values['admin-url'] && { adminUrl: values['admin-url'] }),
  };
}

/** One of Alexa's own redirect addresses. @returns the vendor id in it */
const OF_ALEXA =
  /^https:\/\/(?:pitangui\.amazon\.com|layla\.amazon\.com|alexa\.amazon\.co\.jp)\/api\/skill\/link\/(\w+)$/;

const protocolOf = (url: string): string => (URL.canParse(url) ? new URL(url).protocol : '');

function toKind(name: string): Kind {
  const kinds = Object.keys(KINDS) as Kind[];
  const kind = kinds.find((one) => one === name);
  if (!kind) throw new Error(`--server is one of ${kinds.join(', ')}`);
  return kind;
}

/**
 * The server that the options name, with the addresses that it names where none were given.
 * @param deployed the one that Amazon is set to, where something is deployed
 * @throws Failure where it is not known which one, or what its addresses are
 */
export async function toServer(
  options: MakerOptions,
  clock: Clock,
  deployed: () => Promise<MakerServer | undefined>,
): Promise<MakerServer> {
  const { issuer, clientId, kind, scopes } = options;
  const uris = options.redirectUris && { redirectUris: options.redirectUris };
  if (issuer === undefined || clientId === undefined) {
    const linked = await deployed();
    if (linked) return { ...linked, ...(kind && { kind }), ...(scopes && { scopes }), ...uris };
    throw new Failure('Nothing was deployed from this folder.', 'Name the server with --issuer and --client-id.');
  }
  const isComplete = options.authorizationUrl !== undefined && options.tokenUrl !== undefined;
  const found: Discovery = isComplete ? {} : await discover(issuer, { clock });
  const authorizationUrl = options.authorizationUrl ?? found.authorizationUrl;
  const tokenUrl = options.tokenUrl ?? found.tokenUrl;
  if (authorizationUrl === undefined || tokenUrl === undefined)
    throw new Failure(
      `${issuer} does not name its addresses.`,
      'Give them with --authorize-url and --token-url, as account linking at Amazon has them.',
    );
  return { kind: kind ?? kindOf(issuer), issuer, clientId, scopes: scopes ?? [], authorizationUrl, tokenUrl, ...uris };
}
