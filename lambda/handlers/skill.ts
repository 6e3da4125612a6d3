import { answerDirective } from '../alexa/dispatch.ts';
import type { Message } from '../alexa/messages.ts';
import { type EnvironmentVariables, type Machine, wire } from './wire.ts';

/** The `skill` function: a directive in, its answer out. */
export function createSkill(
  environment: EnvironmentVariables,
  machine?: Machine,
): (event: unknown) => Promise<Message> {
  const ports = wire(environment, machine);
  return (event) => answerDirective(event, ports);
}

let skill: ReturnType<typeof createSkill> | undefined;

/** What Lambda calls. */
export const handler = (event: unknown): Promise<Message> => {
  skill ??= createSkill(process.env);
  return skill(event);
};
