import { ask } from '../../desk/prompt.ts';
import { createLog } from '../../lambda/adapters/json-log/log.ts';
import { systemClock } from '../../lambda/adapters/system/clock.ts';
import { compose } from '../../lambda/handlers/compose.ts';
import { Failure } from '../deploy/failure.ts';
import type { Target } from '../preflight/target.ts';
import { accountsOf, type Patient } from './examine.ts';

/** The functions' own stores and probes, on this machine. */
export async function openPatient(target: Target): Promise<Patient> {
  const [[home], secrets] = await Promise.all([target.stacks(), target.secrets()]);
  const settings = home?.functions.maintenance?.environment;
  if (!home || !settings) throw new Failure('There is no stack with the functions.', 'Run npm run deploy.');
  const linking = home.functions['account-linking']?.environment ?? {};
  const { authorizationUrl } = await target.accountLinking();
  const environment = {
    ...pick(process.env, 'AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_DYNAMODB'),
    ...settings,
    AWS_REGION: home.awsRegion,
    SECRETS_JSON: JSON.stringify(secrets),
    PUBLIC_URLS: linking.PUBLIC_URLS || settings.PUBLIC_URLS || new URL(authorizationUrl).origin,
  };
  const ports = compose(environment, { clock: systemClock, log: createLog('silent', systemClock) });
  return { title: 'The skill', ports, target };
}

const pick = (from: NodeJS.ProcessEnv, ...names: readonly string[]) =>
  Object.fromEntries(names.flatMap((name) => (from[name] === undefined ? [] : [[name, from[name]]])));

/** Asks for an e-mail address, so that it is in no history of a shell. @returns the id of its account */
export async function askForAccount(patient: Patient): Promise<string> {
  const email = await ask('E-mail address of the account at the device cloud: ');
  const [id, ...others] = await accountsOf(email, patient);
  if (id === undefined)
    throw new Failure(
      'There is no account with this address.',
      'Compare it with the one that the person signs in with.',
    );
  if (others.length > 0)
    throw new Failure(
      `This address fits ${others.length + 1} accounts: ${[id, ...others].join(', ')}.`,
      'Look at each of them with --account.',
    );
  return id;
}
