import { answerDirective } from '../alexa/dispatch.ts';
import type { SkillPorts } from '../alexa/skill.ts';
import { noteDevices } from '../reports/discovery.ts';
import { type EnvironmentVariables, type Machine, wire } from './wire.ts';

/** The `skill` function: a directive in, its answer out; and what Alexa sends to skills of every kind, such as skill events. */
export function createSkill(
  environment: EnvironmentVariables,
  machine?: Machine,
): (event: unknown) => Promise<unknown> {
  const wired = wire(environment, machine);
  const ports: SkillPorts = {
    ...wired,
    noteDevices: (homeId, list, linkId) => noteDevices(homeId, list, wired, linkId),
  };
  return async (event) => {
    if (!isSkillRequest(event)) return await answerDirective(event, ports);
    const { answerSkillRequest } = await import('../alexa/skill-events.ts');
    return await answerSkillRequest(event, wired);
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
