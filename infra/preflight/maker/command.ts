import { readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { askSecretly } from '../../../desk/prompt.ts';
import { parseJson } from '../../../lambda/basics/json.ts';
import type { Clock } from '../../../lambda/ports/clock.ts';
import { Failure } from '../../deploy/failure.ts';
import { printableJson } from '../../printable.ts';
import { withOptions } from '../../run-command.ts';
import { awsKeys } from '../aws-access.ts';
import { auditMaker, type SettingsAccess } from './audit.ts';
import { signInsOf } from './flow/play.ts';
import { MAKER_HELP, type MakerOptions, readMakerOptions, toServer } from './options.ts';
import { askPerson } from './person.ts';
import { isSound, summary, toReport } from './print.ts';
import { KINDS, type Kind, kindOf, type MakerServer } from './server.ts';
import { SettingsUnreadable } from './settings/admin-api.ts';
import { type AdminCredential, readClientKey } from './settings/credential.ts';
import type { HydraAdmin } from './settings/hydra-api.ts';

/** What the command has around it. */
export interface Terminal {
  readonly clock: Clock;
  readonly environment: NodeJS.ProcessEnv;
  readonly input: Readable & { readonly isTTY?: boolean };
  /** A line for the standard output. */
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
  /** The server that Amazon is set to, where something is deployed. */
  readonly deployed: () => Promise<MakerServer | undefined>;
}

/** `npm run preflight -- --maker`. @returns the exit code. @throws Failure */
export async function runMakerAudit(args: readonly string[], terminal: Terminal): Promise<number> {
  const usage = { help: MAKER_HELP, read: readMakerOptions };
  return await withOptions(usage, args, (options) => audit(options, terminal), terminal);
}

async function audit(options: MakerOptions, terminal: Terminal): Promise<number> {
  const { clock, input, out, err } = terminal;
  const server = await toServer(options, clock, terminal.deployed);
  // With --json only JSON goes to the standard output; a person still has to see where to sign in.
  const say = options.json ? err : out;
  say(`Auditing ${server.issuer} (${KINDS[server.kind]}), client ${server.clientId}.`);
  const clientSecret = options.signIn
    ? await secret(terminal, 'MAKER_CLIENT_SECRET', 'Secret of the client: ')
    : undefined;
  const settings = await settingsAccess(
    { ...options, issuer: server.issuer, kind: server.kind },
    terminal,
    clientSecret,
  );
  if (!settings) say('The settings are not read: there is no credential for them (see --help).');
  if (!clientSecret) say('Nobody signs in: only settings are looked at.');
  const { redirectUri, clientAuthentication, apiUrl, pkce } = options;
  const person = clientSecret ? await askPerson({ redirectUri, of: signInsOf({ pkce }), say, input }) : undefined;
  const signIn = person?.signIn;
  try {
    const findings = await auditMaker({
      server,
      clock,
      ...(settings && { settings }),
      ...(clientSecret &&
        signIn && {
          flow: { clock, clientSecret, clientAuthentication, redirectUri, pkce, signIn, ...(apiUrl && { apiUrl }) },
        }),
    });
    say('');
    if (options.json) out(printableJson({ ok: isSound(findings), server, findings }));
    else say(toReport(findings));
    say(`\n${summary(findings)}`);
    return isSound(findings) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof SettingsUnreadable)) throw error;
    throw new Failure(error.message, 'Correct the file that --settings names, and run the audit again.');
  } finally {
    await person?.close();
  }
}

/** From the environment, else asked for where somebody is there to answer. */
async function secret(
  { environment, input }: Pick<Terminal, 'environment' | 'input'>,
  name: string,
  question: string,
): Promise<string | undefined> {
  const value = environment[name];
  if (value) return value;
  if (!input.isTTY) return undefined;
  return (await askSecretly(question)) || undefined;
}

type SettingsOptions = Pick<MakerOptions, 'settingsFile' | 'adminUrl' | 'issuer'> & { readonly kind: Kind };

