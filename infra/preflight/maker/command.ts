import { readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { askSecretly } from '../../../desk/prompt.ts';
import { asError } from '../../../lambda/basics/as-error.ts';
import { parseJson } from '../../../lambda/basics/json.ts';
import type { Clock } from '../../../lambda/ports/clock.ts';
import { Failure } from '../../deploy/failure.ts';
import { printableJson } from '../../printable.ts';
import { awsKeys } from '../aws-access.ts';
import { auditMaker, type SettingsAccess } from './audit.ts';
import { signInsOf } from './flow/play.ts';
import { MAKER_HELP, type MakerOptions, readMakerOptions, toServer } from './options.ts';
import { askPerson } from './person.ts';
import { isSound, summary, toReport } from './print.ts';
import { KINDS, type Kind, type MakerServer } from './server.ts';
import { SettingsUnreadable } from './settings/admin-api.ts';
import type { AdminCredential } from './settings/credential.ts';
import { isDeclared } from './settings/declared.ts';

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
  let options: MakerOptions | 'help';
  try {
    options = readMakerOptions(args);
  } catch (error) {
    terminal.err(`${asError(error).message}\n\n${MAKER_HELP}`);
    return 2;
  }
  if (options === 'help') {
    terminal.out(MAKER_HELP);
    return 0;
  }
  return await audit(options, terminal);
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
  const settings = await settingsAccess({ ...options, kind: server.kind }, terminal, clientSecret);
  if (!settings) say('The settings are not read: there is no credential for them (see --help).');
  if (!clientSecret) say('Nobody signs in: only settings are looked at.');
  const { redirectUri, clientAuthentication, apiUrl } = options;
  const person = clientSecret ? await askPerson({ redirectUri, of: signInsOf({}), say, input }) : undefined;
  const signIn = person?.signIn;
  try {
    const findings = await auditMaker({
      server,
      clock,
      ...(settings && { settings }),
      ...(clientSecret &&
        signIn && {
          flow: { clock, clientSecret, clientAuthentication, redirectUri, signIn, ...(apiUrl && { apiUrl }) },
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
async function secret({ environment, input }: Terminal, name: string, question: string): Promise<string | undefined> {
  const value = environment[name];
  if (value) return value;
  if (!input.isTTY) return undefined;
  return (await askSecretly(question)) || undefined;
}

async function settingsAccess(
  options: MakerOptions & { readonly kind: Kind },
  terminal: Terminal,
  clientSecret: string | undefined,
): Promise<SettingsAccess | undefined> {
  const { kind, settingsFile } = options;
  const { environment } = terminal;
  if (kind === 'other') return undefined;
  if (isDeclared(kind)) return settingsFile === undefined ? undefined : { kind, settings: readSettings(settingsFile) };
  if (kind === 'cognito') return { kind, keys: awsKeys(environment.AWS_PROFILE), environment };
  const credential = await adminCredential(kind, terminal);
  if (!credential) return undefined;
  if (kind === 'entra') return { kind, credential, ...(clientSecret && { clientSecret }) };
  if (kind !== 'okta') return { kind, credential };
  if (credential.kind === 'token') return { kind, credential };
  throw new Failure(
    'Okta takes no client with a secret for its settings.',
    'Create an API token and set MAKER_ADMIN_TOKEN.',
  );
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
  kind: 'auth0' | 'keycloak' | 'okta' | 'entra',
  terminal: Terminal,
): Promise<AdminCredential | undefined> {
  const { MAKER_ADMIN_TOKEN: token, MAKER_ADMIN_CLIENT_ID: clientId } = terminal.environment;
  if (token) return { kind: 'token', token };
  if (clientId) {
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
