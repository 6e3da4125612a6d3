import { expect, test } from '@jest/globals';
import { toConfig } from '../../lambda/adapters/environment/environment.ts';
import { type Fields, mailTemplate } from './template.ts';

// The mail stack's template: what writes to people needs besides the skill's stack.

const { Resources } = mailTemplate;
const properties = (name: string): Fields => {
  const resource = Resources[name];
  if (!resource) throw new Error(`there is no ${name}`);
  return resource.Properties;
};
const SET_ARN = {
  'Fn::Sub': `arn:\${AWS::Partition}:ses:\${AWS::Region}:\${AWS::AccountId}:configuration-set/\${Mails}`,
};

test('the functions may send from one identity with one configuration set, and no more', () => {
  expect(properties('MaySend').PolicyDocument).toEqual({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'ses:SendEmail', Resource: [{ Ref: 'IdentityArn' }, SET_ARN] }],
  });
  expect(Object.values(Resources).filter(({ Type }) => Type.startsWith('AWS::IAM::'))).toHaveLength(1);
  expect(JSON.stringify(mailTemplate.Resources)).not.toContain('*');
});

test('the configuration set is the one that the functions name in every mail; the default is that of stacks made by hand', () => {
  const environment = { TABLE_NAME: 'table', SECRETS_JSON: '{}' };
  expect(properties('Mails').Name).toEqual({ Ref: 'ConfigurationSet' });
  expect(toConfig(environment).NOTICE_CONFIGURATION_SET).toBe(mailTemplate.Parameters.ConfigurationSet?.Default);
  expect(mailTemplate.Parameters.ConfigurationSet?.Default).toBe('dimmer-plug-notices');
});

test('SES tells the topic of bounces and complaints, of this configuration set and account only', () => {
  expect(properties('MailEvents')).toEqual({
    ConfigurationSetName: { Ref: 'Mails' },
    EventDestination: {
      Name: 'failed-mails',
      Enabled: true,
      MatchingEventTypes: ['bounce', 'complaint'],
      SnsDestination: { TopicARN: { Ref: 'EventTopic' } },
    },
  });
  expect(properties('EventTopicPolicy')).toMatchObject({
    PolicyDocument: {
      Statement: [
        {
          Principal: { Service: 'ses.amazonaws.com' },
          Action: 'sns:Publish',
          Resource: { Ref: 'EventTopic' },
          Condition: { StringEquals: { 'AWS:SourceAccount': { Ref: 'AWS::AccountId' }, 'AWS:SourceArn': SET_ARN } },
        },
      ],
    },
  });
});

test('only this topic may invoke the function, and nothing else is subscribed to it', () => {
  expect(properties('EventPermission')).toEqual({
    Action: 'lambda:InvokeFunction',
    FunctionName: { Ref: 'MaintenanceArn' },
    Principal: 'sns.amazonaws.com',
    SourceArn: { Ref: 'EventTopic' },
  });
  expect(Object.values(Resources).filter(({ Type }) => Type === 'AWS::SNS::Subscription')).toHaveLength(1);
  expect(properties('EventSubscription').Endpoint).toEqual({ Ref: 'MaintenanceArn' });
});
