type Json = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null;

/** What lies at a path inside a value of unknown shape; undefined where there is nothing. */
export const at = (value: unknown, ...path: string[]): unknown =>
  path.reduce<unknown>((part, key) => (isObject(part) ? part[key] : undefined), value);

/** A text; empty for anything else. */
export const text = (value: unknown): string => (typeof value === 'string' ? value : '');
