import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';

const root = resolve(import.meta.dirname, '../..');
const text = readFileSync(resolve(root, '.github/workflows/ci.yml'), 'utf8');

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: object;
  readonly env?: Readonly<Record<string, string>>;
}

interface Job {
  readonly if?: string;
  readonly needs?: string;
  readonly environment?: string;
  readonly permissions?: object;
  readonly concurrency?: object;
  readonly steps: readonly Step[];
}

const workflow = parse(text) as {
  readonly on: object;
  readonly permissions: object;
  readonly env?: object;
  readonly jobs: { readonly check: Job; readonly deploy: Job };
};
const { check, deploy } = workflow.jobs;
const commands = (job: Job) => job.steps.flatMap(({ run }) => run ?? []);

test('every change and every pull request is checked, as on a developer’s machine', () => {
  expect(workflow.on).toEqual({ push: { branches: ['**'], tags: ['v*'] }, pull_request: null });
  expect(check.if).toBeUndefined();
  expect(commands(check)).toEqual(['.ci/run']);
  expect(existsSync(resolve(root, '.ci/run'))).toBe(true);
});

test('only tags are deployed: after the checks, one at a time, with preflight before and after', () => {
  expect(deploy).toMatchObject({
    if: "startsWith(github.ref, 'refs/tags/v')",
    needs: 'check',
    environment: 'production',
    concurrency: { group: 'deploy', 'cancel-in-progress': false },
  });
  expect(commands(deploy).map((command) => command.split(' -- ')[0])).toEqual([
    'npm install --no-audit --no-fund',
    'npm run ask',
    'npm run preflight',
    'npm run deploy',
    'npm run preflight',
  ]);
});

test('its commands are the project’s own', () => {
  const { scripts } = JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8')) as { scripts: object };
  const named = commands(deploy).flatMap((command) => /^npm run ([\w:]+)/.exec(command)?.[1] ?? []);
  expect(Object.keys(scripts)).toEqual(expect.arrayContaining(named));
});

test('secrets reach the two steps that need them, by the environment, and no pull request', () => {
  expect(workflow.env).toBeUndefined();
  expect(workflow.permissions).toEqual({ contents: 'read' });
  expect(JSON.stringify(check)).not.toContain('secrets.');
  for (const command of commands(deploy)) expect(command).not.toMatch(/\$\{\{/); // neither secrets nor other people's text
  const withSecrets = deploy.steps.filter((step) => JSON.stringify(step).includes('secrets.'));
  expect(withSecrets.map(({ run }) => run?.split(' -- ')[0])).toEqual(['npm run deploy', 'npm run preflight']);
  for (const step of withSecrets) {
    // With the keys of the role, the set with which ask-cli needs no profile (utils/profile-helper.js).
    expect(Object.keys(step.env ?? {})).toEqual(expect.arrayContaining(['ASK_REFRESH_TOKEN', 'ASK_VENDOR_ID']));
  }
});

test('the release has no long-lived keys and no cache, and packages are installed before there is any credential', () => {
  expect(deploy.permissions).toEqual({ contents: 'read', 'id-token': 'write' });
  expect(text).not.toContain('AWS_SECRET_ACCESS_KEY');
  expect(JSON.stringify(deploy.steps)).not.toMatch(/"cache"/);
  const steps = deploy.steps.map((step) => step.uses?.split('@')[0] ?? step.run?.split(' -- ')[0]);
  expect(steps).toEqual([
    'actions/checkout',
    'actions/setup-node',
    'npm install --no-audit --no-fund',
    'npm run ask',
    'npm run preflight',
    'aws-actions/configure-aws-credentials',
    'npm run deploy',
    'npm run preflight',
  ]);
});

test('every action is pinned to a commit', () => {
  const uses = [...text.matchAll(/uses: (\S+)(.*)/g)];
  expect(uses).toHaveLength(5);
  for (const [, action, comment] of uses) {
    expect(action).toMatch(/@[0-9a-f]{40}$/);
    expect(comment).toMatch(/^ # v\d+\.\d+\.\d+$/);
  }
});

test('it deploys to the regions, addresses and operator that the variables say, and takes nothing away that they lack', () => {
  const [command] = commands(deploy).filter((one) => one.startsWith('npm run deploy'));
  expect(command).toBe(
    'npm run deploy -- --yes --region "$REGIONS" --notices "$NOTICE_EMAIL" --alarms "$ALARM_EMAIL" --operator "$OPERATOR_NAME"',
  );
});

test('every secret and variable is explained at the top', () => {
  const [head = ''] = text.split('\nname:');
  const used = [...text.matchAll(/\b(?:secrets|vars)\.(\w+)/g)].map(([, name]) => name ?? '');
  expect(new Set(used).size).toBe(10);
  for (const name of used) expect(head).toContain(`#     ${name} `);
});
