import { findProfile } from '../deploy/ask-profile.ts';
import { knownSkill } from '../deploy/ask-states.ts';
import { AwsRefusal } from '../deploy/aws/query.ts';
import { Failure } from '../deploy/failure.ts';
import { toFailure } from '../deploy/failures.ts';
import { openAws } from '../preflight/aws-access.ts';
import { printable } from '../printable.ts';
import { showLogs } from './logs.ts';
import { HELP, toOptions } from './options.ts';

async function main(): Promise<number> {
  const options = toOptions(process.argv.slice(2), new Date());
  if (typeof options === 'string') {
    if (options === HELP) console.log(HELP);
    else console.error(`${options}\n\n${HELP}`);
    return options === HELP ? 0 : 2;
  }
  const profile = findProfile(options.profile, process.env);
  const skillId = options.skillId ?? (process.env.ASK_SKILL_ID || knownSkill(process.cwd(), profile.name));
  if (!skillId)
    throw new Failure('This checkout does not know a skill.', 'Use --skill-id with the id from the developer console.');
  await showLogs(options, skillId, openAws(profile.aws), (line) => console.log(line));
  return 0;
}

/** @returns nothing for a bug */
function asFailure(error: unknown): Failure | undefined {
  if (error instanceof Failure) return error;
  const ofAws =
    error instanceof AwsRefusal ||
    (error instanceof Error && ('$metadata' in error || error.name === 'CredentialsProviderError'));
  return ofAws ? toFailure(`${error.name}: ${error.message}`, 'Reading the logs') : undefined;
}

try {
  process.exitCode = await main();
} catch (error) {
  const failure = asFailure(error);
  if (!failure) throw error;
  console.error(`${printable(failure.message)}\n${printable(failure.remedy)}`);
  process.exitCode = 1;
}
