import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { TEMPLATES } from '../../infra/deploy/template.ts';
import { type Fields, ROOT, template, toTemplate } from './template.ts';

// The template of addresses of one's own. What each domain adds is tried in deploy-domain.long.test.ts.

const { Resources, Parameters } = toTemplate(readFileSync(join(ROOT, TEMPLATES.address), 'utf8'));
const properties = (name: string): Fields => Resources[name]?.Properties ?? {};

test('it passes requests on as a function URL does, and waits longer than the function may run', () => {
  const { TimeoutInMillis, ...rest } = properties('Integration');
  expect(rest).toEqual({
    ApiId: { Ref: 'Api' },
    IntegrationType: 'AWS_PROXY',
    IntegrationUri: { Ref: 'FunctionArn' },
    // With the caller's own address, which the throttle counts.
    PayloadFormatVersion: '2.0',
  });
  // The most that an HTTP API takes. A shorter one would answer 503 while the page still waits for Amazon.
  expect(TimeoutInMillis).toBe(30_000);
  expect(Number(template.Resources.LinkingFunction?.Properties.Timeout) * 1_000).toBeLessThan(30_000);
});

test('only this API may invoke the function', () => {
  const permissions = Object.values(Resources).filter(({ Type }) => Type === 'AWS::Lambda::Permission');
  expect(permissions.map(({ Properties }) => Properties)).toEqual([
    {
      Action: 'lambda:InvokeFunction',
      FunctionName: { Ref: 'FunctionArn' },
      Principal: 'apigateway.amazonaws.com',
      SourceArn: {
        'Fn::Sub': ['arn:$', '{AWS::Partition}:execute-api:$', '{AWS::Region}:$', '{AWS::AccountId}:$', '{Api}/*'].join(
          '',
        ),
      },
    },
  ]);
});

test('the API outlasts its stack, and there is no role and no name that two skills would share', () => {
  expect(Resources.Api).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  expect(properties('Api').Name).toEqual({ Ref: 'AWS::StackName' });
  expect(Object.values(Resources).filter(({ Type }) => Type.startsWith('AWS::IAM::'))).toEqual([]);
});

test('requests that fail at the address have an alarm, which names its hop and what to do', () => {
  expect(properties('AddressAnswers5xx')).toMatchObject({
    AlarmDescription: expect.stringMatching(/^Hop: .{5,}\. .*Do: .{10,}\.$/s),
    MetricName: '5xx',
    Dimensions: [{ Name: 'ApiId', Value: { Ref: 'Api' } }],
    Threshold: 1,
    AlarmActions: [{ Ref: 'AlarmTopicArn' }],
    OKActions: [{ Ref: 'AlarmTopicArn' }],
  });
});

test('it takes one function', () => {
  const pattern = new RegExp(`^(?:${String(Parameters.FunctionArn?.AllowedPattern)})$`);
  expect('arn:aws:lambda:us-east-1:123456789012:function:linking').toMatch(pattern);
  expect('arn:aws:lambda:us-east-1:1:function:a,arn:aws:lambda:us-east-1:1:function:b').not.toMatch(pattern);
});
