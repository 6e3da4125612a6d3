import { answerDirective } from '../alexa/dispatch.ts';
import type { SkillPorts } from '../alexa/skill.ts';
import { noteDevices } from '../reports/device-list.ts';
import { compose, type EnvironmentVariables, type Overrides } from './compose.ts';

/** The `skill` function: a directive in, its answer out; and what Alexa sends to skills of every kind, such as skill events. */
export function createSkill(
  environment: EnvironmentVariables,
  overrides?: Overrides,
): (event: unknown) => Promise<unknown> {
  const shared = compose(environment, overrides);
  const ports: SkillPorts = {
    ...shared,
    cloud: overrides?.cloud?.(shared.cloud) ?? shared.cloud,
    noteAccount: shared.passthrough?.noteAccount,
    noteDevices: (accountId, list, linkId) => noteDevices(accountId, list, shared, linkId),
  };
  return async (event) => {
    if (!isSkillRequest(event)) return await answerDirective(event, ports);
    const { answerSkillRequest } = await import('../alexa/skill-events.ts');
    return await answerSkillRequest(event, shared);
  };
}

const isSkillRequest = (event: unknown): boolean =>
  typeof event === 'object' && event !== null && 'request' in event && !('directive' in event);

let skill: ReturnType<typeof createSkill> | undefined;

/** What Lambda calls. */
export const handler = (event: unknown): Promise<unknown> => {
  skill ??= createSkill(process.env);
  return skill(event);
};
