import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Failure } from './failure.ts';

/** ask-cli's name for the profile in environment variables. */
const ENVIRONMENT_PROFILE = '__ENVIRONMENT_ASK_PROFILE__';

/** Without a name: the keys in the environment. */
export interface AwsProfile {
  readonly name?: string;
}

export interface AskProfile {
  readonly name: string;
  readonly vendorId: string;
  readonly aws: AwsProfile;
}

/** Finds the profile as ask-cli does (its utils/profile-helper.js). @throws Failure when it is missing or incomplete */
export function findProfile(wanted: string | undefined, environment: NodeJS.ProcessEnv, home = homedir()): AskProfile {
  const inEnvironment = isWholeEnvironment(environment);
  if (inEnvironment && (wanted === undefined || wanted === ENVIRONMENT_PROFILE)) {
    return { name: ENVIRONMENT_PROFILE, vendorId: environment.ASK_VENDOR_ID ?? '', aws: {} };
  }
  // ask-cli would now read the tokens from one place and the rest from the other.
  if (inEnvironment) {
    throw new Failure(
      'ASK_REFRESH_TOKEN, ASK_VENDOR_ID and the AWS keys are in the environment, and --profile names another account.',
      'Unset them, or leave --profile out.',
    );
  }
  const name = wanted ?? environment.ASK_DEFAULT_PROFILE ?? 'default';
  const remedy = `Run npm run ask -- configure --profile ${name}, and sign in with your Amazon developer account.`;
  const profile = readProfiles(home, remedy)[name];
  if (!profile) throw new Failure(`ask-cli has no profile called ${name}.`, remedy);
  const { vendor_id: vendorId, aws_profile: awsProfile, token } = profile;
  if (!(vendorId && token)) throw new Failure(`ask-cli's profile ${name} is not signed in.`, remedy);
  if (!awsProfile) throw new Failure(`ask-cli's profile ${name} names no AWS profile.`, remedy);
  // ask-cli's own mark for "the keys are in the environment".
  const aws = awsProfile === '__AWS_CREDENTIALS_IN_ENVIRONMENT_VARIABLE__' ? {} : { name: awsProfile };
  return { name, vendorId, aws };
}

const isWholeEnvironment = (environment: NodeJS.ProcessEnv): boolean =>
  Boolean(
    environment.AWS_ACCESS_KEY_ID &&
      environment.AWS_SECRET_ACCESS_KEY &&
      (environment.ASK_REFRESH_TOKEN || environment.ASK_ACCESS_TOKEN) &&
      environment.ASK_VENDOR_ID,
  );

interface Profile {
  readonly vendor_id?: string;
  readonly aws_profile?: string;
  readonly token?: unknown;
}

function readProfiles(home: string, remedy: string): Readonly<Record<string, Profile>> {
  try {
    const content = JSON.parse(readFileSync(join(home, '.ask', 'cli_config'), 'utf8')) as {
      profiles?: Record<string, Profile>;
    };
    return content.profiles ?? {};
  } catch (cause) {
    throw new Failure('ask-cli has not been set up on this machine.', remedy, { cause });
  }
}
