import {
  GetAccountCommand,
  GetConfigurationSetEventDestinationsCommand,
  GetEmailIdentityCommand,
  NotFoundException,
  SESv2Client,
} from '@aws-sdk/client-sesv2';
import { type Subscriber, subscribersOf } from '../deploy/aws/subscribers.ts';
import type { AwsAccess } from './stack-settings.ts';
import type { FunctionSettings } from './target.ts';

/** How messages reach the developer, and people. */
export interface MessageSettings {
  /** Who gets what is published to the notice topic; nothing where the functions have no topic. */
  readonly subscribers: readonly Subscriber[] | undefined;
  /** NOTICE_FROM; empty where notices go to the topic only. */
  readonly from: string;
  readonly sender?: SenderSettings;
}

/** Amazon SES, as far as the sender of mails needs it. */
export interface SenderSettings {
  readonly awsRegion: string;
  /** In it SES writes to verified addresses only. */
  readonly sandbox: boolean;
  /** Amazon pauses accounts with too many bounces. */
  readonly sendingEnabled: boolean;
  /** The verified domain or address of NOTICE_FROM. */
  readonly identity: 'verified' | 'not-verified' | 'absent';
  /** The kinds of events of the configuration set that go to a topic; nothing where there is no such set. */
  readonly events: readonly string[] | undefined;
}

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
  if (from === '') return { subscribers, from };
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
    return { subscribers, from, sender };
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
