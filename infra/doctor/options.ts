import { parseArgs } from 'node:util';
import { isId, notAnId } from '../account-id.ts';

export const HELP = `npm run doctor [-- OPTIONS]     which hop between voice and lamp is broken, and who can repair it

  --account ID     one account, with all probes, at most six times in five minutes
  --email          the same; asks for the e-mail address, so that it is in no history of your shell
  --desk URL       the desk that runs at this address (npm start), without AWS
  --report         with an account: also sends Alexa's event gateway the last state once more
  --json           output as JSON
  --profile NAME   profile of ask-cli with the skill
  --skill-id ID    the skill, if this checkout does not know it (also ASK_SKILL_ID)
  --stack NAME     the stack, if the skill has several in one region

The id of an account: a look at the whole deployment names those with a fault, and npm run logs -- --attempt NUMBER that of a sign-in.

Without --account, --email or --desk it looks at the whole deployment: what all accounts share, and what is stored of each.
It signs nobody in and links nothing. Of an account it reads the plugs once with the stored session, and renews the tokens of its grants.
No password, token, code or e-mail address is in the output.

Exit code: 0 nothing is broken as far as can be seen, 1 a hop is named, 2 it could not look, or the options are wrong. Of a whole deployment
an account counts only if you have to act.
`;

/** @throws Error with a sentence when the options are wrong */
export function readOptions(args: readonly string[]) {
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
  const { values, tokens } = parseArgs({ args: [...args], options, tokens: true });
  if (values.help) return 'help' as const;
  const given = tokens.flatMap((token) => (token.kind === 'option' ? [token.name] : []));
  const problem = problemOf(values, given);
  if (problem !== undefined) throw new Error(problem);
  return values;
}

/** What else cannot be meant. @param given the names of the options, as often as they were given */
function problemOf(
  { account, email, desk, report }: { account?: string; email: boolean; desk?: string; report: boolean },
  given: readonly string[],
): string | undefined {
  const twice = given.find((name, index) => given.indexOf(name) !== index);
  if (twice !== undefined) return `Give --${twice} only once.`;
  if ([account !== undefined, email, desk !== undefined].filter(Boolean).length > 1)
    return 'Give one of --account, --email and --desk.';
  if (account !== undefined && !isId(account)) return notAnId('--account');
  if (report && account === undefined && !email) return '--report needs an account: add --account or --email.';
  const ofAws = given.find((name) => ['profile', 'skill-id', 'stack'].includes(name));
  if (desk !== undefined && ofAws !== undefined) return `--desk needs no AWS: leave --${ofAws} out.`;
  return undefined;
}

export type DoctorOptions = Exclude<ReturnType<typeof readOptions>, 'help'>;
