import type { PropertyType, ResourceProperties, SpecDatabase } from '@aws-cdk/service-spec-types';
import type { Json, JsonFields } from '../../infra/deploy/template.ts';
import { isFields } from './graph.ts';

// Whether a value is what CloudFormation's resource schemas say.

/** What a function gives is only known to a stack. @returns both ways of an `Fn::If`, nothing for other functions, or the value itself */
function known(value: Json): readonly Json[] {
  if (!isFields(value)) return [value];
  const [name = '', ...others] = Object.keys(value);
  const choice = value['Fn::If'];
  if (others.length === 0 && Array.isArray(choice)) return choice.slice(1).flatMap(known);
  return others.length === 0 && (name === 'Ref' || name.startsWith('Fn::')) ? [] : [value];
}

/** Checks the properties of a resource, or of a part of one. */
export function* wrongProperties(
  given: JsonFields,
  wanted: ResourceProperties,
  path: string,
  db: SpecDatabase,
): Generator<string> {
  for (const [name, { required }] of Object.entries(wanted))
    if (required && given[name] === undefined) yield `${path}: ${name} is required`;
  for (const [name, value] of Object.entries(given)) {
    const property = Object.hasOwn(wanted, name) ? wanted[name] : undefined;
    if (!property) {
      yield `${path}: there is no ${name}`;
      continue;
    }
    const types = [property.type, ...(property.previousTypes ?? [])];
    const found = types.map((type) => [...wrongValues(value, type, `${path}.${name}`, db)]);
    if (found.every(({ length }) => length > 0)) yield* found[0] ?? [];
  }
}

function* wrongValues(given: Json, type: PropertyType, path: string, db: SpecDatabase): Generator<string> {
  for (const value of known(given)) yield* wrongValue(value, type, path, db);
}

function* wrongValue(value: Json, type: PropertyType, path: string, db: SpecDatabase): Generator<string> {
  switch (type.type) {
    case 'ref':
      if (!isFields(value)) yield `${path}: it has properties of its own`;
      else yield* wrongProperties(value, db.get('typeDefinition', type.reference).properties, path, db);
      return;
    case 'array':
      if (!Array.isArray(value)) yield `${path}: it is a list`;
      else for (const [index, one] of value.entries()) yield* wrongValues(one, type.element, `${path}[${index}]`, db);
      return;
    case 'map':
      if (!isFields(value)) yield `${path}: it is a map`;
      else
        for (const [name, one] of Object.entries(value)) yield* wrongValues(one, type.element, `${path}.${name}`, db);
      return;
    case 'union': {
      const found = type.types.map((one) => [...wrongValue(value, one, path, db)]);
      if (found.every(({ length }) => length > 0)) yield* found[0] ?? [];
      return;
    }
    default:
      if (!isScalarOf(value, type.type)) yield `${path}: ${JSON.stringify(value)} is no ${type.type}`;
      else if ('allowedValues' in type && type.allowedValues && !type.allowedValues.map(String).includes(String(value)))
        yield `${path}: ${JSON.stringify(value)} is none of ${type.allowedValues.join(', ')}`;
  }
}

/** CloudFormation takes numbers and truth values as text, and the other way round. */
function isScalarOf(value: Json, type: string): boolean {
  const text = String(value);
  switch (type) {
    case 'string':
    case 'date-time':
      return ['string', 'number', 'boolean'].includes(typeof value);
    case 'integer':
      return /^-?\d+$/.test(text);
    case 'number':
      return text !== '' && Number.isFinite(Number(text));
    case 'boolean':
      return text === 'true' || text === 'false';
    case 'tag':
      return isFields(value) && value.Key !== undefined && value.Value !== undefined;
    default:
      return true; // json: whatever the service takes
  }
}
