import { parseArgs } from 'node:util';
import { ask } from '../../desk/prompt.ts';
import { createLog } from '../../lambda/adapters/json-log/log.ts';
import { systemClock } from '../../lambda/adapters/system/clock.ts';
import { asError } from '../../lambda/basics/as-error.ts';
import { compose } from '../../lambda/handlers/compose.ts';
import { AwsRefusal } from '../deploy/aws/query.ts';
import { Failure } from '../deploy/failure.ts';
import { toFailure } from '../deploy/failures.ts';
import { openTarget } from '../preflight/open.ts';
import type { Target } from '../preflight/target.ts';
import { printable, printableJson } from '../printable.ts';
import { reportOfDesk } from './desk.ts';
import { accountsOf, examineAccount, examineDeployment, type Patient } from './examine.ts';
import { exitCodeOf, printReport, type Report } from './report.ts';

const HELP = `npm run doctor [-- OPTIONS]     which hop between voice and lamp is broken, and who can repair it

  --account ID     one account, with all probes; ids are in npm run logs
  --email          the same; asks for the e-mail address, so that it is in no history of your shell
  --desk URL       the desk that runs at this address (npm start), without AWS
  --report         with an account: also sends Alexa's event gateway the last state once more
  --json           output as JSON
  --profile NAME   profile of ask-cli with the skill
  --skill-id ID    the skill, if this checkout does not know it (also ASK_SKILL_ID)
  --stack NAME     the stack, if the skill has several in one region

Without --account, --email or --desk it looks at the whole deployment: what all accounts share, and what is stored of each.
It signs nobody in and links nothing. Of an account it reads the plugs once with the stored session, and renews the tokens of its grants.
No password, token, code or e-mail address is in the output.

Exit code: 0 nothing is broken as far as can be seen, 1 a hop is named, 2 it could not be looked, or wrong options. Of a whole deployment an
account counts only if you have to act.
`;

function readOptions() {
  const flag = { type: 'boolean', default: false } as const;
  const text = { type: 'string' } as const;
  const options = {
    account: text,
    email: flag,
    desk: text,
    json: flag,
    report: flag,
    help: flag,
    profile: text,
    'skill-id': text,
    stack: text,
  } as const;
  const { values } = parseArgs({ options });
  const named = [values.account !== undefined, values.email, values.desk !== undefined].filter(Boolean).length;
  if (named > 1) throw new Error('Give one of --account, --email and --desk.');
  if (values.account !== undefined && !/^[\w.:/@-]{1,200}$/.test(values.account)) throw new Error('This is not an id.');
  return values;
}

async function main(): Promise<number> {
  let options: ReturnType<typeof readOptions>;
  try {
    options = readOptions();
  } catch (error) {
    console.error(`${asError(error).message}\n\n${HELP}`);
    return 2;
  }
  if (options.help) {
    console.log(HELP);
    return 0;
  }
  const report = options.desk === undefined ? await reportOfDeployed(options) : await reportOfDesk(options.desk);
  console.log(options.json ? printableJson(report) : printReport(report));
  return exitCodeOf(report);
}

async function reportOfDeployed(options: ReturnType<typeof readOptions>): Promise<Report> {
  const { target, profile, close } = await openTarget(options);
  try {
    if (!profile)
      throw new Failure(
        'Nothing was deployed from this folder.',
        'Run npm run deploy first, or try the doctor with the desk: npm start, then npm run doctor -- --desk and its address.',
      );
    // What the functions' stores find credentials with.
    if (profile.aws.name !== undefined) process.env.AWS_PROFILE = profile.aws.name;
    const patient = await openPatient(target);
    const { account = options.email ? await askedFor(patient) : undefined, report: mayReport } = options;
    return account === undefined
      ? await examineDeployment(patient)
      : await examineAccount(account, patient, { mayReport });
  } finally {
    await close();
  }
}

/** The functions' own stores and probes, on this machine. */
async function openPatient(target: Target): Promise<Patient> {
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

async function askedFor(patient: Patient): Promise<string> {
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

/** @returns nothing for a bug */
function asFailure(error: unknown): Failure | undefined {
  if (error instanceof Failure) return error;
  const ofAws =
    error instanceof AwsRefusal ||
    (error instanceof Error && ('$metadata' in error || error.name === 'CredentialsProviderError'));
  return ofAws ? toFailure(`${error.name}: ${error.message}`, 'Looking at the deployment') : undefined;
}

try {
  process.exitCode = await main();
} catch (error) {
  const failure = asFailure(error);
  if (!failure) throw error;
  console.error(`${printable(failure.message)}\n${printable(failure.remedy)}`);
  process.exitCode = 2;
}
