import * as v from 'valibot';
import { type MessageContext, mismatches, remarksOn } from './message-rules.ts';
import { type MessageKind, messageShapes, type SkillMessage } from './message-shapes.ts';

/** The result of checking one message of the skill. */
export interface Inspection {
  /** `header.name`, where there is one: `ChangeReport`. */
  readonly name?: string;
  /** The message if Alexa can take it. */
  readonly sent?: SkillMessage;
  /** Why Alexa cannot take it, in plain sentences without secrets: the shape is wrong, or it does not fit what it answers. */
  readonly invalid: readonly string[];
  /** What is wrong with a message that Alexa can take. */
  readonly remarks: readonly string[];
}

const Named = v.object({ event: v.object({ header: v.object({ namespace: v.string(), name: v.string() }) }) });

/**
 * Checks one message of the skill: its shape and, where a context is given, whether it fits the directive, the discovery and
 * the messages before it.
 */
export function inspect(message: unknown, context: MessageContext = {}): Inspection {
  const named = v.safeParse(Named, message);
  if (!named.success)
    return { invalid: ['the message must be {event: {header: {namespace, name, …}, …}}'], remarks: [] };
  const { namespace, name } = named.output.event.header;
  const kind = `${namespace}.${name}`;
  if (!isKind(kind)) return { name, invalid: ['the message is none that a skill of dimmers may send'], remarks: [] };
  const result = v.safeParse(messageShapes[kind], message);
  if (!result.success) return { name, invalid: result.issues.map(sentence), remarks: [] };
  const sent = { kind, message: result.output } as SkillMessage;
  const invalid = mismatches(sent, context);
  return { name, ...(invalid.length === 0 && { sent }), invalid, remarks: remarksOn(sent, context) };
}

const isKind = (kind: string): kind is MessageKind => Object.hasOwn(messageShapes, kind);

function sentence(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue) ?? 'the message';
  // In an object with fixed keys, `never` is an extra key and a quoted name is a missing one.
  if (issue.type === 'strict_object' && issue.expected === 'never') return `${path} is not a key that Alexa knows here`;
  if (issue.input === undefined && issue.path) return `${path} is missing`;
  return `${path} ${issue.message}`;
}
