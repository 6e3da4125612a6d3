import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { TEMPLATES } from '../../infra/deploy/template.ts';
import { examineAccount, type Patient } from '../../infra/doctor/examine.ts';
import type { Report } from '../../infra/doctor/report.ts';
import { startLocal } from '../../infra/preflight/local.ts';
import type { Stack, Target } from '../../infra/preflight/target.ts';
import { readTemplate } from '../../infra/preflight/template.ts';
import { openWatched } from '../domain/diagnosis/gather-support.ts';
import { withFastClock } from '../support/clock.ts';
import { EMAIL, PASSWORD, type TestSetup } from '../support/setup.ts';

const read = (path: string) => readFileSync(resolve(import.meta.dirname, '../..', path), 'utf8');

export interface Practice {
  readonly setup: TestSetup;
  readonly patient: Patient;
  readonly accountId: string;
  look(): Promise<Report>;
  close(): Promise<void>;
}

/** A system with one account, and its set-up as it should be but for the changes. */
export async function openPractice(around: (target: Target) => Partial<Target> = () => ({})): Promise<Practice> {
  const setup = await openWatched();
  const local = await startLocal({
    system: setup.system,
    account: { email: EMAIL, password: PASSWORD },
    template: readTemplate(...Object.values(TEMPLATES).map(read)),
    skillJson: JSON.parse(read('skill-package/skill.json')) as object,
    awsRegions: ['us-east-1'],
    subscriptions: ['SKILL_ENABLED', 'SKILL_DISABLED', 'SKILL_ACCOUNT_LINKED'],
    publish: false,
  });
  const patient = { title: 'The skill', ports: setup.system.ports, target: { ...local, ...around(local) } };
  const accountId = String(setup.account.userId);
  return {
    ...{ setup, patient, accountId },
    look: () => withFastClock(setup.clock, () => examineAccount(accountId, patient)),
    async close() {
      await local.close();
      await setup.system.close();
    },
  };
}

export const brokenIn = ({ lines }: Report): string[] =>
  lines.filter(({ state }) => state === 'broken').map(({ code }) => code);

export const withStacks =
  (change: (stack: Stack) => Partial<Stack>) =>
  (target: Target): Partial<Target> => ({
    stacks: async () => (await target.stacks()).map((stack) => ({ ...stack, ...change(stack) })),
  });
