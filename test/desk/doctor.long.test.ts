import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ROWS } from './doctor-rows.ts';
import { brokenCodes, namedCode, openPractice, type Practice } from './doctor-support.ts';

// Each fault that can be switched on at the desk: the doctor names exactly its hop, and nobody at a healthy desk.
let practice: Practice;
beforeAll(async () => {
  practice = await openPractice();
  await practice.healthy();
});
afterAll(() => practice.desk.close());

test('every fault of the page has a row', () => {
  const offered = practice.desk.state().faults.map(({ id }) => id);
  expect(ROWS.map(({ id }) => id).sort()).toEqual(offered.sort());
});

test('a healthy desk: nobody is named', async () => {
  expect(await practice.examine()).toMatchObject({ verdict: 'healthy', blind: false });
  expect(practice.desk.state().doctor?.answer).toMatchObject({ state: 'healthy' });
});

describe('one fault', () => {
  test.each(ROWS)('$id: $code', async (row) => {
    const { examine, withFaults, desk } = practice;
    const { code, who, says, remedy, act, heals } = row;
    await withFaults([row], async () => {
      let report = await examine();
      if (code === undefined) return expect(brokenCodes(report)).toEqual([]);
      // What a gateway refuses for good shows after the report of the press.
      while (act === 'press' && brokenCodes(report).length === 0) report = await examine();
      // The watcher may be quicker to sign in again than the doctor is to look.
      if (heals && brokenCodes(report).length === 0) return;
      expect(namedCode(report)).toBe(code);
      expect(brokenCodes(report)).toEqual([code]);
      expect(report.who).toBe(who);
      expect(report.says).toMatch(says ?? /never/);
      expect(report.remedy).toMatch(remedy ?? /never/);
      expect(desk.state().doctor?.answer?.hop).toMatch(new RegExp(`^${code} `));
    });
  });
});

test('the sealing key is put back: nobody is named for it any more', async () => {
  const { desk, examine } = practice;
  await desk.fault({ id: 'sealing-key-lost', on: true });
  await desk.say({ sentence: 'set bedroom lamp to 61 percent' });
  expect(namedCode(await examine())).toBe('F5');
  await desk.fault({ id: 'sealing-key-lost', on: false });
  expect(brokenCodes(await examine())).not.toContain('F5');
  await practice.healthy();
});

describe('what a control does', () => {
  test.each([
    {
      ...{ id: 'revoke-grant', code: 'B4', who: 'person', says: /grant was withdrawn/ },
      remedy: /Disable and enable the skill once/,
    },
    {
      ...{ id: 'change-password', code: 'F7', who: 'helper', says: /refused the password that was kept/ },
      remedy: /Sign in on the sign-in-again page.*The link of Alexa stays/,
    },
    {
      ...{ id: 'disable-skill', code: 'F2', who: 'person', says: /skill was disabled/ },
      remedy: /link the account again\. Devices, groups and routines stay/,
    },
  ])('$id: $code', async ({ id, code, who, says, remedy }) => {
    const { desk, examine } = practice;
    await desk.control({ id });
    await desk.say({ sentence: 'turn on the bedroom lamp' });
    const report = await examine();
    const line = report.lines.find((one) => one.code === code);
    expect(line).toMatchObject({ who, says: expect.stringMatching(says), remedy: expect.stringMatching(remedy) });
    if (code !== 'B4') expect(report).toMatchObject({ who, says: line?.says, remedy: line?.remedy });
  });
});

test('nothing of all this was wrong in the eyes of Alexa', () => {
  expect(practice.desk.state().problems.filter((one) => !one.includes('no answer'))).toEqual([]);
});
