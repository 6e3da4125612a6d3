import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { openNamed, SENDER } from './restored.ts';
import { mailTemplate, ROOT, stateTemplate, template, toTemplate } from './template.ts';

// The policy of the role with which the workflow deploys.

interface Statement {
  readonly Sid: string;
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
}

const policy = JSON.parse(readFileSync(join(ROOT, 'infra/deploy-policy.json'), 'utf8')) as {
  readonly Statement: readonly Statement[];
};
const list = (one: string | readonly string[]): readonly string[] => (typeof one === 'string' ? [one] : one);
const actions = policy.Statement.flatMap(({ Action }) => list(Action));
const allows = (call: string) => actions.some((action) => action === call || action === `${call.split(':')[0]}:*`);

test('it allows every call that deploying, a domain, a sender of mails, restoring and undeploying make', async () => {
  const world = await openNamed(SENDER);
  try {
    await world.restore();
    await world.undeploy();
    const called = [...world.called].filter((call) => !call.startsWith('route53:'));
    expect(called).toContain('ses:GetEmailIdentity');
    expect(called.length).toBeGreaterThan(20);
    expect(called.filter((call) => !allows(call))).toEqual([]);
  } finally {
    await world.close();
  }
});

/** The service of each type that the stacks hold. */
const SERVICE: Readonly<Record<string, string>> = {
  ApiGatewayV2: 'apigateway',
  CloudWatch: 'cloudwatch',
  DynamoDB: 'dynamodb',
  IAM: 'iam',
  Lambda: 'lambda',
  Logs: 'logs',
  SES: 'ses',
  SNS: 'sns',
  SQS: 'sqs',
  Scheduler: 'scheduler',
  SecretsManager: 'secretsmanager',
};

test('it allows the services of every resource in the templates', () => {
  const address = toTemplate(readFileSync(join(ROOT, 'infra/address-stack.yaml'), 'utf8'));
  const types = [template, stateTemplate, address, mailTemplate].flatMap(({ Resources }) => Object.values(Resources));
  const services = [...new Set(types.map(({ Type }) => SERVICE[Type.split('::')[1] ?? ''] ?? Type))];
  expect(services.sort()).toEqual(Object.values(SERVICE).sort());
  for (const service of services) expect(actions.some((action) => action.startsWith(`${service}:`))).toBe(true);
});

test('of SES it allows to look at identities, and configuration sets of our own; of roles, to attach policies of our own stacks only', () => {
  const of = (service: string) =>
    policy.Statement.filter(({ Action }) => list(Action).some((action) => action.startsWith(`${service}:`)));
  expect(of('ses').map(({ Sid, Resource }) => [Sid, Resource])).toEqual([
    ['SenderOfMails', 'arn:aws:ses:*:*:identity/*'],
    [
      'ConfigurationSetOfMails',
      ['arn:aws:ses:*:*:configuration-set/dimmer-plugs-*', 'arn:aws:ses:*:*:configuration-set/dimmer-plug-notices'],
    ],
  ]);
  expect(actions.filter((action) => action.startsWith('ses:') && /\*|:Send|CreateEmailIdentity/.test(action))).toEqual(
    [],
  );
  expect(of('iam').find(({ Action }) => list(Action).includes('iam:AttachRolePolicy'))).toMatchObject({
    Resource: 'arn:aws:iam::*:role/ask-*',
    Condition: {
      ArnLike: {
        'iam:PolicyARN': ['arn:aws:iam::*:policy/dimmer-plugs-*', 'arn:aws:iam::*:policy/dimmer-plug-mail-*'],
      },
    },
  });
});

test('only calls without a resource of their own are allowed on all; no role is passed to another service', () => {
  for (const { Sid, Effect, Action, Resource } of policy.Statement) {
    expect(Effect).toBe('Allow');
    for (const action of list(Action)) expect(action).not.toBe('*');
    if (list(Resource).includes('*'))
      expect([Sid, list(Action).filter((action) => action.endsWith('*'))]).toEqual(['WhatHasNoName', []]);
  }
  expect(policy.Statement.find(({ Action }) => list(Action).includes('iam:PassRole'))).toMatchObject({
    Condition: { StringEquals: { 'iam:PassedToService': ['lambda.amazonaws.com', 'scheduler.amazonaws.com'] } },
  });
});
