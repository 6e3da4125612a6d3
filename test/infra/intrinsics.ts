import type { JsonFields as Fields, Json as Value } from '../../infra/deploy/template.ts';

/** What names stand for: in a stack that is there, or as marks such as `<Table.Arn>`. */
export interface Names {
  ref(name: string): Value;
  attribute(name: string, of: string): Value;
  /** The expression of a condition of the template. */
  condition(name: string): Value | undefined;
}

/** A property with this value is left out, as CloudFormation does. */
export const NO_VALUE = '<AWS::NoValue>';

/** CloudFormation has functions that no template of ours uses. */
export class UnknownFunction extends Error {
  override readonly name = 'UnknownFunction';
}

/**
 * Calculates the functions of a template (CloudFormation User Guide, intrinsic function reference).
 * @returns calculates a value with all that is in it. @throws UnknownFunction
 */
export function createIntrinsics(names: Names): (value: Value) => Value {
  const resolve = (value: Value): Value => {
    if (Array.isArray(value)) return value.map(resolve);
    if (typeof value !== 'object' || value === null) return value;
    const fields = value as Fields;
    const [name = '', argument = null, ...more] = Object.entries(fields)[0] ?? [];
    const isAlone = more.length === 0 && Object.keys(fields).length === 1;
    if (!isAlone) return each(fields);
    if (name === 'Ref') return names.ref(String(argument));
    // In a policy it is a mere property.
    if (name === 'Condition' && typeof argument === 'string') return resolve(names.condition(argument) ?? null);
    if (!name.startsWith('Fn::')) return each(fields);
    if (name === 'Fn::Sub') return substituted(argument);
    if (name === 'Fn::If') {
      const [condition, yes = null, no = null] = argument as readonly Value[];
      return resolve(resolve({ Condition: condition ?? null }) === true ? yes : no);
    }
    return call(name, resolve(argument) as readonly Value[]);
  };
  const call = (name: string, list: readonly Value[]): Value => {
    const [first = null, second = null] = list;
    switch (name) {
      case 'Fn::GetAtt':
        return names.attribute(String(first), list.slice(1).join('.'));
      case 'Fn::Equals':
        return first === second;
      case 'Fn::Not':
        return first !== true;
      case 'Fn::And':
        return list.every((one) => one === true);
      case 'Fn::Or':
        return list.some((one) => one === true);
      case 'Fn::Split':
        return String(second).split(String(first));
      case 'Fn::Select':
        return (second as readonly Value[])[Number(first)] ?? null;
      case 'Fn::Join':
        return (second as readonly Value[]).join(String(first));
      default:
        throw new UnknownFunction(`the stand-in does not know ${name}`);
    }
  };
  const substituted = (argument: Value): string => {
    const [text, own] = Array.isArray(argument)
      ? [String(argument[0]), resolve(argument[1] as Value) as Fields]
      : [String(argument), {}];
    return text.replaceAll(/\$\{([\w:]+)(?:\.(\w+))?\}/g, (_, one: string, of?: string) =>
      String(of ? names.attribute(one, of) : (own[one] ?? names.ref(one))),
    );
  };
  const each = (value: Fields): Value =>
    Object.fromEntries(
      Object.entries(value)
        .map(([key, inner]) => [key, resolve(inner)] as const)
        .filter(([, resolved]) => resolved !== NO_VALUE),
    );
  return resolve;
}
