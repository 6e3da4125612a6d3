import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { AwsProfile } from '../deploy/ask-profile.ts';
import { createQueryClient } from '../deploy/aws/query.ts';
import type { Keys } from '../deploy/aws/sign.ts';
import { createLambdaApi } from './lambda-api.ts';
import type { AwsAccess } from './stack-settings.ts';

/** AWS with the keys of a profile, or, without one, of the environment, as the SDK finds them. */
export function openAws({ name }: AwsProfile): AwsAccess {
  const clientOptions = (awsRegion: string) => ({ region: awsRegion, ...(name !== undefined && { profile: name }) });
  const keys = async (): Promise<Keys> => {
    const client = new DynamoDBClient(clientOptions('us-east-1'));
    try {
      return await client.config.credentials();
    } finally {
      client.destroy();
    }
  };
  return { query: createQueryClient(keys), lambda: createLambdaApi(keys), clientOptions };
}
