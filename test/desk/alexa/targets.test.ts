import { expect, test } from '@jest/globals';
import { targetsOf } from '../../../desk/alexa/targets.ts';

const LAMPS = [
  { id: '1', name: 'Bedroom lamp' },
  { id: '2', name: 'Reading light' },
  { id: '3', name: 'Lamp on the left' },
  { id: '4', name: 'Left window' },
];

test.each([
  { name: 'bedroom lamp', last: [], ids: '1' },
  { name: 'the Bedroom Lamp', last: [], ids: '1' },
  { name: 'bedroom', last: [], ids: '1' },
  { name: 'light in the bedroom', last: [], ids: '1' },
  { name: 'lights in the left', last: [], ids: '34' },
  { name: 'all the lamps in the bedroom', last: [], ids: '1' },
  { name: 'everything', last: ['1'], ids: '1234' },
  { name: 'all the lights', last: [], ids: '1234' },
  { name: 'lights', last: ['1'], ids: '1234' },
  { name: 'alle lampen', last: [], ids: '1234' },
  { name: 'toutes les lampes', last: [], ids: '1234' },
  { name: 'todas las luces', last: [], ids: '1234' },
  { name: 'tutte le luci', last: [], ids: '1234' },
  { name: '全部', last: [], ids: '1234' },
  { name: 'bedroom lamp and the reading light', last: [], ids: '12' },
  { name: 'bedroom lamp, reading light and left window', last: [], ids: '124' },
  { name: 'everything except the bedroom lamp', last: [], ids: '234' },
  { name: 'alles außer bedroom lamp', last: [], ids: '234' },
  { name: 'it', last: ['2'], ids: '2' },
  { name: '', last: ['2', '4'], ids: '24' },
  { name: '', last: [], ids: '1234' },
  { name: 'licht', last: ['1'], ids: '1' },
  { name: 'lamp on the left', last: [], ids: '3' },
])('"$name" after $last: $ids', ({ name, last, ids }) => {
  const targets = targetsOf(name, LAMPS, last);
  expect(targets.kind === 'lamps' && targets.lamps.map(({ id }) => id).join('')).toBe(ids);
});

test.each([
  { name: 'kitchen', kind: 'unknown' },
  { name: 'light in the kitchen', kind: 'unknown' },
  { name: 'bedroom lamp and the kitchen', kind: 'unknown' },
  { name: 'everything except the kitchen', kind: 'unknown' },
  { name: 'left', kind: 'ambiguous' },
  { name: 'lights in the kitchen', kind: 'unknown' },
])('"$name" is $kind', ({ name, kind }) => {
  expect(targetsOf(name, LAMPS, [])).toMatchObject({ kind });
});

test('two lamps of one name are ambiguous, and a lamp that is called "Lamp" is itself', () => {
  expect(
    targetsOf(
      'lamp',
      [
        { id: '1', name: 'Lamp' },
        { id: '2', name: 'The lamp' },
      ],
      [],
    ),
  ).toMatchObject({ kind: 'ambiguous' });
  expect(
    targetsOf(
      'lamp',
      [
        { id: '1', name: 'Lamp' },
        { id: '2', name: 'Fan' },
      ],
      ['2'],
    ),
  ).toMatchObject({
    lamps: [{ id: '1' }],
  });
});
