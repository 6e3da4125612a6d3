import type { Resource, SpecDatabase } from '@aws-cdk/service-spec-types';
import type { Json, JsonFields } from '../../infra/deploy/template.ts';
import { circleIn, type Use, usesIn } from './graph.ts';
import { wrongProperties } from './types.ts';

const SECTIONS = [
  'AWSTemplateFormatVersion',
  'Description',
  'Metadata',
  'Parameters',
  'Conditions',
  'Resources',
  'Outputs',
];
const OF_RESOURCES = [
  'Type',
  'Properties',
  'DependsOn',
  'Condition',
  'Metadata',
  'DeletionPolicy',
  'UpdateReplacePolicy',
];

type Section = Readonly<Record<string, JsonFields>>;
const sectionOf = (template: JsonFields, name: string): Section => (template[name] ?? {}) as Section;

/**
 * What is wrong in a template, in sentences. It knows CloudFormation's resource schemas: types, properties with their types and values, and
 * attributes; and what refers to what. It does not know the policies' language, nor limits of lengths.
 */
export function lint(template: JsonFields, db: SpecDatabase): string[] {
  return [
    ...unknownNames(template),
    ...Object.entries(sectionOf(template, 'Resources')).flatMap(([name, one]) => wrongResource(name, one, db)),
    ...wrongUses(template, db),
    ...wrongDefaults(sectionOf(template, 'Parameters')),
    ...circles(sectionOf(template, 'Resources')),
  ];
}

function unknownNames(template: JsonFields): string[] {
  const sections = Object.keys(template).filter((name) => !SECTIONS.includes(name));
  return sections.map((name) => `there is no section ${name}`);
}

const typeOf = (type: Json | undefined, db: SpecDatabase): Resource | undefined =>
  db.lookup('resource', 'cloudFormationType', 'equals', String(type))[0];

function wrongResource(name: string, resource: JsonFields, db: SpecDatabase): string[] {
  const known = typeOf(resource.Type, db);
  if (!known) return [`${name}: there is no type ${String(resource.Type)}`];
  return [
    ...Object.keys(resource).flatMap((one) => (OF_RESOURCES.includes(one) ? [] : `${name}: a resource has no ${one}`)),
    ...wrongProperties((resource.Properties ?? {}) as JsonFields, known.properties, `${name}.Properties`, db),
  ];
}

/** Every use must lead somewhere, and every parameter and condition be used. */
function wrongUses(template: JsonFields, db: SpecDatabase): string[] {
  const [parameters, conditions, resources] = ['Parameters', 'Conditions', 'Resources'].map((one) =>
    sectionOf(template, one),
  ) as [Section, Section, Section];
  const uses: Use[] = [
    ...Object.entries(conditions).flatMap(([name, one]) => [...usesIn(one, name)]),
    ...Object.entries({ ...resources, ...sectionOf(template, 'Outputs') }).flatMap(([name, { Condition, ...one }]) => [
      ...(typeof Condition === 'string' ? [{ kind: 'condition', name: Condition, path: name } as const] : []),
      ...usesIn(one, name),
    ]),
  ];
  const isPolicy = ({ path }: Use) => /\.Statement\[\d+\]/.test(path); // there `Condition` is the policy's own word
  const wrong = uses.flatMap((use): string[] => {
    const { kind, name, attribute = '', path } = use;
    if (kind === 'condition')
      return Object.hasOwn(conditions, name) || isPolicy(use) ? [] : [`${path}: there is no condition ${name}`];
    if (kind === 'ref' && (name.startsWith('AWS::') || Object.hasOwn(parameters, name))) return [];
    const resource = Object.hasOwn(resources, name) ? resources[name] : undefined;
    if (!resource) return [`${path}: there is no ${name}`];
    const known = typeOf(resource.Type, db);
    const isThere = kind === 'ref' || !known || Object.hasOwn(known.attributes, attribute);
    return isThere ? [] : [`${path}: ${known.cloudFormationType} has no attribute ${attribute}`];
  });
  const used = new Set(uses.map(({ name }) => name));
  const idle = [...Object.keys(parameters), ...Object.keys(conditions)].filter((name) => !used.has(name));
  return [...wrong, ...idle.map((name) => `${name}: nothing uses it`)];
}

function wrongDefaults(parameters: Section): string[] {
  return Object.entries(parameters).flatMap(([name, { Default, AllowedValues, AllowedPattern, Type }]) => {
    if (Default === undefined) return [];
    const text = String(Default);
    const isAllowed = !Array.isArray(AllowedValues) || AllowedValues.map(String).includes(text);
    const isLike = typeof AllowedPattern !== 'string' || new RegExp(`^(?:${AllowedPattern})$`).test(text);
    const isNumber = Type !== 'Number' || (text !== '' && Number.isFinite(Number(text)));
    return isAllowed && isLike && isNumber ? [] : [`${name}: its default is not allowed`];
  });
}

function circles(resources: Section): string[] {
  const needs = Object.entries(resources).map(([name, resource]): [string, string[]] => {
    const { DependsOn = [], Properties = {} } = resource;
    const named = [...usesIn(Properties, name)].map((use) => use.name);
    const depended = (Array.isArray(DependsOn) ? DependsOn : [DependsOn]).map(String);
    return [name, [...named, ...depended].filter((one) => Object.hasOwn(resources, one))];
  });
  const missing = Object.entries(resources).flatMap(([name, { DependsOn = [] }]) =>
    (Array.isArray(DependsOn) ? DependsOn : [DependsOn])
      .filter((one) => !Object.hasOwn(resources, String(one)))
      .map((one) => `${name}: there is no ${String(one)} to depend on`),
  );
  const circle = circleIn(new Map(needs));
  return circle ? [...missing, `these need each other: ${circle.join(', ')}`] : missing;
}
