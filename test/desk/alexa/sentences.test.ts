import { expect, test } from '@jest/globals';
import { spokenName, understand } from '../../../desk/alexa/sentences.ts';

const lamp = 'bedroom lamp';

test.each([
  { says: 'turn on the bedroom lamp', wish: { kind: 'power', name: lamp, on: true } },
  { says: 'Turn the Bedroom Lamp on.', wish: { kind: 'power', name: lamp, on: true } },
  { says: 'Alexa, turn off the bedroom lamp!', wish: { kind: 'power', name: lamp, on: false } },
  { says: 'hey alexa switch off my bedroom lamp please', wish: { kind: 'power', name: lamp, on: false } },
  { says: 'Alexa, please turn bedroom lamp off', wish: { kind: 'power', name: lamp, on: false } },
  { says: '  TURN   ON  bedroom   lamp ', wish: { kind: 'power', name: lamp, on: true } },
  { says: 'turn on the lamp on the left', wish: { kind: 'power', name: 'lamp on the left', on: true } },
  { says: 'set the bedroom lamp to 30 percent', wish: { kind: 'set', name: lamp, percent: 30 } },
  { says: 'set bedroom lamp to 30%', wish: { kind: 'set', name: lamp, percent: 30 } },
  { says: 'set bedroom lamp to 30 %', wish: { kind: 'set', name: lamp, percent: 30 } },
  { says: 'set bedroom lamp to 30', wish: { kind: 'set', name: lamp, percent: 30 } },
  { says: 'set bedroom lamp to thirty', wish: { kind: 'set', name: lamp, percent: 30 } },
  { says: 'set bedroom lamp to thirty-five percent', wish: { kind: 'set', name: lamp, percent: 35 } },
  { says: 'set bedroom lamp to twenty one percent', wish: { kind: 'set', name: lamp, percent: 21 } },
  { says: 'set bedroom lamp to seventeen', wish: { kind: 'set', name: lamp, percent: 17 } },
  { says: 'set bedroom lamp to one percent', wish: { kind: 'set', name: lamp, percent: 1 } },
  { says: 'set bedroom lamp to zero', wish: { kind: 'set', name: lamp, percent: 0 } },
  { says: 'set bedroom lamp to a hundred percent', wish: { kind: 'set', name: lamp, percent: 100 } },
  { says: 'set bedroom lamp to one hundred', wish: { kind: 'set', name: lamp, percent: 100 } },
  { says: 'set bedroom lamp to 150 percent', wish: { kind: 'set', name: lamp, percent: 150 } },
  { says: 'set the brightness of the bedroom lamp to 40', wish: { kind: 'set', name: lamp, percent: 40 } },
  { says: "set the bedroom lamp's brightness to 40", wish: { kind: 'set', name: lamp, percent: 40 } },
  { says: 'dim the bedroom lamp to 30 percent', wish: { kind: 'set', name: lamp, percent: 30 } },
  { says: 'brighten the bedroom lamp to 80 percent', wish: { kind: 'set', name: lamp, percent: 80 } },
  { says: 'dim the bedroom lamp', wish: { kind: 'adjust', name: lamp, delta: -25 } },
  { says: 'brighten bedroom lamp', wish: { kind: 'adjust', name: lamp, delta: 25 } },
  { says: 'dim the bedroom lamp by 10', wish: { kind: 'adjust', name: lamp, delta: -10 } },
  { says: 'brighten the bedroom lamp by 10 percent', wish: { kind: 'adjust', name: lamp, delta: 10 } },
  { says: 'brighten the bedroom lamp by fifty five percent', wish: { kind: 'adjust', name: lamp, delta: 55 } },
  { says: 'dim lamp 2', wish: { kind: 'adjust', name: 'lamp 2', delta: -25 } },
  { says: 'dim the lamp to the left', wish: { kind: 'adjust', name: 'lamp to the left', delta: -25 } },
  { says: 'is the bedroom lamp on?', wish: { kind: 'ask', name: lamp } },
  { says: 'Alexa, how bright is the bedroom lamp?', wish: { kind: 'ask', name: lamp } },
  { says: 'discover devices', wish: { kind: 'discover' } },
  { says: 'Alexa, discover my devices.', wish: { kind: 'discover' } },
])('"$says"', ({ says, wish }) => {
  expect(understand(says)).toEqual(wish);
});

test.each([
  '',
  '   ',
  'Alexa',
  'Alexa,',
  'play some music',
  'turn on',
  'turn on the',
  'set bedroom lamp',
  'set to 30',
  'set lamp to blue',
  'turn it',
])('"%s" is not understood', (says) => {
  expect(understand(says)).toBeUndefined();
});

test.each([
  { name: 'Bedroom lamp', as: 'bedroom lamp' },
  { name: 'The Lamp', as: 'lamp' },
  { name: "Mom's lamp", as: 'moms lamp' },
  { name: 'Mom’s  Lamp', as: 'moms lamp' },
  { name: 'Küche', as: 'küche' },
])('the device "$name" is compared as "$as"', ({ name, as }) => {
  expect(spokenName(name)).toBe(as);
});
