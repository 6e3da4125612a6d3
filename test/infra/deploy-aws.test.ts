import { expect, test } from '@jest/globals';
import { createQueryClient } from '../../infra/deploy/aws/query.ts';
import { signedHeaders } from '../../infra/deploy/aws/sign.ts';
import { causeIn, newestEvents } from '../../infra/deploy/aws/stack-events.ts';
import { stacksOf } from '../../infra/deploy/aws/stacks.ts';
import { readXml, textAt } from '../../infra/deploy/aws/xml.ts';
import { type Asked, serveLoopback } from '../stand-ins/loopback.ts';

// "post-x-www-form-urlencoded" of AWS's own Signature Version 4 test suite.
test("a request is signed as in AWS's test suite", () => {
  const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
  const scope = { service: 'service', region: 'us-east-1', at: new Date('2015-08-30T12:36:00Z') };
  const headers = signedHeaders(
    'example.amazonaws.com',
    'application/x-www-form-urlencoded',
    'Param1=value1',
    keys,
    scope,
  );
  expect(headers).toEqual({
    'content-type': 'application/x-www-form-urlencoded',
    'x-amz-date': '20150830T123600Z',
    authorization:
      'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a',
  });
});

test('keys of a session send its token', () => {
  const keys = { accessKeyId: 'A', secretAccessKey: 'B', sessionToken: 'of-a-session' };
  const headers = signedHeaders('h', 't', '', keys, { service: 'sts', region: 'us-east-1', at: new Date(0) });
  expect(headers['x-amz-security-token']).toBe('of-a-session');
  expect(headers.authorization).toContain('SignedHeaders=content-type;host;x-amz-date;x-amz-security-token,');
});

test('elements, lists, entities and empty ones are read', () => {
  const element = readXml(
    '<?xml version="1.0"?><A xmlns="http://x/"><B>1 &lt; 2 &amp; &#x41;&#66;</B><C/><D>\n</D></A>\n',
  );
  expect(element).toEqual({ A: [{ B: ['1 < 2 & AB'], C: [''], D: [''] }] });
  expect(textAt(element, 'A', 'B')).toBe('1 < 2 & AB');
});

test.each([['<A><B></A></B>'], ['<A>'], ['</A>']])('%s is not XML', (text) => {
  expect(() => readXml(text)).toThrow(/XML/);
});

const keys = async () => ({ accessKeyId: 'A', secretAccessKey: 'B' });
const member = (id: string, skillId: string) =>
  `<member><StackId>${id}</StackId><StackStatus>CREATE_COMPLETE</StackStatus><Parameters><member><ParameterKey>SkillId</ParameterKey><ParameterValue>${skillId}</ParameterValue></member></Parameters><Outputs><member><OutputKey>TableName</OutputKey><OutputValue>t</OutputValue></member></Outputs></member>`;
const page = (members: string, next: string) =>
  `<DescribeStacksResponse><DescribeStacksResult><Stacks>${members}</Stacks>${next}</DescribeStacksResult></DescribeStacksResponse>`;

test("a skill's stacks are found on every page", async () => {
  const asked: string[] = [];
  const aws = await serveLoopback(({ body }: Asked) => {
    const form = new URLSearchParams(body.toString());
    asked.push(`${form.get('Action')} ${form.get('NextToken')}`);
    const isFirst = !form.has('NextToken');
    return {
      status: 200,
      body: isFirst ? page(member('one', 'other'), '<NextToken>2</NextToken>') : page(member('two', 'mine'), ''),
    };
  });
  try {
    const query = createQueryClient(keys, { AWS_ENDPOINT_URL: aws.url });
    expect(await stacksOf('mine', 'eu-west-1', query)).toEqual([
      {
        id: 'two',
        awsRegion: 'eu-west-1',
        status: 'CREATE_COMPLETE',
        parameters: { SkillId: 'mine' },
        outputs: { TableName: 't' },
        isProtected: false,
      },
    ]);
    expect(asked).toEqual(['DescribeStacks null', 'DescribeStacks 2']);
  } finally {
    await aws.close();
  }
});

test('a refusal has its code and its words', async () => {
  const aws = await serveLoopback(() => ({
    status: 403,
    body: '<ErrorResponse><Error><Code>AccessDenied</Code><Message>User is not authorized to perform: x:Y</Message></Error></ErrorResponse>',
  }));
  try {
    const query = createQueryClient(keys, { AWS_ENDPOINT_URL: aws.url });
    const refusal = { name: 'AwsRefusal', code: 'AccessDenied', message: 'User is not authorized to perform: x:Y' };
    await expect(query('sts', 'us-east-1', 'GetCallerIdentity')).rejects.toMatchObject(refusal);
  } finally {
    await aws.close();
  }
});

test('of the events of a failed change, on all pages, the oldest real failure is the cause', async () => {
  const event = (status: string, resource: string, type: string, reason: string) =>
    `<member><LogicalResourceId>${resource}</LogicalResourceId><ResourceType>${type}</ResourceType><ResourceStatus>${status}</ResourceStatus><ResourceStatusReason>${reason}</ResourceStatusReason></member>`;
  const pages = [
    event('ROLLBACK_COMPLETE', 'lamps', 'AWS::CloudFormation::Stack', '') +
      event('CREATE_FAILED', 'B', 'AWS::Lambda::Function', 'Resource creation cancelled'),
    event('CREATE_FAILED', 'C', 'AWS::IAM::Role', 'it came second') +
      event('CREATE_FAILED', 'A', 'AWS::SQS::Queue', 'the cause') +
      event('CREATE_IN_PROGRESS', 'lamps', 'AWS::CloudFormation::Stack', 'User Initiated') +
      event('CREATE_FAILED', 'Z', 'AWS::SQS::Queue', 'of an earlier change'),
  ];
  const aws = await serveLoopback(({ body }: Asked) => {
    const second = new URLSearchParams(body.toString()).has('NextToken');
    const next = second ? '' : '<NextToken>2</NextToken>';
    return {
      status: 200,
      body: `<DescribeStackEventsResponse><DescribeStackEventsResult><StackEvents>${pages[second ? 1 : 0]}</StackEvents>${next}</DescribeStackEventsResult></DescribeStackEventsResponse>`,
    };
  });
  try {
    const query = createQueryClient(keys, { AWS_ENDPOINT_URL: aws.url });
    const events = await newestEvents('lamps', 'us-east-1', query);
    expect(causeIn(events)).toEqual({
      resource: 'A',
      type: 'AWS::SQS::Queue',
      status: 'CREATE_FAILED',
      reason: 'the cause',
    });
  } finally {
    await aws.close();
  }
});

test('where nobody answers there is a sentence and a remedy', async () => {
  const aws = await serveLoopback(() => ({ status: 200 }));
  await aws.close();
  const query = createQueryClient(keys, { AWS_ENDPOINT_URL: aws.url });
  await expect(query('sts', 'us-east-1', 'GetCallerIdentity')).rejects.toMatchObject({
    message: 'Amazon cannot be reached.',
    remedy: expect.stringContaining('proxy'),
  });
});
