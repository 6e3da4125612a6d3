import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createAws } from '../../infra/deploy/aws/aws.ts';
import { deploy } from '../../infra/deploy/deploy.ts';
import { type StandInAws, startAws } from '../stand-ins/aws.ts';
import { type Amazon, newAmazon, newCheckout, newRun } from './deploy-support.ts';

// Two people, or a person and a rotation, change the secret entry at the same moment.

const ARN = 'arn:aws:secretsmanager:us-east-1:1:secret:s';
const saved = { ...process.env };
let standIn: StandInAws;
let amazon: Amazon;
let checkout: ReturnType<typeof newCheckout>;

beforeEach(async () => {
  standIn = await startAws();
  process.env.AWS_ENDPOINT_URL = standIn.url;
  process.env.AWS_ACCESS_KEY_ID = 'AKIDEXAMPLE';
  process.env.AWS_SECRET_ACCESS_KEY = 'canary-aws-secret';
  amazon = newAmazon();
  checkout = newCheckout();
});
afterEach(async () => {
  process.env = { ...saved };
  checkout.remove();
  await standIn.close();
});

test('a secret is replaced when nobody wrote since it was read', async () => {
  standIn.secrets.create(ARN, 'first');
  const aws = createAws({});
  const before = await aws.secret(ARN);
  expect(before.text).toBe('first');
  expect(await aws.replaceSecret(ARN, before, 'second')).toBe(true);
  expect(standIn.secrets.text(ARN)).toBe('second');
  expect(await aws.replaceSecret(ARN, await aws.secret(ARN), 'third')).toBe(true);
  expect(standIn.secrets.text(ARN)).toBe('third');
});

test('a secret that somebody else wrote meanwhile is not replaced', async () => {
  standIn.secrets.create(ARN, 'first');
  const aws = createAws({});
  const before = await aws.secret(ARN);
  standIn.secrets.write(ARN, 'theirs');
  expect(await aws.replaceSecret(ARN, before, 'ours')).toBe(false);
  expect(standIn.secrets.text(ARN)).toBe('theirs');
  expect(await aws.replaceSecret(ARN, await aws.secret(ARN), 'ours on theirs')).toBe(true);
  expect(standIn.secrets.text(ARN)).toBe('ours on theirs');
});

test('an entry that was deleted meanwhile is a failure, not a conflict', async () => {
  standIn.secrets.create(ARN, 'first');
  const aws = createAws({});
  const before = await aws.secret(ARN);
  standIn.secrets.delete(ARN);
  await expect(aws.replaceSecret(ARN, before, 'ours')).rejects.toMatchObject({ name: 'Failure' });
});

async function deployed(...args: string[]): Promise<string[]> {
  const run = newRun(amazon, checkout.root, ['--yes', ...args]);
  await deploy(run);
  return run.lines;
}

interface Entry {
  deviceEventsKey?: string;
  rotating?: boolean;
  linkingClients: { secrets: { secret: string; retired: boolean }[] }[];
}
const entry = () => JSON.parse(amazon.secretText) as Entry;
const others = (change: (entry: Entry) => void) => () => {
  const theirs = entry();
  change(theirs);
  amazon.secretText = JSON.stringify(theirs);
};

const CONFLICT =
  '           somebody else changed the secret entry at the same moment; their change is kept, trying again';

test('a deployment keeps what somebody else wrote meanwhile, and says so', async () => {
  amazon.beforeSecretWrite = others((theirs) => {
    theirs.deviceEventsKey = 'theirs';
  });
  const lines = await deployed();
  expect(lines.filter((line) => line.includes('somebody else'))).toEqual([CONFLICT]);
  expect(entry()).toMatchObject({ deviceEventsKey: 'theirs', messaging: { clientSecret: 'canary-messaging' } });
  expect(entry().linkingClients[0]?.secrets).toHaveLength(1);
});

test('two rotations at the same moment end with one new client secret', async () => {
  await deployed();
  amazon.beforeSecretWrite = others((theirs) => {
    theirs.rotating = true;
    theirs.linkingClients[0]?.secrets.unshift({ secret: 'canary-theirs', retired: false });
  });
  await deployed('--rotate-client-secret');
  expect(entry().linkingClients[0]?.secrets.map(({ retired }) => retired)).toEqual([false, true]);
  expect([...amazon.skills.values()][0]?.secret).toBe('canary-theirs');
});

test('the secret that Alexa has is never retired because somebody else added another meanwhile', async () => {
  await deployed();
  const run = newRun(amazon, checkout.root, ['--yes', '--rotate-client-secret']);
  const setAccountLinking = run.ask.setAccountLinking.bind(run.ask);
  const ask = {
    ...run.ask,
    setAccountLinking: async (...args: Parameters<typeof setAccountLinking>) => {
      await setAccountLinking(...args);
      others((theirs) => theirs.linkingClients[0]?.secrets.unshift({ secret: 'canary-newer', retired: false }))();
    },
  };
  await expect(deploy({ ...run, ask, makeSecret: () => 'canary-ours' })).rejects.toMatchObject({
    message:
      'Somebody else changed the client secret while this command was running. Nothing of theirs was overwritten.',
  });
  const given = [...amazon.skills.values()][0]?.secret;
  expect(entry().linkingClients[0]?.secrets.find(({ secret }) => secret === given)?.retired).toBe(false);
  await deployed();
  expect([...amazon.skills.values()][0]?.secret).toBe('canary-newer');
});

test('an entry that keeps changing ends in one sentence', async () => {
  const change = () => {
    others((theirs) => {
      theirs.deviceEventsKey = `${theirs.deviceEventsKey ?? ''}x`;
    })();
    amazon.beforeSecretWrite = change;
  };
  amazon.beforeSecretWrite = change;
  await expect(deployed()).rejects.toMatchObject({
    message:
      'Somebody else changed the secret entry while this command was running. Nothing of theirs was overwritten.',
  });
  expect(entry()).toMatchObject({ deviceEventsKey: 'xxxxx', messaging: { clientSecret: 'set-by-deploy' } });
});
