import { stacksOf } from '../deploy/aws/stacks.ts';
import { Failure } from '../deploy/failure.ts';
import type { AwsAccess } from '../preflight/stack-settings.ts';
import { printable, printableJson } from '../printable.ts';
import type { Options } from './options.ts';
import { readLines, sourcesOf } from './read.ts';
import { toSentence } from './words.ts';

/**
 * Prints what happened in an account, or during an attempt to sign in.
 * @param skillId the skill whose stacks are read
 * @throws Failure when there is no stack
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
  if (json) return print(printableJson(lines));
  for (const line of lines) print(printable(toSentence(line)));
  const account =
    wanted.field === 'attempt' ? lines.find(({ fields }) => fields.account !== undefined)?.fields.account : undefined;
  if (account !== undefined) {
    const id = printable(String(account));
    print(`\nThis was account ${id}: npm run logs -- --account ${id}`);
  }
  if (lines.length === 0) {
    const where = [...new Set(sources.map(({ awsRegion }) => awsRegion))].join(', ');
    print(`No log line of ${wanted.field} ${wanted.id} since ${wanted.since.toISOString()} in ${where}.`);
  }
  if (cut) print('There are more lines. Ask for a shorter time with --since.');
}
