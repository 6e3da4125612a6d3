import { findProfile } from '../deploy/ask-profile.ts';
import { knownSkill } from '../deploy/ask-states.ts';
import { Failure } from '../deploy/failure.ts';
import { openAws } from '../preflight/aws-access.ts';
import { runCommand, withOptions } from '../run-command.ts';
import { showLogs } from './logs.ts';
import { HELP, type Options, toOptions } from './options.ts';

async function logs(options: Options): Promise<number> {
  const profile = findProfile(options.profile, process.env);
  const skillId = options.skillId ?? (process.env.ASK_SKILL_ID || knownSkill(process.cwd(), profile.name));
  if (!skillId)
    throw new Failure('This checkout does not know a skill.', 'Use --skill-id with the id from the developer console.');
  await showLogs(options, skillId, openAws(profile.aws), (line) => console.log(line));
  return 0;
}

const usage = { help: HELP, read: (args: readonly string[]) => toOptions(args, new Date()) };
await runCommand(() => withOptions(usage, process.argv.slice(2), logs), { exitCode: 1, doing: 'Reading the logs' });
