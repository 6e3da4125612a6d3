import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import type { AwsProfile } from '../ask-profile.ts';
import { Failure } from '../failure.ts';
import { toFailure } from '../failures.ts';
import type { MailIdentity } from '../mail-identity.ts';
import { type Certificates, createCertificates } from './certificates.ts';
import { findIdentity } from './mail-identities.ts';
import { AwsRefusal, createQueryClient } from './query.ts';
import { beginSecret, readSecret, replaceSecret, reviveSecret, type SecretVersion } from './secret-versions.ts';
import type { Keys } from './sign.ts';
import { createSignedCall } from './signed-call.ts';
import { createStackChanges, type StackChanges } from './stack-changes.ts';
import { deleteStack, type Stack, stacksOf } from './stacks.ts';
import { type Subscriber, subscribersOf } from './subscribers.ts';
import { createTables, type Tables } from './tables.ts';
import { textAt } from './xml.ts';
import { createZones, type Zones } from './zones.ts';

/** The part of AWS that deploying uses beside ask-cli. Everything throws a Failure. */
export interface Aws {
  /** The number of the account. */
  account(awsRegion: string): Promise<string>;
  stacks(skillId: string, awsRegion: string): Promise<Stack[]>;
  /** Deletes it and waits for that. @throws Failure when it could not be deleted */
  deleteStack(stack: Stack, onStatus: (status: string) => void): Promise<void>;
  /** Changes of stacks that ask-cli does not make. */
  readonly changes: StackChanges;
  readonly domainNames: Certificates & Zones;
  readonly tables: Tables;
  /** The identity with which SES in a region sends for an address. */
  mailIdentity(address: string, awsRegion: string): Promise<MailIdentity>;
  /** Who gets what is published to a topic by e-mail. */
  subscribers(topicArn: string): Promise<Subscriber[]>;
  secret(arn: string): Promise<SecretVersion>;
  /** Writes the first text of an entry that has none. An entry with a text stays as it is. @returns whether it wrote */
  beginSecret(arn: string, makeText: () => string): Promise<boolean>;
  /** Takes back an entry whose deletion is scheduled. @returns whether it was */
  reviveSecret(arn: string): Promise<boolean>;
  /** Writes only if `before` is still the current version. @returns false when somebody else wrote meanwhile */
  replaceSecret(arn: string, before: SecretVersion, text: string): Promise<boolean>;
}

