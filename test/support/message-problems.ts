import type { MessageContext } from '../../desk/alexa/message-rules.ts';
import { inspect } from '../../desk/alexa/message-schema.ts';

/** All that is wrong with a message of the skill; none when all is well. */
export function problemsOf(message: unknown, context: MessageContext = {}): string[] {
  const { invalid, remarks } = inspect(message, context);
  return [...invalid, ...remarks];
}
