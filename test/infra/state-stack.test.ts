import { expect, test } from '@jest/globals';
import { firstEntry } from '../../infra/deploy/secret-entry.ts';
import { STATE_POLICY, stateStackName } from '../../infra/deploy/state-step.ts';
import { MOST_TEMPLATE_BYTES, sentTemplate } from '../../infra/deploy/template.ts';
import { createSealer } from '../../lambda/adapters/aes-gcm/sealer.ts';
import { parseSecrets } from '../../lambda/adapters/environment/secrets.ts';
import { TTL_ATTRIBUTE, tableSchema } from '../../lambda/ports/table-schema.ts';
import { type Fields, ROOT, stateTemplate, template, toTemplate } from './template.ts';

// The state stack's template: what must outlast the functions.

const { Parameters, Resources, Outputs } = stateTemplate;
const LASTING = ['Table', 'Secret', 'NoticeTopic', 'AlarmTopic'];

const properties = (name: string): Fields => {
  const resource = Resources[name];
  if (!resource) throw new Error(`there is no ${name}`);
  return resource.Properties;
};

test('it holds the table, the secret entry, the topics and their subscriptions, and the skill’s stack holds none of these', () => {
  expect(Object.keys(Resources)).toEqual([
    ...LASTING.slice(0, 3),
    'NoticeSubscription',
    'AlarmTopic',
    'AlarmSubscription',
  ]);
  const types = new Set(Object.values(Resources).map(({ Type }) => Type));
  expect(Object.values(template.Resources).filter(({ Type }) => types.has(Type))).toEqual([]);
});

test('what is sent is the same template, with room for much more', () => {
  expect(toTemplate(sentTemplate(ROOT, 'state')).Resources).toEqual(stateTemplate.Resources);
  expect(Buffer.byteLength(sentTemplate(ROOT, 'state'))).toBeLessThanOrEqual(MOST_TEMPLATE_BYTES - 30_000);
});

test.each(LASTING)(
  '%s stays when the stack is deleted or would replace it, and has no name that a second one would clash with',
  (name) => {
    // RetainExceptOnCreate would have a failed first deploy delete a table that may not be deleted.
    expect(Resources[name]).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    const { TableName, Name, TopicName } = properties(name);
    expect([TableName, Name, TopicName]).toEqual([undefined, undefined, undefined]);
  },
);

test('the stack policy lets nobody replace or remove what lasts, and lets addresses change', () => {
  expect(JSON.parse(STATE_POLICY)).toEqual({
    Statement: [
      { Effect: 'Allow', Principal: '*', Action: 'Update:*', Resource: '*' },
      {
        Effect: 'Deny',
        Principal: '*',
        Action: ['Update:Replace', 'Update:Delete'],
        Resource: [
          'LogicalResourceId/Table',
          'LogicalResourceId/Secret',
          'LogicalResourceId/NoticeTopic',
          'LogicalResourceId/AlarmTopic',
        ],
      },
    ],
  });
});

test('the table is the one that the code was tried with', () => {
  const { BillingMode, AttributeDefinitions, KeySchema, GlobalSecondaryIndexes, TimeToLiveSpecification } =
    properties('Table');
  expect({ BillingMode, AttributeDefinitions, KeySchema, GlobalSecondaryIndexes }).toEqual(tableSchema);
  expect(TimeToLiveSpecification).toEqual({ AttributeName: TTL_ATTRIBUTE, Enabled: true });
});

test('the table can be brought back, is sealed, and is not deleted by mistake', () => {
  const { PointInTimeRecoverySpecification, SSESpecification, DeletionProtectionEnabled } = properties('Table');
  expect(PointInTimeRecoverySpecification).toEqual({ PointInTimeRecoveryEnabled: true });
  expect(SSESpecification).toEqual({ SSEEnabled: true, SSEType: 'KMS' });
  expect(DeletionProtectionEnabled).toBe(true);
});

test('CloudFormation writes no text of the secret entry: at an import or a change it would be another one, and unlink every account', () => {
  expect(Object.keys(properties('Secret'))).toEqual(['Description']);
});

test('the first text is a secret that the functions can work with', () => {
  const { sealingKeys, linkingClients } = parseSecrets(JSON.stringify(firstEntry('q'.repeat(40))));
  expect(linkingClients).toEqual([]);
  const sealer = createSealer(sealingKeys);
  expect(sealer.open(sealer.seal('text', 'here'), 'here')).toBe('text');
});

test('notices are encrypted', () => {
  expect(properties('NoticeTopic').KmsMasterKeyId).toBe('alias/aws/sns');
});

test('what the functions are given are outputs here and parameters there', () => {
  const names = ['TableArn', 'SecretArn', 'NoticeTopicArn', 'AlarmTopicArn'];
  expect(Object.keys(Outputs)).toEqual(names);
  expect(Object.keys(template.Parameters)).toEqual(expect.arrayContaining(names));
  expect(Object.keys(Parameters)).toEqual(['Part', 'AlarmEmail', 'NoticeEmail']);
});

test('the stack’s name is the same for the same skill, and short enough', () => {
  const name = stateStackName('amzn1.ask.skill.0f3c0000-0000-0000-0000-000000000000');
  expect(name).toBe('dimmer-plugs-0f3c0000-0000-0000-0000-000000000000');
  // The longest name that is made of it is a topic's, of 256 characters.
  expect(`${name}-AlarmTopic-`.length + 12).toBeLessThanOrEqual(256);
});
