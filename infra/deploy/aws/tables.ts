import {
  DescribeTableCommand,
  type DynamoDBClient,
  ListBackupsCommand,
  ResourceNotFoundException,
  RestoreTableFromBackupCommand,
  RestoreTableToPointInTimeCommand,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { TTL_ATTRIBUTE } from '../../../lambda/ports/table-schema.ts';
import { Failure } from '../failure.ts';

/** The part of DynamoDB that restoring uses. */
export interface Tables {
  /** AWS's own word, such as ACTIVE or CREATING; nothing where there is no such table. */
  status(name: string, awsRegion: string): Promise<string | undefined>;
  /**
   * Begins to make a table of what another one held: at a moment, or as late as possible. A table that was deleted is made of the backup that
   * DynamoDB keeps of it for 35 days.
   * @throws Failure when there is nothing to make it of
   */
  restore(sourceArn: string, target: string, at: Date | undefined): Promise<void>;
  /** What a restored table lacks: recovery, expiry of rows, protection against deletion (RestoreTableToPointInTime). */
  protect(name: string, awsRegion: string): Promise<void>;
}

const ENCRYPTION = { SSESpecificationOverride: { Enabled: true, SSEType: 'KMS' } } as const;

/** @param clientOf a client for a region */
export function createTables(clientOf: (awsRegion: string) => DynamoDBClient): Tables {
  async function using<T>(awsRegion: string, work: (client: DynamoDBClient) => Promise<T>): Promise<T> {
    const client = clientOf(awsRegion);
    try {
      return await work(client);
    } finally {
      client.destroy();
    }
  }
  const statusOf = async (client: DynamoDBClient, name: string): Promise<string | undefined> => {
    try {
      return (await client.send(new DescribeTableCommand({ TableName: name }))).Table?.TableStatus;
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return undefined;
      throw error;
    }
  };
  return {
    status: (name, awsRegion) => using(awsRegion, (client) => statusOf(client, name)),
    restore: (sourceArn, target, at) =>
      using(sourceArn.split(':')[3] ?? '', async (client) => {
        const source = sourceArn.split('/')[1] ?? '';
        if ((await statusOf(client, source)) !== undefined) {
          const moment = at ? { RestoreDateTime: at } : { UseLatestRestorableTime: true };
          const asked = { SourceTableArn: sourceArn, TargetTableName: target, ...moment, ...ENCRYPTION };
          await client.send(new RestoreTableToPointInTimeCommand(asked));
          return;
        }
        const { BackupSummaries = [] } = await client.send(
          new ListBackupsCommand({ TableName: source, BackupType: 'SYSTEM' }),
        );
        const BackupArn = BackupSummaries.at(-1)?.BackupArn;
        if (BackupArn === undefined) {
          throw new Failure(
            `The table ${source} does not exist, and DynamoDB has no backup of it.`,
            'Without a backup of your own the accounts are lost: people must link again. Run npm run deploy.',
          );
        }
        await client.send(new RestoreTableFromBackupCommand({ BackupArn, TargetTableName: target, ...ENCRYPTION }));
      }),
    protect: (name, awsRegion) =>
      using(awsRegion, async (client) => {
        const TableName = name;
        await client.send(
          new UpdateContinuousBackupsCommand({
            TableName,
            PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
          }),
        );
        await client
          .send(
            new UpdateTimeToLiveCommand({
              TableName,
              TimeToLiveSpecification: { AttributeName: TTL_ATTRIBUTE, Enabled: true },
            }),
          )
          // DynamoDB refuses what is so already; an interrupted run comes here a second time.
          .catch((error: Error) => {
            if (!error.message.includes('already enabled')) throw error;
          });
        await client.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: true }));
      }),
  };
}
