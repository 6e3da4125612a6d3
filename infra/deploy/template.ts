import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMap, isScalar, isSeq, type Node, parseDocument } from 'yaml';

// The templates of the stacks. In the repository they are YAML with comments; CloudFormation gets JSON without, which is shorter.

export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };
export type JsonFields = { readonly [name: string]: Json };

/** What runs, sent by ask-cli; what must last, addresses of one's own, and what writes to people, sent by us. */
export const TEMPLATES = {
  skill: join('infra', 'skill-stack.yaml'),
  state: join('infra', 'state-stack.yaml'),
  address: join('infra', 'address-stack.yaml'),
  mail: join('infra', 'mail-stack.yaml'),
} as const;

/** The most that CreateStack and UpdateStack take in the request (CloudFormation: quotas, template body size in a request). */
export const MOST_TEMPLATE_BYTES = 51_200;

/** The text that is sent. @throws an Error when the file is no template */
export function sentTemplate(root: string, name: keyof typeof TEMPLATES): string {
  const text = readFileSync(join(root, TEMPLATES[name]), 'utf8');
  return JSON.stringify(withoutDescriptions(toJson(text)));
}

/** Parameters, outputs and functions are described for readers of the file; the Handler says in the console which function it is. */
function withoutDescriptions(template: JsonFields): JsonFields {
  const bare = (part: Json = {}) =>
    Object.fromEntries(
      Object.entries(part as Readonly<Record<string, JsonFields>>).map(([name, { Description: _, ...rest }]) => [
        name,
        rest,
      ]),
    );
  const Resources = Object.fromEntries(
    Object.entries((template.Resources ?? {}) as Readonly<Record<string, JsonFields>>).map(([name, resource]) => {
      const { Description: _, ...Properties } = (resource.Properties ?? {}) as JsonFields;
      return [name, resource.Type === 'AWS::Lambda::Function' ? { ...resource, Properties } : resource];
    }),
  );
  return { ...template, Parameters: bare(template.Parameters), Resources, Outputs: bare(template.Outputs) };
}

/**
 * A template as a value. Short forms become long ones: `!GetAtt A.B` becomes `{ "Fn::GetAtt": ["A", "B"] }`.
 * @param text YAML or JSON without aliases
 * @throws an Error when it is neither
 */
export function toJson(text: string): JsonFields {
  const template = known.get(text) ?? readTemplate(text);
  known.set(text, template);
  return template;
}

/** A deploy asks for each of its templates many times. */
const known: Map<string, JsonFields> = new Map();

function readTemplate(text: string): JsonFields {
  const document = parseDocument(text);
  if (document.errors.length > 0 || !isMap(document.contents))
    throw new Error(`this is no template: ${document.errors.map(({ message }) => message).join(', ')}`);
  return toValue(document.contents) as JsonFields;
}

function toValue(node: unknown): Json {
  const { tag } = node as Node;
  const plain = toPlain(node);
  if (!tag?.startsWith('!')) return plain;
  const name = tag.slice(1);
  if (name === 'Ref' || name === 'Condition') return { [name]: plain };
  return { [`Fn::${name}`]: name === 'GetAtt' && typeof plain === 'string' ? plain.split('.') : plain };
}

function toPlain(node: unknown): Json {
  if (isMap(node)) return Object.fromEntries(node.items.map(({ key, value }) => [String(key), toValue(value)]));
  if (isSeq(node)) return node.items.map(toValue);
  if (isScalar(node)) return node.value as Json;
  throw new Error('a template has no aliases and no empty values');
}
