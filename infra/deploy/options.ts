import { parseArgs } from 'node:util';
import { Failure } from './failure.ts';
import { type Regions, toRegions } from './regions.ts';

export interface Options {
  readonly profile?: string;
  /** Absent: where the stacks are, or NA. */
  readonly regions?: Regions;
  readonly notices?: string;
  readonly alarms?: string;
  readonly publicUrls?: string;
  readonly skillId?: string;
  readonly makesNew: boolean;
  readonly yes: boolean;
  readonly force: boolean;
  readonly checks: boolean;
  readonly rotatesClientSecret: boolean;
  readonly verbose: boolean;
}

export const USAGE = `npm run deploy [-- OPTIONS]      deploys, or brings up to date what is deployed

  --profile NAME           ask-cli's profile; default, or the environment's (ASK_REFRESH_TOKEN and so on)
  --region NA,EU,FE        the home region first; it has the table, the others are for speed near their customers
  --notices MAIL           whom notices on an account go to, such as that somebody must sign in again
  --alarms MAIL            whom alarms go to; at first the same
  --public-urls URLS       the addresses of account linking on your own domain, comma-separated, the preferred one first
  --skill-id ID            the skill to deploy to, where this checkout does not know it (also ASK_SKILL_ID)
  --new                    makes a new skill although there is one of that name
  --rotate-client-secret   gives Alexa a new client secret; links made with the old one go on
  --force                  deploys although nothing has changed
  --skip-checks            leaves out the types and the tests of stack and manifest
  --yes                    asks nothing
  --verbose                shows all that ask-cli says

npm run undeploy [-- --profile NAME --skill-id ID --yes]   takes the skill and its stacks away; table and secrets stay
`;

/** @throws Failure for an option that does not exist or has a wrong value */
export function toOptions(args: readonly string[], environment: NodeJS.ProcessEnv): Options {
  const { values } = parse(args);
  const { profile, region, notices, alarms } = values;
  const skillId = values['skill-id'] ?? (environment.ASK_SKILL_ID || undefined);
  const publicUrls = values['public-urls'];
  for (const mail of [notices, alarms]) if (mail) checkMail(mail);
  if (publicUrls) for (const url of publicUrls.split(',')) checkUrl(url);
  if (skillId !== undefined && !/^amzn1\.ask\.skill\.[\w-]+$/.test(skillId)) {
    throw new Failure('That is no skill id.', 'It looks like amzn1.ask.skill.0f3c...; the developer console shows it.');
  }
  return {
    ...(profile !== undefined && { profile }),
    ...(region && { regions: toRegions(region) }),
    ...(notices !== undefined && { notices }),
    ...(alarms !== undefined && { alarms }),
    ...(publicUrls !== undefined && { publicUrls }),
    ...(skillId !== undefined && { skillId }),
    makesNew: values.new,
    yes: values.yes,
    force: values.force,
    checks: !values['skip-checks'],
    rotatesClientSecret: values['rotate-client-secret'],
    verbose: values.verbose,
  };
}

export const wantsHelp = (args: readonly string[]): boolean => args.includes('--help') || args.includes('-h');

function parse(args: readonly string[]) {
  const flag = { type: 'boolean', default: false } as const;
  try {
    return parseArgs({
      args: [...args],
      options: {
        profile: { type: 'string', short: 'p' },
        region: { type: 'string', multiple: true },
        notices: { type: 'string' },
        alarms: { type: 'string' },
        'public-urls': { type: 'string' },
        'skill-id': { type: 'string' },
        new: flag,
        yes: flag,
        force: flag,
        'skip-checks': flag,
        'rotate-client-secret': flag,
        verbose: flag,
      },
    });
  } catch (error) {
    throw new Failure(String((error as Error).message).split('. ')[0] ?? '', 'See npm run deploy -- --help.');
  }
}

export function checkMail(mail: string): void {
  if (!/^[^\s@,]+@[^\s@,]+\.[^\s@,.]+$/.test(mail))
    throw new Failure('That is no e-mail address.', 'Give one, such as you@example.org.');
}

/** Alexa links accounts over HTTPS on port 443 only. */
function checkUrl(text: string): void {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'https:' && url.port === '' && url.pathname === '/') return;
  throw new Failure(
    'The addresses of account linking are wrong.',
    'Each is an origin like https://link.example.org, without port and path.',
  );
}
