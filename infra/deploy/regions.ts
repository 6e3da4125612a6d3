import type { AlexaRegion } from '../../lambda/ports/grant-store.ts';
import { Failure } from './failure.ts';

/** The AWS region in which Alexa invokes functions, for each of Alexa's regions (Amazon: develop smart home skills in multiple languages). */
export const AWS_REGION: Readonly<Record<AlexaRegion, string>> = { NA: 'us-east-1', EU: 'eu-west-1', FE: 'us-west-2' };

/** Where the skill runs. The home region has the table and account linking, and answers for regions without a stack. */
export interface Regions {
  readonly home: AlexaRegion;
  readonly further: readonly AlexaRegion[];
}

/** What ask-cli calls a region: the home region's stack answers for all that have none. */
export const askName = (region: AlexaRegion, { home }: Regions): string => (region === home ? 'default' : region);

/** @param words as on the command line, the home region first: `default`, `NA`, `EU,FE`, or AWS's own names such as `eu-west-1` */
export function toRegions(words: readonly string[]): Regions {
  const names = words.flatMap((word) => word.split(',')).map((name) => name.trim().toUpperCase());
  const byAws = Object.fromEntries(Object.entries(AWS_REGION).map(([region, aws]) => [aws.toUpperCase(), region]));
  const regions = names.map((name) => (name === 'DEFAULT' ? 'NA' : (byAws[name] ?? name)));
  const wrong = regions.find((region) => !Object.hasOwn(AWS_REGION, region));
  if (wrong !== undefined) {
    throw new Failure(
      `There is no region called ${wrong || '""'}.`,
      'Alexa has NA (us-east-1), EU (eu-west-1) and FE (us-west-2); default means NA.',
    );
  }
  const [home = 'NA', ...further] = [...new Set(regions)] as AlexaRegion[];
  return { home, further };
}
