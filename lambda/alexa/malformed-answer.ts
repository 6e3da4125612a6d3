/** What happens where an answer is malformed: a bug of this skill, or of the adapter of a device cloud. Loaded only then. */
import { asError } from '../basics/as-error.ts';
import type { DirectiveMemory } from '../domain/directive-memory.ts';
import { type Addressed, acceptGrantError, errorResponse, type Message } from './messages.ts';
import type { Input, SkillPorts } from './skill.ts';

const MINUTE_MS = 60_000;
/** More accounts than these are not served by one warm function in a minute. */
const MOST_ACCOUNTS = 1_000;
/** When it was last noted of an account, in milliseconds: of each function that is warm. */
const noted = new WeakMap<DirectiveMemory, Map<string, number>>();

/** The app asks every few seconds, and one note a minute says the same. */
function isDue(account: string, now: Date, memory: DirectiveMemory): boolean {
  const known = noted.get(memory) ?? new Map<string, number>();
  const at = known.get(account);
  if (at !== undefined && Math.abs(now.getTime() - at) < MINUTE_MS) return false;
  if (known.size >= MOST_ACCOUNTS) known.clear();
  noted.set(memory, known.set(account, now.getTime()));
  return true;
}

/**
 * Says which field Alexa would refuse, and notes it on the account.
 * @returns what Alexa gets: an error, in place of an answer that its schema refuses; a list from which the malformed endpoint was left out, as it is
 */
export async function instead(
  { answer, field, to, input }: { answer: Message; field: string; to: Addressed; input: Input | undefined },
  ports: SkillPorts,
): Promise<Message> {
  const { evidence, directiveMemory, clock, log } = ports;
  const account = input?.account;
  log.error('answer-malformed', { account, answer: answer.event.header.name, field });
  const now = clock.now();
  if (account !== undefined && isDue(account, now, directiveMemory))
    await evidence.note(account, { malformedAnswer: { at: now.toISOString() } }, now).catch((error: unknown) => {
      log.warn('evidence-not-noted', { account, error: asError(error) });
    });
  if (input?.leftOut !== undefined) return answer;
  return input?.directive.namespace === 'Alexa.Authorization'
    ? acceptGrantError(to, 'internal error')
    : errorResponse(to, 'INTERNAL_ERROR', 'internal error');
}
