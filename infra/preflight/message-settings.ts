import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  GetAccountCommand,
  GetConfigurationSetEventDestinationsCommand,
  GetEmailIdentityCommand,
  NotFoundException,
  SESv2Client,
} from '@aws-sdk/client-sesv2';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import * as v from 'valibot';
import { subscribersOf } from '../deploy/aws/subscribers.ts';
import type { AwsAccess } from './stack-settings.ts';
import type { FunctionSettings, MessageSettings, SenderSettings } from './target.ts';

/** The address in `Lamps <lamps@example.org>`. */
export const addressIn = (from: string): string => /<([^>]+)>/.exec(from)?.[1] ?? from;

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
      identity: await identityOf(addressIn(from), client),
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

/** A verified domain stands for every address in it. */
async function identityOf(address: string, client: SESv2Client): Promise<SenderSettings['identity']> {
  const names = [address, address.split('@')[1] ?? ''];
  const found = await Promise.all(
    names.map((name) => unlessNotFound(client.send(new GetEmailIdentityCommand({ EmailIdentity: name })))),
  );
  if (found.some((one) => one?.VerifiedForSendingStatus)) return 'verified';
  return found.some((one) => one !== undefined) ? 'not-verified' : 'absent';
}

async function eventsOf(name: string, client: SESv2Client): Promise<string[] | undefined> {
  const command = new GetConfigurationSetEventDestinationsCommand({ ConfigurationSetName: name });
  const found = await unlessNotFound(client.send(command));
  return found?.EventDestinations?.filter(({ Enabled, SnsDestination }) => Enabled && SnsDestination).flatMap(
    ({ MatchingEventTypes }) => MatchingEventTypes ?? [],
  );
}

async function unlessNotFound<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof NotFoundException) return undefined;
    throw error;
  }
}
