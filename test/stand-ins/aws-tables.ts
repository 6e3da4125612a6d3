import { type Answered, json } from './loopback.ts';
import { ACCOUNT, type Made } from './stack.ts';

/** What of DynamoDB is about whole tables: their status, restoring, and their settings. */
export interface TableService {
  answer(target: string, body: string, awsRegion: string): Answered;
  /** Somebody deletes a table; DynamoDB keeps a backup of it. */
  delete(name: string): void;
  /** What each restored table was made of, and what has been set on it since. */
  readonly restored: ReadonlyMap<string, { readonly from: string; readonly settings: Set<string> }>;
}

interface Asked {
  readonly TableName?: string;
  readonly SourceTableArn?: string;
  readonly TargetTableName?: string;
  readonly BackupArn?: string;
}

/** @param made every resource of a type that there is, in a stack or in none */
export function createTableService(made: (type: string) => readonly Made[], add: (one: Made) => void): TableService {
  const deleted = new Set<string>();
  const restored = new Map<string, { from: string; settings: Set<string>; looks: number }>();
  const exists = (name: string) => !deleted.has(name) && made('AWS::DynamoDB::Table').some(({ id }) => id === name);
  const restore = (from: string, target: string, awsRegion: string): Answered => {
    if (exists(target)) return refused('TableAlreadyExistsException', target);
    restored.set(target, { from, settings: new Set(), looks: 0 });
    const arn = `arn:aws:dynamodb:${awsRegion}:${ACCOUNT}:table/${target}`;
    add({ type: 'AWS::DynamoDB::Table', id: target, arn, properties: {}, metadata: {}, retained: true });
    return json(200, { TableDescription: { TableStatus: 'CREATING' } });
  };
  return {
    restored,
    delete: (name) => deleted.add(name),
    answer(target, body, awsRegion) {
      const { TableName = '', SourceTableArn, TargetTableName = '', BackupArn } = JSON.parse(body) as Asked;
      const action = target.split('.').at(-1) ?? '';
      if (action === 'RestoreTableToPointInTime') {
        const source = SourceTableArn?.split('/')[1] ?? '';
        return exists(source) ? restore(source, TargetTableName, awsRegion) : refused('TableNotFoundException', source);
      }
      if (action === 'RestoreTableFromBackup')
        return restore(BackupArn?.split('/')[1] ?? '', TargetTableName, awsRegion);
      if (action === 'ListBackups') {
        const arn = `arn:aws:dynamodb:${awsRegion}:${ACCOUNT}:table/${TableName}/backup/1`;
        return json(200, { BackupSummaries: deleted.has(TableName) ? [{ BackupArn: arn }] : [] });
      }
      if (!exists(TableName)) return refused('ResourceNotFoundException', TableName);
      const one = restored.get(TableName);
      if (action === 'DescribeTable') {
        if (one) one.looks += 1;
        return json(200, { Table: { TableName, TableStatus: one && one.looks < 2 ? 'CREATING' : 'ACTIVE' } });
      }
      if (action === 'UpdateTimeToLive' && one?.settings.has(action))
        return refused('ValidationException', 'TimeToLive is already enabled');
      one?.settings.add(action);
      return json(200, {});
    },
  };
}

const refused = (type: string, message: string): Answered =>
  json(400, { __type: `com.amazonaws.dynamodb.v20120810#${type}`, message });
