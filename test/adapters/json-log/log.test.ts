import { afterEach, expect, test } from '@jest/globals';
import { createLog } from '../../../lambda/adapters/json-log/log.ts';
import { systemClock } from '../../../lambda/adapters/system/clock.ts';

const write = process.stdout.write;
afterEach(() => {
  process.stdout.write = write;
});

test('a line of the log is JSON and nothing else, so that metric filters can read it', () => {
  const written: string[] = [];
  process.stdout.write = (text: string | Uint8Array) => {
    written.push(String(text));
    return true;
  };
  createLog('info', systemClock).error('report-not-delivered', { message: 'm1', received: 2 });
  process.stdout.write = write;
  expect(written).toHaveLength(1);
  expect(written[0]).toMatch(/^\{.*\}\n$/);
  expect(JSON.parse(written[0] ?? '')).toMatchObject({ level: 'error', event: 'report-not-delivered', received: 2 });
});

test.each([
  { level: 'info', shows: { event: 'directive', account: '1', outcome: 'Response', Directives: 1 } },
  { level: 'warn', shows: { event: 'directive', result: 'answered', Directives: 1 } },
] as const)('alarms and dashboard have their metrics at the level $level too', ({ level, shows }) => {
  const lines: string[] = [];
  const log = createLog(level, systemClock, (line) => lines.push(line), 'skill-1');
  log.info('directive', { account: '1', outcome: 'Response' });
  log.info('sign-in-shown', { attempt: 7 });
  const [line = '', ...others] = lines.filter((one) => !one.includes('sign-in-shown'));
  expect(others).toEqual([]);
  expect(JSON.parse(line)).toMatchObject(shows);
  expect('account' in (JSON.parse(line) as object)).toBe('account' in shows);
  expect(lines.length).toBe(level === 'info' ? 2 : 1);
});
