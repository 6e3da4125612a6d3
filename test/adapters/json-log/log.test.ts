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
