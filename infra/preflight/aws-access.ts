import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { AwsProfile } from '../deploy/ask-profile.ts';
import { createQueryClient } from '../deploy/aws/query.ts';
import type { Keys } from '../deploy/aws/sign.ts';
import { createLambdaApi } from './lambda-api.ts';
import type { AwsAccess } from './stack-settings.ts';

const optionsOf = (name: string | undefined) => (awsRegion: string) => ({
  region: awsRegion,
  ...(name !== undefined && { profile: name }),
});

/** The keys of a profile, or, without one, of the environment, as the SDK finds them. */
export const awsKeys = (profile: string | undefined) => async (): Promise<Keys> => {
  const client = new DynamoDBClient(optionsOf(profile)('us-east-1'));
  try {
    return await client.config.credentials();
  } finally {
    client.destroy();
  }
};

/** AWS with the keys of a profile, or of the environment. */
export function openAws({ name }: AwsProfile): AwsAccess {
  const clientOptions = optionsOf(name);
  const keys = awsKeys(name);
  return { query: createQueryClient(keys), lambda: createLambdaApi(keys), clientOptions };
}
