/** A row's own attributes; `undefined` ones are not written. */
export type Fields = Readonly<Record<string, unknown>>;

/** What must hold of the row for a write to happen. */
export type Condition =
  | 'absent'
  | 'present'
  | { readonly equals: Readonly<Record<string, string | number>> }
  /** Each of these attributes (ISO 8601, UTC) is absent, or not after this one; and the row is there, if it must be. */
  | { readonly notAfter: Readonly<Record<string, string>>; readonly present?: true };

/** A condition in DynamoDB's words. */
export interface Expression {
  readonly ConditionExpression: string;
  readonly ExpressionAttributeNames: Record<string, string>;
  readonly ExpressionAttributeValues?: Record<string, unknown>;
}

/** What PutItem, UpdateItem and DeleteItem take for a condition. */
export function conditionExpression(condition: Condition): Expression {
  if (condition === 'absent' || condition === 'present') {
    const test = condition === 'absent' ? 'attribute_not_exists' : 'attribute_exists';
    return { ConditionExpression: `${test}(#pk)`, ExpressionAttributeNames: { '#pk': 'pk' } };
  }
  if ('notAfter' in condition) {
    const latest = Object.entries(condition.notAfter);
    const tests = latest.map(([name]) => `(attribute_not_exists(#${name}) OR #${name} <= :latest_${name})`);
    return {
      ConditionExpression: [...tests, ...(condition.present ? ['attribute_exists(#pk)'] : [])].join(' AND '),
      ExpressionAttributeNames: {
        ...Object.fromEntries(latest.map(([name]) => [`#${name}`, name])),
        ...(condition.present && { '#pk': 'pk' }),
      },
      ExpressionAttributeValues: Object.fromEntries(latest.map(([name, value]) => [`:latest_${name}`, value])),
    };
  }
  const expected = Object.entries(condition.equals);
  return {
    ConditionExpression: expected.map(([name]) => `#${name} = :was_${name}`).join(' AND '),
    ExpressionAttributeNames: Object.fromEntries(expected.map(([name]) => [`#${name}`, name])),
    ExpressionAttributeValues: Object.fromEntries(expected.map(([name, value]) => [`:was_${name}`, value])),
  };
}

/** What UpdateItem takes: sets the fields, removes the `undefined` ones, and counts `version` up. */
export function updateExpression(fields: Fields) {
  const set = Object.entries(fields).filter(([, value]) => value !== undefined);
  const removed = Object.keys(fields).filter((name) => fields[name] === undefined);
  const sets = [...set.map(([name]) => `#${name} = :${name}`), '#version = if_not_exists(#version, :none) + :one'];
  return {
    text: `SET ${sets.join(', ')}${removed.length > 0 ? ` REMOVE ${removed.map((name) => `#${name}`).join(', ')}` : ''}`,
    names: Object.fromEntries([...Object.keys(fields), 'version'].map((name) => [`#${name}`, name])),
    values: { ...Object.fromEntries(set.map(([name, value]) => [`:${name}`, value])), ':none': 0, ':one': 1 },
  };
}
