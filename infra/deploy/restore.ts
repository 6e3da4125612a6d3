import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as v from 'valibot';
import { parseJson } from '../../lambda/basics/json.ts';
import type { Stack } from './aws/stacks.ts';
import type { DeployContext } from './context.ts';
import { type Deployed, deploy } from './deploy.ts';
import { type Existing, findExisting, regionsFor } from './existing.ts';
import { Failure } from './failure.ts';
import { parametersOf, readFiles } from './plan.ts';
import { AWS_REGION } from './regions.ts';
import { replaceState, stateStackName } from './state-step.ts';
import { readIfThere } from './working-files.ts';

// `npm run restore`: the accounts as they were at a moment, in a new table; with the same keys, so that every link of that moment works.

/** What an interrupted run has begun, so that the next one goes on with the same table. */
const Begun = v.object({ table: v.string(), source: v.string() });
const pathIn = (root: string): string => join(root, '.ask', 'restore.json');

const WAITING = { everyMs: 15_000, looks: 960 } as const;

/**
 * Restores table and secret entry into a new state stack, and deploys the functions on it. The old table stays. Addresses are in a stack of
 * their own and stay too.
 * @throws Failure
 */
export async function restore(context: DeployContext): Promise<Deployed> {
  const { root, options, aws, say } = context;
  const files = readFiles(context);
  const existing = await findExisting(context, files.manifest);
  const regions = regionsFor(options.regions, existing);
  const { [regions.home]: runtime } = existing.stacks;
  const { [regions.home]: state } = existing.states;
  const used = lastingIn(existing, state, runtime);
  const chosen = await parametersOf(context, files.resources, runtime, state);
  const awsRegion = AWS_REGION[regions.home];
  const begun = v.safeParse(Begun, parseJson(readIfThere(pathIn(root)) ?? ''));
  const { table, source } = begun.success ? begun.output : { table: newName(existing.skillId), source: used.TableArn };
  await confirm(context, source, table);
  mkdirSync(join(root, '.ask'), { recursive: true });
  writeFileSync(pathIn(root), JSON.stringify({ table, source }));

  if (await aws.reviveSecret(used.SecretArn)) say('done', 'took the secret entry back, which was about to be deleted');
  await ensureTable(context, source, table, awsRegion);
  const tableArn = source.replace(/\/.*$/, `/${table}`);
  const plan = { ...chosen, skillId: existing.skillId ?? '', region: regions.home, regions, runtime };
  if (state?.outputs.TableArn !== tableArn) await replaceState(context, plan, { ...used, TableArn: tableArn });
  const deployed = await deploy({ ...context, options: { ...options, yes: true, otherTable: tableArn } });
  rmSync(pathIn(root), { force: true });
  say(
    'note',
    `the table before is kept: ${source.split('/')[1]} in ${awsRegion}. Delete it when you no longer need it`,
  );
  return deployed;
}

/** What the functions use now, or used last. */
function lastingIn({ skillId }: Existing, state: Stack | undefined, runtime: Stack | undefined) {
  const from = { ...runtime?.parameters, ...state?.outputs };
  const { TableArn = '', SecretArn = '', NoticeTopicArn = '', AlarmTopicArn = '' } = from;
  if (skillId !== undefined && TableArn !== '' && SecretArn !== '')
    return { TableArn, SecretArn, NoticeTopicArn, AlarmTopicArn };
  throw new Failure(
    'There is no deployment whose table could be restored.',
    'Name the skill with --skill-id. If an earlier version deployed it, run npm run deploy first.',
  );
}

/** DynamoDB allows 255 characters. With the skill's id: two skills of an account may be restored at the same moment. */
const newName = (skillId = ''): string =>
  `${stateStackName(skillId)}-restored-${new Date().toISOString().replaceAll(/\D/g, '').slice(0, 17)}`;

async function confirm({ options, question, say }: DeployContext, source: string, table: string): Promise<void> {
  const moment = options.at ? options.at.toISOString() : 'the latest moment that DynamoDB has';
  say('note', `the table ${source.split('/')[1]} is restored as of ${moment}, as ${table}; all later changes are lost`);
  if (options.yes) return;
  const answer = question ? (await question('Continue? [y/N] ')).trim().toLowerCase() : '';
  if (!['y', 'yes'].includes(answer))
    throw new Failure('Nothing was restored.', 'Run npm run restore -- --yes, or answer with y.');
}

async function ensureTable(context: DeployContext, source: string, table: string, awsRegion: string): Promise<void> {
  const { aws, options, say } = context;
  if ((await aws.tables.status(table, awsRegion)) === undefined) await aws.tables.restore(source, table, options.at);
  const { everyMs, looks } = context.waiting ?? WAITING;
  for (let look = 1; (await aws.tables.status(table, awsRegion)) !== 'ACTIVE'; look += 1) {
    if (look >= looks) {
      throw new Failure(
        `DynamoDB is still restoring the table ${table}. The functions use the present one until then.`,
        'Run the same command again; it waits on.',
      );
    }
    await sleep(everyMs);
  }
  await aws.tables.protect(table, awsRegion);
  say('done', `restored the table ${table}`);
}
