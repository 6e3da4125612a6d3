import { expect, test } from '@jest/globals';
import { createIntrinsics, UnknownFunction } from './intrinsics.ts';

const resolve = createIntrinsics({
  ref: (name) => ({ Home: 'yes', 'AWS::NoValue': '<AWS::NoValue>' })[name] ?? `<${name}>`,
  attribute: (name, of) => `<${name}.${of}>`,
  condition: (name) => (name === 'IsHome' ? { 'Fn::Equals': [{ Ref: 'Home' }, 'yes'] } : undefined),
});

test.each([
  { value: { Ref: 'Table' }, is: '<Table>' },
  { value: { 'Fn::GetAtt': ['Table', 'Arn'] }, is: '<Table.Arn>' },
  { value: { Condition: 'IsHome' }, is: true },
  { value: { Condition: 'Elsewhere' }, is: null },
  { value: { 'Fn::Not': [{ Condition: 'IsHome' }] }, is: false },
  { value: { 'Fn::And': [{ Condition: 'IsHome' }, { 'Fn::Equals': ['a', 'b'] }] }, is: false },
  { value: { 'Fn::Or': [{ Condition: 'IsHome' }, { 'Fn::Equals': ['a', 'b'] }] }, is: true },
  { value: { 'Fn::If': ['IsHome', { Ref: 'A' }, { Ref: 'B' }] }, is: '<A>' },
  { value: { 'Fn::If': ['Elsewhere', { Ref: 'A' }, { Ref: 'B' }] }, is: '<B>' },
  { value: { 'Fn::Join': [',', ['a', { Ref: 'B' }]] }, is: 'a,<B>' },
  { value: { 'Fn::Select': [1, { 'Fn::Split': ['/', 'arn/table'] }] }, is: 'table' },
  { value: { 'Fn::Select': [7, ['a']] }, is: null },
  { value: { 'Fn::Sub': ['$', '{Table.Arn}/$', '{Home}'].join('') }, is: '<Table.Arn>/yes' },
  { value: { 'Fn::Sub': [['$', '{Id}'].join(''), { Id: { Ref: 'Home' } }] }, is: 'yes' },
  { value: { a: 1, b: { Ref: 'AWS::NoValue' }, c: [{ Ref: 'X' }] }, is: { a: 1, c: ['<X>'] } },
  // In the statement of a policy.
  {
    value: { Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'Home' } } } },
    is: { Condition: { StringEquals: { 'aws:SourceAccount': 'yes' } } },
  },
  { value: { Condition: 'IsHome', Value: { Ref: 'A' } }, is: { Condition: 'IsHome', Value: '<A>' } },
])('$value', ({ value, is }) => {
  expect(resolve(value)).toEqual(is);
});

test('a function that is not calculated is refused, and not taken for a property', () => {
  expect(() => resolve({ 'Fn::Base64': 'x' })).toThrow(UnknownFunction);
});
