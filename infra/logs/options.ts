import { parseArgs } from 'node:util';
import { isId, notAnId } from '../account-id.ts';
import { AWS_REGION, toRegions } from '../deploy/regions.ts';
import type { Wanted } from './read.ts';

export const HELP = `npm run logs -- --account ID | --attempt NUMBER [OPTIONS]     what happened, in all functions and regions

  --account ID       lines of an account: directives, reports, session renewals, notices
  --attempt NUMBER   lines of a sign-in; the number is at the bottom of the sign-in page
  --since 90m        how far back: minutes, hours or days (90m, 1h, 2d); an hour by default
  --region NA        only one of Alexa's regions
  --json             output as JSON
  --profile NAME     ask-cli's profile
  --skill-id ID      the skill, if this checkout does not know it (also ASK_SKILL_ID)
`;

export interface Options {
  readonly wanted: Wanted;
  readonly awsRegions: readonly string[];
  readonly json: boolean;
  readonly profile?: string;
  readonly skillId?: string;
}

const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** @throws Error with a sentence when the options are wrong */
export function toOptions(args: readonly string[], now: Date): Options | 'help' {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const options = {
    account: text,
    attempt: text,
    since: { type: 'string', default: '1h' },
    region: text,
    profile: text,
    'skill-id': text,
    json: flag,
    help: flag,
  } as const;
  const { values } = parseArgs({ args: [...args], options });
  if (values.help) return 'help';
  const { account, attempt: number, since, region, profile, json } = values;
  if ((account === undefined) === (number === undefined)) throw new Error('Give either --account or --attempt.');
  const id = account ?? number ?? '';
  // It becomes part of a filter pattern, within quotes.
  if (!isId(id)) throw new Error(notAnId(account === undefined ? '--attempt' : '--account'));
  const [, count, unit = ''] = /^(\d{1,4})([mhd])$/.exec(since) ?? [];
  if (count === undefined) throw new Error('--since takes minutes, hours or days, such as 90m, 1h or 2d.');
  const regions = region === undefined ? ({ home: 'NA', further: ['EU', 'FE'] } as const) : toRegions([region]);
  const skillId = values['skill-id'];
  return {
    wanted: {
      field: account === undefined ? 'attempt' : 'account',
      id,
      since: new Date(now.getTime() - Number(count) * (UNIT_MS[unit] ?? 0)),
    },
    awsRegions: [regions.home, ...regions.further].map((one) => AWS_REGION[one]),
    json,
    ...(profile !== undefined && { profile }),
    ...(skillId !== undefined && { skillId }),
  };
}