/** How the settings of a server are read: with what is in the environment, or is typed where somebody is there to ask. */
export async function settingsAccess(
  options: SettingsOptions,
  terminal: Pick<Terminal, 'environment' | 'input'>,
  clientSecret: string | undefined,
): Promise<SettingsAccess | undefined> {
  const { kind, settingsFile } = options;
  const { environment } = terminal;
  const settings = settingsFile === undefined ? undefined : readSettings(settingsFile);
  switch (kind) {
    case 'other':
      return undefined;
    case 'oidc-provider':
      return settings === undefined ? undefined : { kind, settings };
    case 'cognito':
      return { kind, keys: awsKeys(environment.AWS_PROFILE), environment };
    case 'hydra': {
      const admin = hydraAdmin(options, environment.MAKER_ADMIN_TOKEN);
      return settings === undefined && !admin
        ? undefined
        : { kind, ...(settings !== undefined && { settings }), ...(admin && { admin }) };
    }
    case 'entra':
    case 'b2c': {
      const credential = await adminCredential(kind, terminal);
      if (credential?.kind === 'key')
        throw new Failure(
          'Microsoft takes no private key without a certificate for its settings.',
          'Set MAKER_ADMIN_CLIENT_SECRET, or MAKER_ADMIN_TOKEN, in its place.',
        );
      const graph = credential && { credential, ...(clientSecret && { clientSecret }) };
      if (kind === 'entra') return graph && { kind, ...graph };
      return settings === undefined && !graph
        ? undefined
        : { kind, ...(settings !== undefined && { settings }), ...(graph && { graph }) };
    }
    default: {
      const credential = await adminCredential(kind, terminal);
      return credential && { kind, credential };
    }
  }
}

/** Ory Network has the admin API at the address of the project, and takes an API key. */
function hydraAdmin({ adminUrl, issuer }: SettingsOptions, token: string | undefined): HydraAdmin | undefined {
  const isNetwork = issuer !== undefined && kindOf(issuer) === 'hydra';
  const url = adminUrl ?? (isNetwork && token ? new URL(issuer).origin : undefined);
  return url === undefined ? undefined : { adminUrl: url, ...(token && { token }) };
}

function readSettings(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new Failure(`${file} cannot be read.`, 'Name a file with --settings.', { cause });
  }
  const settings = parseJson(text);
  if (typeof settings === 'object' && settings !== null) return settings;
  throw new Failure(`${file} is not JSON.`, 'Write the settings as one JSON object.');
}

async function adminCredential(
  kind: 'auth0' | 'keycloak' | 'okta' | 'entra' | 'b2c',
  terminal: Pick<Terminal, 'environment' | 'input'>,
): Promise<AdminCredential | undefined> {
  const { environment } = terminal;
  const { MAKER_ADMIN_TOKEN: token, MAKER_ADMIN_CLIENT_ID: clientId } = environment;
  if (token) return { kind: 'token', token };
  if (clientId) {
    const key = clientKey(environment);
    if (key) return { kind: 'key', clientId, key };
    if (kind === 'okta')
      throw new Failure(
        'Okta takes no client with a secret for its settings.',
        'Set MAKER_ADMIN_PRIVATE_KEY, the private key of the client, or MAKER_ADMIN_TOKEN, an API token.',
      );
    const clientSecret = await secret(terminal, 'MAKER_ADMIN_CLIENT_SECRET', `Secret of the client ${clientId}: `);
    return clientSecret ? { kind: 'client', clientId, clientSecret } : undefined;
  }
  const asked = await secret(
    terminal,
    'MAKER_ADMIN_TOKEN',
    `Token that may read settings of ${KINDS[kind]} (empty: do not read them): `,
  );
  return asked ? { kind: 'token', token: asked } : undefined;
}

function clientKey({ MAKER_ADMIN_PRIVATE_KEY: text, MAKER_ADMIN_KEY_ID: keyId }: NodeJS.ProcessEnv) {
  if (!text) return undefined;
  try {
    return readClientKey(text, keyId);
  } catch (cause) {
    throw new Failure('MAKER_ADMIN_PRIVATE_KEY is not a private key.', 'Set it to an RSA or EC key as PEM or JWK.', {
      cause,
    });
  }
}
