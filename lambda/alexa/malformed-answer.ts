/** What Alexa gets where an answer is malformed: a bug of this skill, or of the adapter of a device cloud. Loaded only then. */
import { type Addressed, acceptGrantError, errorResponse, type Message } from './messages.ts';
import type { Input, SkillPorts } from './skill.ts';

/**
 * Says in the log which field Alexa would refuse.
 * @returns what Alexa gets: an error, in place of an answer that its schema refuses; a list from which the malformed endpoint was left out, as it is
 */
export function instead(
  { answer, field, to, input }: { answer: Message; field: string; to: Addressed; input: Input | undefined },
  { log }: Pick<SkillPorts, 'log'>,
): Message {
  log.error('answer-malformed', { account: input?.account, answer: answer.event.header.name, field });
  if (input?.leftOut !== undefined) return answer;
  return input?.directive.namespace === 'Alexa.Authorization'
    ? acceptGrantError(to, 'internal error')
    : errorResponse(to, 'INTERNAL_ERROR', 'internal error');
}
