import { readFileSync } from 'node:fs';
import { stdin } from 'node:process';
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
import { isSound, summary, toLines } from './print.ts';
import { KINDS } from './server.ts';
import { SettingsUnreadable } from './settings/admin-api.ts';
import type { AdminCredential } from './settings/credential.ts';
import { isDeclared } from './settings/declared.ts';

/** `npm run preflight -- --maker`. @returns the exit code. @throws Failure */
export async function runMakerAudit(args: readonly string[], clock: Clock): Promise<number> {
  let options: MakerOptions | 'help';
  try {
    options = readMakerOptions(args);
  } catch (error) {
    console.error(`${asError(error).message}\n\n${MAKER_HELP}`);
    return 2;
  }
  if (options === 'help') {
    console.log(MAKER_HELP);
    return 0;
  }
  return await audit(options, clock);
}

async function audit(options: MakerOptions, clock: Clock): Promise<number> {
  const server = await toServer(options, clock);
  // With --json only JSON goes to the standard output; a person still has to see where to sign in.
  const say = options.json ? (line: string) => console.error(line) : (line: string) => console.log(line);
  say(`Auditing ${server.issuer} (${KINDS[server.kind]}), client ${server.clientId}.`);
  const clientSecret = options.signIn ? await secret('MAKER_CLIENT_SECRET', 'Secret of the client: ') : undefined;
  const settings = await settingsAccess(options, clientSecret);
  if (!settings) say('The settings are not read: there is no credential for them (see --help).');
  if (!clientSecret) say('Nobody signs in: only settings are looked at.');
  const { redirectUri, clientAuthentication, apiUrl } = options;
  const person = clientSecret ? await askPerson({ redirectUri, of: signInsOf({}), say, input: stdin }) : undefined;
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
    if (options.json) console.log(printableJson({ ok: isSound(findings), server, findings }));
    else for (const finding of findings) say(toLines(finding));
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
async function secret(name: string, question: string): Promise<string | undefined> {
  const value = process.env[name];
  if (value) return value;
  if (!stdin.isTTY) return undefined;
  return (await askSecretly(question)) || undefined;
}

async function settingsAccess(
  options: MakerOptions,
  clientSecret: string | undefined,
): Promise<SettingsAccess | undefined> {
  const { kind, settingsFile } = options;
  if (kind === 'other') return undefined;
  if (isDeclared(kind)) return settingsFile === undefined ? undefined : { kind, settings: readSettings(settingsFile) };
  if (kind === 'cognito') return { kind, keys: awsKeys(process.env.AWS_PROFILE), environment: process.env };
  const credential = await adminCredential(kind);
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

async function adminCredential(kind: 'auth0' | 'keycloak' | 'okta' | 'entra'): Promise<AdminCredential | undefined> {
  const { MAKER_ADMIN_TOKEN: token, MAKER_ADMIN_CLIENT_ID: clientId } = process.env;
  if (token) return { kind: 'token', token };
  if (clientId) {
    const clientSecret = await secret('MAKER_ADMIN_CLIENT_SECRET', `Secret of the client ${clientId}: `);
    return clientSecret ? { kind: 'client', clientId, clientSecret } : undefined;
  }
  const asked = await secret(
    'MAKER_ADMIN_TOKEN',
    `Token that may read settings of ${KINDS[kind]} (empty: do not read them): `,
  );
  return asked ? { kind: 'token', token: asked } : undefined;
}
