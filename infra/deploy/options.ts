import { parseArgs } from 'node:util';
import * as v from 'valibot';
import { OPERATOR, PRIVACY_URL } from '../../lambda/adapters/environment/environment.ts';
import { Failure } from './failure.ts';
import { type Regions, toRegions } from './regions.ts';

export interface Options {
  readonly profile?: string;
  /** Absent: where the stacks are, or NA. */
  readonly regions?: Regions;
  readonly notices?: string;
  readonly alarms?: string;
  /** Who runs the skill; empty: its pages name nobody. */
  readonly operator?: string;
  /** The address of the privacy policy; empty: pages have none. */
  readonly privacy?: string;
  readonly publicUrls?: string;
  /** In lower case. */
  readonly domain?: string;
  readonly skillId?: string;
  /** The AWS account that the skill may be taken from. */
  readonly fromAccount?: string;
  /** The moment to restore to; absent: the latest. */
  readonly at?: Date;
  /** A table that the functions may be given in place of theirs. */
  readonly otherTable?: string;
  readonly makesNew: boolean;
  readonly yes: boolean;
  readonly force: boolean;
  readonly checks: boolean;
  readonly rotatesClientSecret: boolean;
  readonly verbose: boolean;
}

export const USAGE = `npm run deploy [-- OPTIONS]      deploys the skill, or updates what is deployed

  --profile NAME           profile of ask-cli; "default" unless the environment has one (ASK_REFRESH_TOKEN and so on)
  --region NA,EU,FE        home region first (it has the table); further regions answer customers there faster
  --notices MAIL           address for notices about an account, such as that somebody must sign in again; none: nobody gets them
  --alarms MAIL            address for alarms; at first the same as --notices; none: nobody gets them
  --operator NAME          who runs the skill, as its pages and mails say; none: they name nobody
  --privacy URL            https address of your privacy policy, which stands on every page; none: no page has one
  --domain NAME            address of account linking on a domain of yours, such as lamps.example.org: certificate, address and DNS
  --public-urls URLS       addresses of account linking that you have set up yourself, comma-separated, preferred first
  --skill-id ID            the skill to deploy to, if this checkout does not know it (also ASK_SKILL_ID)
  --new                    creates a new skill even if one with that name exists
  --rotate-client-secret   gives Alexa a new client secret; existing links keep working
  --force                  deploys even if nothing has changed, and sends account linking again
  --from-account NUMBER    takes a skill over that runs in another AWS account; links made there are lost
  --skip-checks            skips the type check and the tests of stack and manifest
  --yes                    asks no questions; needed where there is no terminal
  --verbose                shows the whole output of ask-cli

npm run restore [-- --at 2026-11-28T10:00:00Z --yes]   restores table and secret entry, and deploys on them; every link of then works
npm run undeploy [-- --profile NAME --skill-id ID --yes]   deletes the skill and its stacks; keeps table and secrets
`;

/** @throws Failure for an option that does not exist or has a wrong value */
export function toOptions(args: readonly string[], environment: NodeJS.ProcessEnv): Options {
  const { values } = parse(args);
  const { profile, region } = values;
  const notices = wordIn(values.notices);
  const alarms = wordIn(values.alarms);
  const operator = wordIn(values.operator);
  const privacy = wordIn(values.privacy);
  const fromAccount = values['from-account'];
  const at = values.at === undefined ? undefined : momentIn(values.at);
  const skillId = values['skill-id'] ?? (environment.ASK_SKILL_ID || undefined);
  const publicUrls = values['public-urls'];
  const domain = values.domain?.toLowerCase().replace(/\.$/, '');
  if (domain !== undefined) checkDomain(domain, publicUrls);
  for (const mail of [notices, alarms]) if (mail) checkMail(mail);
  if (operator) checkOperator(operator);
  if (privacy) checkPrivacy(privacy);
  if (publicUrls) for (const url of publicUrls.split(',')) checkUrl(url);
  if (skillId !== undefined && !/^amzn1\.ask\.skill\.[\w-]+$/.test(skillId)) {
    throw new Failure(
      'This is not a skill id.',
      'It looks like amzn1.ask.skill.0f3c...; the developer console shows it.',
    );
  }
  return {
    ...(profile !== undefined && { profile }),
    ...(region && { regions: toRegions(region) }),
    ...(notices !== undefined && { notices }),
    ...(alarms !== undefined && { alarms }),
    ...(operator !== undefined && { operator }),
    ...(privacy !== undefined && { privacy }),
    ...(publicUrls !== undefined && { publicUrls }),
    ...(domain !== undefined && { domain }),
    ...(skillId !== undefined && { skillId }),
    ...(fromAccount !== undefined && { fromAccount }),
    ...(at && { at }),
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
        operator: { type: 'string' },
        privacy: { type: 'string' },
        'public-urls': { type: 'string' },
        domain: { type: 'string' },
        'skill-id': { type: 'string' },
        'from-account': { type: 'string' },
        at: { type: 'string' },
        new: flag,
        yes: flag,
        force: flag,
        'skip-checks': flag,
        'rotate-client-secret': flag,
        verbose: flag,
      },
    });
  } catch (error) {
    throw new Failure(String((error as Error).message).split(/\.\s/)[0] ?? '', 'See npm run deploy -- --help.');
  }
}

function momentIn(text: string): Date {
  const at = new Date(text);
  // Without a time zone it would mean another moment on another machine.
  if (/T.*(?:Z|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(at.getTime())) return at;
  throw new Failure('This is not a moment.', 'Enter one with its time zone, such as 2026-11-28T10:00:00Z.');
}

/** @returns nothing where nothing was given, as by a pipeline without that variable; empty to have none */
const wordIn = (given: string | undefined): string | undefined => (given === 'none' ? '' : given?.trim() || undefined);

export function checkMail(mail: string): void {
  if (!/^[^\s@,]+@[^\s@,]+\.[^\s@,.]+$/.test(mail))
    throw new Failure('This is not an e-mail address.', 'Enter one such as you@example.org.');
}

/** Functions with another name would not start. @throws Failure */
export function checkOperator(name: string): void {
  if (name === '' || OPERATOR.test(name)) return;
  throw new Failure(
    'This cannot be the name of who runs the skill. Nothing was deployed.',
    'Enter a name of at most 60 letters and digits, such as Jane Doe or Lamps & Co.',
  );
}

/** Functions with another address would not start. @throws Failure */
export function checkPrivacy(url: string): void {
  if (url === '' || v.is(PRIVACY_URL, url)) return;
  throw new Failure(
    'This cannot be the address of a privacy policy. Nothing was deployed.',
    'Enter one such as https://example.org/privacy, or leave it empty.',
  );
}

function checkDomain(domain: string, publicUrls: string | undefined): void {
  if (publicUrls !== undefined)
    throw new Failure('--domain sets the addresses itself.', 'Leave --public-urls or --domain out.');
  // Certificate Manager puts it into the certificate's common name, of 64 characters at most.
  const isName = /^(?=.{4,64}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}$/.test(domain);
  if (!isName)
    throw new Failure('This is not a domain name.', 'Enter one such as lamps.example.org, without https:// and path.');
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
