import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SET_UP } from './doctor-rows.ts';
import { brokenCodes, namedCode, openPractice, type Practice } from './doctor-support.ts';

// Somebody links the skill while a hop of the set-up is broken: Alexa says that it was unable to, and the doctor names the hop.
let practice: Practice;
beforeAll(async () => {
  practice = await openPractice();
  await practice.healthy();
});
afterAll(() => practice.desk.close());

/** Where nobody could sign in, the skill is still disabled, and its session at the device cloud has ended with it. */
const OF_DISABLED: readonly string[] = ['F2', 'F7'];

describe('a link that fails', () => {
  test.each(SET_UP)('$id: $code', async (row) => {
    const { examine, whileLinking } = practice;
    await whileLinking([row], async () => {
      const report = await examine();
      expect({ code: namedCode(report), who: report.who }).toEqual({ code: row.code, who: row.who });
      expect(brokenCodes(report).filter((code) => !OF_DISABLED.includes(code))).toEqual([row.code]);
      expect(report.says).toMatch(row.says ?? /never/);
      expect(report.remedy).toMatch(row.remedy ?? /never/);
    });
  });
});
