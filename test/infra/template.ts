import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import * as v from 'valibot';
import { type Json, type JsonFields, TEMPLATES, toJson } from '../../infra/deploy/template.ts';
import { createIntrinsics } from './intrinsics.ts';

// The stack's template, read as CloudFormation reads it, and so much of its functions as it takes to see what a stack would hold.

export type Value = Json;
export type Fields = JsonFields;

export interface Resource {
  readonly Type: string;
  readonly Condition?: string;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly Metadata?: Fields;
  readonly Properties: Fields;
}

export interface Template {
  readonly Parameters: { readonly [name: string]: Fields };
  readonly Conditions: Fields;
  readonly Resources: { readonly [name: string]: Resource };
  readonly Outputs: { readonly [name: string]: Fields };
}

export const ROOT = resolve(import.meta.dirname, '../..');
const read = (name: keyof typeof TEMPLATES) => readFileSync(resolve(ROOT, TEMPLATES[name]), 'utf8');
export const templateText = read('skill');
export const stateText = read('state');
const mailText = read('mail');

export function toTemplate(text: string): Template {
  const parsed = known.get(text) ?? v.parse(Checked, toJson(text));
  known.set(text, parsed);
  return parsed;
}

/** Stand-ins read the same text again and again. */
const known: Map<string, Template> = new Map();

const fields = v.custom<Fields>((value) => typeof value === 'object' && value !== null && !Array.isArray(value));
const Checked: v.GenericSchema<unknown, Template> = v.object({
  Parameters: v.record(v.string(), fields),
  Conditions: v.optional(fields, {}),
  Resources: v.record(
    v.string(),
    v.object({
      Type: v.string(),
      Condition: v.exactOptional(v.string()),
      DeletionPolicy: v.exactOptional(v.string()),
      UpdateReplacePolicy: v.exactOptional(v.string()),
      Metadata: v.exactOptional(fields),
      Properties: v.optional(fields, {}),
    }),
  ),
  Outputs: v.optional(v.record(v.string(), fields), {}),
});

export const template = toTemplate(templateText);
export const stateTemplate = toTemplate(stateText);
export const mailTemplate = toTemplate(mailText);

export const isFields = (value: Value | undefined): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value at a path, if there is one. */
export const at = (value: Value | undefined, ...path: readonly (string | number)[]): Value | undefined =>
  path.reduce<Value | undefined>((inner, name) => (inner as { [name: string]: Value } | undefined)?.[name], value);

/** Every value inside, itself included. */
export function* within(value: Value): Generator<Value> {
  yield value;
  if (typeof value !== 'object' || value === null) return;
  for (const inner of Object.values(value)) yield* within(inner);
}

export const resourcesOf = (type: string): [name: string, resource: Resource][] =>
  Object.entries(template.Resources).filter(([, resource]) => resource.Type === type);

/** A resource's or a parameter's name that a value leads to, through `Ref`, `Fn::GetAtt`, or one way of an `Fn::If`. */
export function namesIn(value: Value): string[] {
  return [...within(value)].flatMap((inner) => {
    if (!isFields(inner)) return [];
    const { Ref: ref, 'Fn::GetAtt': attribute, 'Fn::Sub': sub } = inner;
    if (typeof ref === 'string') return [ref];
    if (Array.isArray(attribute)) return [String(attribute[0])];
    if (sub === undefined) return [];
    return [...String(sub).matchAll(/\$\{([^!}.][^}.]*)(?:\.[^}]*)?\}/g)].map(([, name]) => name ?? '');
  });
}

/** What a value is in a stack with these parameters. Resources show as `<Name>` and `<Name.Attribute>`. */
export const evaluate = (value: Value, parameters: { readonly [name: string]: string }): Value =>
  createIntrinsics({
    ref: (name) => parameters[name] ?? at(template.Parameters, name, 'Default') ?? `<${name}>`,
    attribute: (name, of) => `<${name}.${of}>`,
    condition: (name) => template.Conditions[name],
  })(value);

/** The names of what a stack with these parameters holds. */
export const namesInStack = (parameters: { readonly [name: string]: string }): string[] =>
  Object.entries(template.Resources)
    .filter(([, { Condition }]) => Condition === undefined || evaluate({ Condition }, parameters) === true)
    .map(([name]) => name);
