import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import { expect, test } from '@jest/globals';
import { addressTemplate } from '../../infra/deploy/address-template.ts';
import { TEMPLATES, toJson } from '../../infra/deploy/template.ts';
import { ROOT } from '../infra/template.ts';
import { lint } from './lint.ts';

const db = loadAwsServiceSpecSync();
const found = (text: string) => lint(toJson(text), db);

/** A template with nothing wrong in it. Each row replaces one text in it. */
const TEMPLATE = `
Parameters:
  Kept: { Type: Number, Default: 14, AllowedValues: [14, 30] }
Conditions:
  IsLong: !Equals [!Ref Kept, 30]
Resources:
  Logs:
    Type: AWS::Logs::LogGroup
    DeletionPolicy: Retain
    Properties: { RetentionInDays: !Ref Kept }
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: { Statement: [{ Effect: Allow, Action: sts:AssumeRole, Condition: IsAnything }] }
  Function:
    Type: AWS::Lambda::Function
    DependsOn: Logs
    Properties:
      Code: { ZipFile: 'exports.handler = 1' }
      Role: !GetAtt Role.Arn
      Timeout: !If [IsLong, 30, 3]
      LoggingConfig: { LogFormat: JSON, LogGroup: !Sub '\${Logs}' }
Outputs:
  Arn: { Value: !Sub '\${Function.Arn}:\${AWS::Region}:\${!Literally}' }
`;

test('of a template that is right nothing is found', () => {
  expect(found(TEMPLATE)).toEqual([]);
});

test.each([
  {
    what: 'type',
    from: 'AWS::Logs::LogGroup',
    to: 'AWS::Logs::Group',
    says: 'Logs: there is no type AWS::Logs::Group',
  },
  { what: 'property', from: 'RetentionInDays:', to: 'Retention:', says: 'Logs.Properties: there is no Retention' },
  {
    what: 'inner property',
    from: 'LogFormat:',
    to: 'Format:',
    says: 'Function.Properties.LoggingConfig: there is no Format',
  },
  {
    what: 'attribute of a resource',
    from: 'DeletionPolicy:',
    to: 'DeletePolicy:',
    says: 'Logs: a resource has no DeletePolicy',
  },
  {
    what: 'parameter',
    from: '!Ref Kept }',
    to: '!Ref Keep }',
    says: 'Logs.Properties.RetentionInDays: there is no Keep',
  },
  {
    what: 'attribute',
    from: 'Role.Arn',
    to: 'Role.ARN',
    says: 'Function.Properties.Role: AWS::IAM::Role has no attribute ARN',
  },
  {
    what: 'attribute in a text',
    from: 'Function.Arn}',
    to: 'Function.Url}',
    says: 'Arn.Value: AWS::Lambda::Function has no attribute Url',
  },
  {
    what: 'condition',
    from: '!If [IsLong',
    to: '!If [IsShort',
    says: 'Function.Properties.Timeout: there is no condition IsShort',
  },
  { what: 'dependency', from: 'DependsOn: Logs', to: 'DependsOn: Log', says: 'Function: there is no Log to depend on' },
  { what: 'section', from: 'Outputs:', to: 'Output:', says: 'there is no section Output' },
])('it does not exist: a $what', ({ from, to, says }) => {
  expect(found(TEMPLATE.replace(from, to))).toContain(says);
});

test.each([
  {
    what: 'a required property is missing',
    from: 'Role: !GetAtt Role.Arn',
    to: 'Handler: a.b',
    says: 'Function.Properties: Role is required',
  },
  {
    what: 'a text where a number belongs',
    from: '30, 3]',
    to: '30, three]',
    says: 'Function.Properties.Timeout: "three" is no integer',
  },
  {
    what: 'a value that is not allowed',
    from: 'LogFormat: JSON',
    to: 'LogFormat: XML',
    says: 'Function.Properties.LoggingConfig.LogFormat: "XML" is none of Text, JSON',
  },
  {
    what: 'a text where properties belong',
    from: "{ ZipFile: 'exports.handler = 1' }",
    to: 'a.zip',
    says: 'Function.Properties.Code: it has properties of its own',
  },
  {
    what: 'a default that is not allowed',
    from: 'Default: 14',
    to: 'Default: 15',
    says: 'Kept: its default is not allowed',
  },
  {
    what: 'a parameter that nothing uses',
    from: 'Conditions:',
    to: '  Idle: { Type: String }\nConditions:',
    says: 'Idle: nothing uses it',
  },
  { what: 'a condition that nothing uses', from: '!If [IsLong, 30, 3]', to: '3', says: 'IsLong: nothing uses it' },
  {
    what: 'a circle',
    from: 'DeletionPolicy: Retain',
    to: 'DependsOn: Function',
    says: 'these need each other: Logs, Function, Logs',
  },
])('$what', ({ from, to, says }) => {
  expect(found(TEMPLATE.replace(from, to))).toContain(says);
});

test.each(Object.values(TEMPLATES))('%s: nothing is found', (path) => {
  expect(found(readFileSync(join(ROOT, path), 'utf8'))).toEqual([]);
});

test('the address stack with domains: nothing is found', () => {
  const certificateArn = 'arn:aws:acm:us-east-1:123456789012:certificate/1';
  const domains = ['lamps.example.org', 'light.example.org'].map((name) => ({ name, certificateArn }));
  expect(found(addressTemplate(ROOT, domains))).toEqual([]);
});
