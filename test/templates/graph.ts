import type { Json, JsonFields } from '../../infra/deploy/template.ts';

// What of a template refers to what.

export const isFields = (value: Json | undefined): value is JsonFields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** One use of a name: of a parameter or resource, perhaps of an attribute of it, or of a condition. */
export interface Use {
  readonly kind: 'ref' | 'attribute' | 'condition';
  readonly name: string;
  readonly attribute?: string;
  readonly path: string;
}

/** Every use of a name inside a value. */
export function* usesIn(value: Json, path: string): Generator<Use> {
  if (Array.isArray(value)) {
    for (const [index, one] of value.entries()) yield* usesIn(one, `${path}[${index}]`);
    return;
  }
  if (!isFields(value)) return;
  const { Ref: ref, Condition: condition, 'Fn::GetAtt': get, 'Fn::Sub': sub, 'Fn::If': choice } = value;
  const isAlone = Object.keys(value).length === 1;
  if (isAlone && typeof ref === 'string') yield { kind: 'ref', name: ref, path };
  if (isAlone && typeof condition === 'string') yield { kind: 'condition', name: condition, path };
  if (Array.isArray(get)) yield { kind: 'attribute', name: String(get[0]), attribute: get.slice(1).join('.'), path };
  if (Array.isArray(choice)) yield { kind: 'condition', name: String(choice[0]), path };
  if (sub !== undefined) yield* usesInText(sub, path);
  for (const [name, inner] of Object.entries(value)) yield* usesIn(inner, `${path}.${name}`);
}

/** `${Name}` and `${Name.Attribute}`, but for the names that the second argument gives, and `${!literally}`. */
function* usesInText(sub: Json, path: string): Generator<Use> {
  const [text, own] = Array.isArray(sub)
    ? [String(sub[0]), isFields(sub[1]) ? Object.keys(sub[1]) : []]
    : [String(sub), []];
  for (const [, whole = ''] of text.matchAll(/\$\{([^!}][^}]*)\}/g)) {
    const [name = '', ...attribute] = whole.trim().split('.');
    if (own.includes(name)) continue;
    if (attribute.length > 0) yield { kind: 'attribute', name, attribute: attribute.join('.'), path };
    else yield { kind: 'ref', name, path };
  }
}

/** A circle of names in which each needs the next, if there is one. */
export function circleIn(needs: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>();
  const visit = (name: string, way: readonly string[]): string[] | undefined => {
    if (way.includes(name)) return [...way.slice(way.indexOf(name)), name];
    if (done.has(name)) return undefined;
    for (const next of needs.get(name) ?? []) {
      const circle = visit(next, [...way, name]);
      if (circle) return circle;
    }
    done.add(name);
    return undefined;
  };
  for (const name of needs.keys()) {
    const circle = visit(name, []);
    if (circle) return circle;
  }
  return undefined;
}
