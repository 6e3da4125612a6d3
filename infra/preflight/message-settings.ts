import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetAccountCommand, GetConfigurationSetEventDestinationsCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import * as v from 'valibot';
import { findIdentity, unlessNotFound } from '../deploy/aws/mail-identities.ts';
import { subscribersOf } from '../deploy/aws/subscribers.ts';
import { addressIn } from '../deploy/mail-identity.ts';
import type { AwsAccess } from './stack-settings.ts';
import type { FunctionSettings, MessageSettings, SenderSettings } from './target.ts';

/** @throws an Error with what AWS refused */
export async function readMessageSettings(
  { environment }: FunctionSettings,
  awsRegion: string,
  { query, clientOptions }: AwsAccess,
): Promise<MessageSettings> {
  const { NOTICE_TOPIC_ARN: topic, NOTICE_FROM: from = '' } = environment;
  const subscribers = topic ? await subscribersOf(topic, query) : undefined;
  const counts = await readCounts(environment.TABLE_NAME, clientOptions(awsRegion));
  const known = { subscribers, from, ...(counts && { counts }) };
  if (from === '') return known;
  const client = new SESv2Client(clientOptions(awsRegion));
  try {
    const account = await client.send(new GetAccountCommand({}));
    const sender: SenderSettings = {
      awsRegion,
      sandbox: !account.ProductionAccessEnabled,
      sendingEnabled: account.SendingEnabled ?? false,
      identity: await findIdentity(addressIn(from), client),
      events: await eventsOf(environment.NOTICE_CONFIGURATION_SET || 'dimmer-plug-notices', client),
    };
    return { ...known, sender };
  } finally {
    client.destroy();
  }
}

const Counts = v.object({ accounts: v.number(), withoutAddress: v.number(), withoutGrant: v.number() });

/** The row of `maintenance`: see `lambda/adapters/dynamodb/developer-mail.ts`. */
async function readCounts(table: string | undefined, options: ReturnType<AwsAccess['clientOptions']>) {
  if (!table) return undefined;
  const client = new DynamoDBClient(options);
  try {
    const key = { pk: 'developer', sk: 'messages' };
    const { Item } = await DynamoDBDocumentClient.from(client).send(new GetCommand({ TableName: table, Key: key }));
    const counts = v.safeParse(Counts, Item?.counts);
    return counts.success ? counts.output : undefined;
  } finally {
    client.destroy();
  }
}

async function eventsOf(name: string, client: SESv2Client): Promise<string[] | undefined> {
  const command = new GetConfigurationSetEventDestinationsCommand({ ConfigurationSetName: name });
  const found = await unlessNotFound(client.send(command));
  return found?.EventDestinations?.filter(({ Enabled, SnsDestination }) => Enabled && SnsDestination).flatMap(
    ({ MatchingEventTypes }) => MatchingEventTypes ?? [],
  );
}
