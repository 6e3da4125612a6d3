import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { ask as askPerson } from '../../desk/prompt.ts';
import { printable } from '../printable.ts';
import { runCommand } from '../run-command.ts';
import { answersAt } from './answers.ts';
import { createAsk } from './ask.ts';
import { findProfile } from './ask-profile.ts';
import { createAws } from './aws/aws.ts';
import { build, checkMachine } from './checks.ts';
import type { DeployContext } from './context.ts';
import { Failure } from './failure.ts';
import { ASK_CLI_VERSION, findAsk, installAsk } from './find-ask.ts';
import { type Options, toOptions, USAGE, wantsHelp } from './options.ts';
import { run } from './run.ts';
import { sayTo } from './say.ts';
import { undoOnSignals } from './undo.ts';

/** Runs a command of this folder: reads its options and builds its context. On failure prints what is wrong and what to do, and exits with 1. */
export async function start(command: (context: DeployContext) => Promise<void>): Promise<void> {
  const args = process.argv.slice(2);
  if (wantsHelp(args)) return console.log(USAGE);
  undoOnSignals();
  const main = async () => {
    await command(await openDeployContext(toOptions(args, process.env)));
    return 0;
  };
  await runCommand(main, {
    exitCode: 1,
    toText: ({ message, remedy }) => `\nfailed     ${printable(message)}\nto do      ${printable(remedy)}`,
  });
}

async function openDeployContext(options: Options): Promise<DeployContext> {
  const root = resolve('.');
  const say = sayTo((line) => console.log(line));
  const isPerson = process.stdin.isTTY === true && process.stdout.isTTY === true && !process.env.CI;
  const question = isPerson && !options.yes ? askPerson : undefined;
  await checkMachine(root, run);
  const profile = findProfile(options.profile, process.env);
  const aws = createAws(profile.aws);
  say('note', `AWS account ${await aws.account('us-east-1')}, ask-cli profile ${profile.name}`);
  const { command, version } = (await findAsk(root, run)) ?? (await install(root, question));
  say('note', `ask-cli ${version}`);
  return {
    root,
    options,
    profile,
    aws,
    say,
    ...(question && { question }),
    ask: createAsk({ command, root, profile: profile.name, show: showing(options.verbose) }, run),
    build: () => build(root, options.checks, run),
    answers: (origin) => answersAt(origin, process.env.LINKING_CHECK_URL),
    makeSecret: () => randomBytes(30).toString('base64url'),
  };
}

async function install(
  root: string,
  question: DeployContext['question'],
): Promise<{ command: string; version: string }> {
  const answer =
    (await question?.(
      `ask-cli is missing or does not start. Install version ${ASK_CLI_VERSION} in node_modules/.cache (206 MB)? [Y/n] `,
    )) ?? '';
  if (!['', 'y', 'yes'].includes(answer.trim().toLowerCase())) {
    throw new Failure('ask-cli is not installed.', `Install version ${ASK_CLI_VERSION}, and run this command again.`);
  }
  console.log(`installing ask-cli ${ASK_CLI_VERSION}`);
  return { command: await installAsk(root, run), version: ASK_CLI_VERSION };
}

/** Shows the steps of ask-cli's output, or all of it with --verbose. */
const showing =
  (verbose: boolean) =>
  (line: string): void => {
    if (verbose || /stack status|Uploading code|Skill ID|\[Warn\]|\[Error\]/.test(line))
      console.log(`ask-cli    ${printable(line)}`);
  };
