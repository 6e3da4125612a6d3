import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { adjustBrightness, reportedBrightness, setBrightness } from '../../lambda/domain/dimmer.ts';

const plug = { minLevel: 1, maxLevel: 100 };

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
    { when: 'down to nothing', power: 'ON', level: 25, delta: -25, command: { power: 'OFF' } },
    { when: 'past the bottom', power: 'ON', level: 20, delta: -100, command: { power: 'OFF' } },
    { when: 'off, up', power: 'OFF', level: 100, delta: 25, command: { power: 'ON', level: 25 } },
    { when: 'off, down', power: 'OFF', level: 100, delta: -25, command: { power: 'OFF' } },
    { when: 'off, by nothing', power: 'OFF', level: 100, delta: 0, command: { power: 'OFF' } },
  ] as const)('$when: $power $level $delta', ({ power, level, delta, command }) => {
    expect(adjustBrightness({ ...plug, power, level }, delta)).toEqual(command);
  });

  test.each([
    { when: "below the plug's floor", level: 20, delta: -15, to: 10 },
    { when: "above the plug's ceiling", level: 70, delta: 25, to: 80 },
    { when: "on at the plug's floor", level: 10, delta: -5, to: 10 },
  ])('$when: $level $delta -> $to', ({ level, delta, to }) => {
    expect(adjustBrightness({ minLevel: 10, maxLevel: 80, power: 'ON', level }, delta)).toEqual({
      power: 'ON',
      level: to,
    });
  });

  test('never leaves the range of the plug, and is off only where nothing is left', () => {
    const levels = fc.tuple(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 100 }));
    fc.assert(
      fc.property(levels, fc.integer({ min: 0, max: 100 }), fc.integer(), fc.boolean(), (bounds, level, delta, on) => {
        const [minLevel, maxLevel] = [Math.min(...bounds), Math.max(...bounds)];
        const command = adjustBrightness({ minLevel, maxLevel, level, power: on ? 'ON' : 'OFF' }, delta);
        if ('level' in command) {
          expect(command.level).toBeGreaterThanOrEqual(minLevel);
          expect(command.level).toBeLessThanOrEqual(maxLevel);
        } else {
          expect((on ? level : 0) + delta).toBeLessThanOrEqual(0);
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
] as const)('brightness told while $power with $whileOff: $reported', ({ power, whileOff, reported }) => {
  expect(reportedBrightness({ power, level: 57 }, whileOff)).toBe(reported);
});
