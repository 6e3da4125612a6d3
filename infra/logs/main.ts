import { findProfile } from '../deploy/ask-profile.ts';
import { knownSkill } from '../deploy/ask-states.ts';
import { Failure } from '../deploy/failure.ts';
import { openAws } from '../preflight/aws-access.ts';
import { runCommand } from '../run-command.ts';
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

await runCommand(main, { exitCode: 1, doing: 'Reading the logs' });
