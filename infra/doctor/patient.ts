import { askBeside } from '../../desk/prompt.ts';
import { createLog } from '../../lambda/adapters/json-log/log.ts';
import { systemClock } from '../../lambda/adapters/system/clock.ts';
import { compose } from '../../lambda/handlers/compose.ts';
import { Failure } from '../deploy/failure.ts';
import type { Target } from '../preflight/target.ts';
import { isOfAws } from '../run-command.ts';
import { accountsOf, type Patient } from './examine.ts';

/** The functions' own stores and probes, on this machine. */
export async function openPatient(target: Target): Promise<Patient> {
  const [home] = await target.stacks();
  const settings = home?.functions.maintenance?.environment;
  if (!home || !settings) throw new Failure('There is no stack with the functions.', 'Run npm run deploy.');
  const linking = home.functions['account-linking']?.environment ?? {};
  const secrets = await orFailure(target.secrets(), 'The secret entry cannot be read.');
  const named = linking.PUBLIC_URLS || settings.PUBLIC_URLS;
  const environment = {
    ...pick(process.env, ...ADDRESSES),
    ...settings,
    AWS_REGION: home.awsRegion,
    SECRETS_JSON: JSON.stringify(secrets),
    PUBLIC_URLS: named || (await addressAtAmazon(target)),
  };
  const ports = compose(environment, { clock: systemClock, log: createLog('silent', systemClock) });
  return { title: 'The skill', ports, target };
}

/** Where people link, as Amazon has it: for functions that name no address of their own. */
async function addressAtAmazon(target: Target): Promise<string> {
  const linking = await orFailure(target.accountLinking(), 'The address of account linking is not known.');
  return new URL(linking.authorizationUrl).origin;
}

/** What AWS refuses is said as AWS says it. @throws Failure */
async function orFailure<T>(read: Promise<T>, sentence: string): Promise<T> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof Failure || isOfAws(error)) throw error;
    const remedy = 'Run npm run preflight, which says what is missing, or npm run deploy, which sets it.';
    throw new Failure(sentence, remedy, { cause: error });
  }
}

/** Where other services are than the real ones. */
const ADDRESSES = [
  ...['AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_DYNAMODB', 'MY_LEVITON_URL', 'MY_LEVITON_SOCKET_URL', 'LWA_TOKEN_URL'],
  ...['EVENT_GATEWAY_URL_NA', 'EVENT_GATEWAY_URL_EU', 'EVENT_GATEWAY_URL_FE'],
];

const pick = (from: NodeJS.ProcessEnv, ...names: readonly string[]) =>
  Object.fromEntries(names.flatMap((name) => (from[name] === undefined ? [] : [[name, from[name]]])));

/**
 * Asks for an e-mail address, so that no shell history has it. Stdout gets neither the question nor the address.
 * @returns the id of its account
 * @throws Failure where no account has it, or several have it
 */
export async function askForAccount(patient: Patient): Promise<string> {
  const email = await askBeside('E-mail address of the account at the device cloud: ');
  if (!/^[^\s@]+@[^\s@]+$/.test(email))
    throw new Failure('This is not an e-mail address.', 'Type it as name@example.org.');
  const { kept, masked, unreadable } = await accountsOf(email, patient);
  const [id, ...others] = kept.length > 0 ? kept : masked;
  if (id === undefined) throw noAccount(unreadable);
  if (others.length > 0)
    throw new Failure(
      `${kept.length > 0 ? 'This address' : 'The masked form of this address'} fits ${others.length + 1} accounts: ${[id, ...others].join(', ')}.`,
      'Look at each of them with --account.',
    );
  if (kept.length === 0)
    console.error(
      `No account keeps this address. The masked form of it fits one, which is looked at: …${id.slice(-3)}. It may be somebody else's.`,
    );
  return id;
}

const noAccount = (unreadable: number): Failure =>
  unreadable === 0
    ? new Failure(
        'There is no account with this address.',
        'Compare it with the one that the person signs in with, or use --account.',
      )
    : new Failure(
        `No account that can be read has this address; the rows of ${unreadable} cannot be opened.`,
        'Look at the whole deployment: npm run doctor without --email names them.',
      );
