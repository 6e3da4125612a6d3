import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { adjustBrightness, reportedBrightness, setBrightness } from '../../lambda/domain/dimmer.ts';

describe('setBrightness', () => {
  test.each([
    { brightness: 0, command: { power: 'OFF' } },
    { brightness: 1, command: { power: 'ON', level: 1 } },
    { brightness: 57, command: { power: 'ON', level: 57 } },
    { brightness: 100, command: { power: 'ON', level: 100 } },
  ])('$brightness percent', ({ brightness, command }) => {
    expect(setBrightness(brightness)).toEqual(command);
  });
});

describe('adjustBrightness', () => {
  test.each([
    { when: 'inside the range', power: 'ON', level: 50, delta: -20, command: { power: 'ON', level: 30 } },
    { when: 'past the top', power: 'ON', level: 100, delta: 10, command: { power: 'ON', level: 100 } },
    { when: 'to the least', power: 'ON', level: 10, delta: -9, command: { power: 'ON', level: 1 } },
    { when: 'down to nothing', power: 'ON', level: 25, delta: -25, command: { power: 'OFF' } },
    { when: 'past the bottom', power: 'ON', level: 20, delta: -100, command: { power: 'OFF' } },
    { when: 'off, up', power: 'OFF', level: 100, delta: 25, command: { power: 'ON', level: 25 } },
    { when: 'off, down', power: 'OFF', level: 100, delta: -25, command: { power: 'OFF' } },
    { when: 'off, by nothing', power: 'OFF', level: 100, delta: 0, command: { power: 'OFF' } },
  ] as const)('$when: $power $level $delta', ({ power, level, delta, command }) => {
    expect(adjustBrightness({ power, level }, delta)).toEqual(command);
  });

  test('stays within 1..100, and is off only at 0 and below', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100 }), fc.integer(), fc.boolean(), (level, delta, on) => {
        const command = adjustBrightness({ level, power: on ? 'ON' : 'OFF' }, delta);
        const wanted = (on ? level : 0) + delta;
        if ('level' in command) {
          expect(command.level).toBeGreaterThanOrEqual(1);
          expect(command.level).toBeLessThanOrEqual(100);
          expect(wanted).toBeGreaterThan(0);
        } else {
          expect(wanted).toBeLessThanOrEqual(0);
        }
      }),
    );
  });
});

test.each([
  { power: 'ON', whileOff: 'zero', reported: 57 },
  { power: 'OFF', whileOff: 'zero', reported: 0 },
  { power: 'ON', whileOff: 'last', reported: 57 },
  { power: 'OFF', whileOff: 'last', reported: 57 },
] as const)('brightness reported while $power with $whileOff: $reported', ({ power, whileOff, reported }) => {
  expect(reportedBrightness({ power, level: 57 }, whileOff)).toBe(reported);
});
