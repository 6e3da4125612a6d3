/** The index over accounts, by when they are to be checked, and over notices that are still to be sent. Only rows that carry both `shard` and `due` are in it. */
export const DUE_INDEX = 'due';

/** The attribute by which DynamoDB forgets short-lived rows (epoch seconds); nothing that matters carries it. */
export const TTL_ATTRIBUTE = 'ttl';

/**
 * The table, as CreateTable takes it but for its name: what the stack declares and what the desk makes for itself must be the same.
 * Time to live is switched on by a call of its own (`TTL_ATTRIBUTE`).
 */
export const tableSchema = {
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'S' },
    { AttributeName: 'shard', AttributeType: 'S' },
    { AttributeName: 'due', AttributeType: 'S' },
  ],
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: DUE_INDEX,
      KeySchema: [
        { AttributeName: 'shard', KeyType: 'HASH' },
        { AttributeName: 'due', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
  ],
} as const;
