import { stacksOf } from '../deploy/aws/stacks.ts';
import { Failure } from '../deploy/failure.ts';
import type { AwsAccess } from '../preflight/stack-settings.ts';
import type { Options } from './options.ts';
import { readLines, sourcesOf } from './read.ts';
import { toSentence } from './words.ts';

/**
 * Prints what happened to an account, or during an attempt to sign in.
 * @param skillId whose stacks are looked at
 * @throws Failure when there is nothing to look at
 */
export async function showLogs(
  { wanted, awsRegions, json }: Pick<Options, 'wanted' | 'awsRegions' | 'json'>,
  skillId: string,
  { query, clientOptions }: Pick<AwsAccess, 'query' | 'clientOptions'>,
  print: (line: string) => void,
): Promise<void> {
  const stacks = await Promise.all(awsRegions.map((awsRegion) => stacksOf(skillId, awsRegion, query)));
  const sources = stacks.flat().flatMap(sourcesOf);
  if (sources.length === 0) {
    throw new Failure(`There is no stack of ${skillId} in ${awsRegions.join(', ')}.`, 'Run npm run deploy first.');
  }
  const { lines, cut } = await readLines(sources, wanted, clientOptions);
  if (json) return print(JSON.stringify(lines, null, 2));
  for (const line of lines) print(toSentence(line));
  const account =
    wanted.field === 'attempt' ? lines.find(({ fields }) => fields.account !== undefined)?.fields.account : undefined;
  if (account !== undefined) print(`\nThis was account ${account}: npm run logs -- --account ${account}`);
  if (lines.length === 0) {
    const where = [...new Set(sources.map(({ awsRegion }) => awsRegion))].join(', ');
    print(`No line of ${wanted.field} ${wanted.id} since ${wanted.since.toISOString()} in ${where}.`);
  }
  if (cut) print('There is more; ask for less with --since.');
}