/** @param profile absent: keys from the environment, as ask-cli takes them there */
export function createAws(profile: AwsProfile): Aws {
  const {
    AWS_ACCESS_KEY_ID: accessKeyId = '',
    AWS_SECRET_ACCESS_KEY: secretAccessKey = '',
    AWS_SESSION_TOKEN,
  } = process.env;
  const fromEnvironment = {
    accessKeyId,
    secretAccessKey,
    ...(AWS_SESSION_TOKEN && { sessionToken: AWS_SESSION_TOKEN }),
  };
  const access = profile.name === undefined ? { credentials: fromEnvironment } : { profile: profile.name };
  const clientOf = (region: string) => new SecretsManagerClient({ region, ...access });
  const tablesOf = (region: string) => new DynamoDBClient({ region, ...access });
  const mailsOf = (region: string) => new SESv2Client({ region, ...access });
  // The SDK finds them in files and at a single sign-on.
  const keys = async (): Promise<Keys> => {
    const client = clientOf('us-east-1');
    try {
      return await client.config.credentials();
    } catch (cause) {
      throw toFailure(`Could not resolve credentials: ${(cause as Error).message}`, 'Finding keys for AWS');
    } finally {
      client.destroy();
    }
  };
  const query = createQueryClient(keys);
  const call = createSignedCall(keys);
  const withSecrets = async <T>(arn: string, doing: string, work: (client: SecretsManagerClient) => Promise<T>) => {
    const client = clientOf(arn.split(':')[3] ?? '');
    try {
      return await translated(doing, () => work(client));
    } finally {
      client.destroy();
    }
  };
  return {
    account: (awsRegion) =>
      translated('Asking AWS who you are', async () => {
        const answer = await query('sts', awsRegion, 'GetCallerIdentity');
        return textAt(answer, 'GetCallerIdentityResponse', 'GetCallerIdentityResult', 'Account') ?? '';
      }),
    stacks: (skillId, awsRegion) => translated('Looking for stacks', () => stacksOf(skillId, awsRegion, query)),
    async deleteStack(stack, onStatus) {
      const reason = await translated('Deleting the stack', () => deleteStack(stack, query, onStatus));
      if (reason === undefined) return;
      throw new Failure(
        `AWS could not delete the stack: ${reason}`,
        'Open its Events in the CloudFormation console, fix the cause, and run this command again.',
      );
    },
    changes: translatedAll(createStackChanges(query), 'Changing a stack'),
    domainNames: translatedNames({ ...createCertificates(call), ...createZones(call) }),
    tables: translatedTables(createTables(tablesOf)),
    reviveSecret: (arn) => withSecrets(arn, 'Taking the secret entry back', (client) => reviveSecret(client, arn)),
    async mailIdentity(address, awsRegion) {
      const client = mailsOf(awsRegion);
      try {
        return await translated('Asking SES for the sender of mails', () => findIdentity(address, client));
      } finally {
        client.destroy();
      }
    },
    subscribers: (topicArn) => translated('Asking who gets mails', () => subscribersOf(topicArn, query)),
    secret: (arn) => withSecrets(arn, 'Reading the secret entry', (client) => readSecret(client, arn)),
    beginSecret: (arn, makeText) =>
      withSecrets(arn, 'Writing the secret entry', (client) => beginSecret(client, arn, makeText)),
    replaceSecret: (arn, before, text) =>
      withSecrets(arn, 'Writing the secret entry', (client) => replaceSecret(client, arn, before, text)),
  };
}

/** The same functions, with every error as a Failure. */
const translatedAll = (changes: StackChanges, doing: string): StackChanges => ({
  find: (...args) => translated('Looking for a stack', () => changes.find(...args)),
  cause: (...args) => translated('Looking at the events of a stack', () => changes.cause(...args)),
  create: (...args) => translated(doing, () => changes.create(...args)),
  update: (...args) => translated(doing, () => changes.update(...args)),
  import: (...args) => translated(doing, () => changes.import(...args)),
  identifiers: (...args) => translated(doing, () => changes.identifiers(...args)),
  protect: (...args) => translated(doing, () => changes.protect(...args)),
  unprotect: (...args) => translated(doing, () => changes.unprotect(...args)),
  template: (...args) => translated(doing, () => changes.template(...args)),
  resources: (...args) => translated('Looking at the resources of a stack', () => changes.resources(...args)),
  whenStable: (...args) => translated('Looking at a stack', () => changes.whenStable(...args)),
});

const translatedTables = (tables: Tables): Tables => ({
  status: (...args) => translated('Looking at the table', () => tables.status(...args)),
  restore: (...args) => translated('Restoring the table', () => tables.restore(...args)),
  protect: (...args) => translated('Protecting the restored table', () => tables.protect(...args)),
});

const translatedNames = (names: Certificates & Zones): Certificates & Zones => ({
  certificate: (...args) => translated('Asking for a certificate', () => names.certificate(...args)),
  zone: (...args) => translated('Looking for the zone in Route 53', () => names.zone(...args)),
  setRecord: (...args) => translated('Setting a record in Route 53', () => names.setRecord(...args)),
  setAlias: (...args) => translated('Setting a record in Route 53', () => names.setAlias(...args)),
});

async function translated<T>(doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Failure || !(error instanceof Error)) throw error;
    const code = error instanceof AwsRefusal ? error.code : error.name;
    throw toFailure(`${code}: ${error.message}`, doing);
  }
}
