import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { signInAsPerson } from '../../desk/person.ts';
import { EMULATED_ACCOUNT } from '../../desk/places.ts';
import type { Report } from '../../infra/doctor/report.ts';
import { openPractice, type Practice } from './doctor-support.ts';

// Where evidence is lacking at a running desk: the doctor says so, names what works anyway, and convicts nobody.
let practice: Practice;
beforeAll(async () => {
  practice = await openPractice();
  await practice.healthy();
});
afterAll(() => practice.desk.close());

/** The codes of the hops that are known to work; of the others nothing is known. */
const acquitted = ({ lines }: Report): string => codesOf(lines, 'ok');
const broken = ({ lines }: Report): string => codesOf(lines, 'broken');
const codesOf = (lines: Report['lines'], wanted: Report['lines'][number]['state']): string =>
  lines
    .filter(({ state }) => state === wanted)
    .map(({ code }) => code)
    .join(' ');
const said = (report: Report) => ({
  verdict: report.verdict,
  blind: report.blind,
  acquitted: acquitted(report),
  broken: broken(report),
});

/** Reads of the table whose request has this in it fail meanwhile. */
async function unreadable(text: string): Promise<Report> {
  const { table } = practice.desk.system;
  const isRead = (operation: string) => operation === 'GetItem' || operation === 'Query';
  const end = table.fail(
    'error',
    Number.POSITIVE_INFINITY,
    ({ operation, body }) => isRead(operation) && body.includes(text),
  );
  try {
    return await practice.examine();
  } finally {
    end();
  }
}

/** Alexa has let go of its tokens, so nobody uses the link, and a day passes. */
async function silentForADay(): Promise<void> {
  const { desk, minutes } = practice;
  await desk.system.queue.idle();
  await desk.control({ id: 'alexa-lets-go' });
  await minutes(25 * 60);
}

const BLIND = /^Nothing was found to be broken, and something could not be looked at/;

describe('what cannot be read convicts nobody', () => {
  test.each([
    {
      what: 'the row of the account',
      text: '"session"',
      verdict: 'undecided',
      acquitted: 'S1 S2 S3 S4 F1 F2 F3 F4 F5 F6 F8 B2 B3 B4 B5 B6',
    },
    { what: 'the links', text: '"S":"link#"', verdict: 'undecided', acquitted: 'S1 F3 F4 F6 F7 F8 B2 B3 B4 B5 B6' },
    { what: 'the grants', text: '"S":"grant#"', verdict: 'undecided', acquitted: 'S1 S2 S4 F3 F4 F6 F7 F8 B2 B3 B6' },
    {
      what: 'the devices',
      text: '"S":"device#"',
      verdict: 'healthy',
      acquitted: 'S1 S2 S3 F1 F2 F3 F4 F5 F6 F7 F8 B2 B3 B4 B6',
    },
    {
      what: 'the notes of directives',
      text: '"evidence"',
      verdict: 'healthy',
      acquitted: 'S1 S2 S3 S4 F1 F2 F3 F4 F5 F6 F7 F8 B2 B3 B4 B5 B6',
    },
    {
      what: 'who watches',
      text: '"watch"',
      verdict: 'healthy',
      acquitted: 'S1 S2 S3 S4 F1 F2 F3 F4 F5 F6 F7 F8 B3 B4 B5 B6',
    },
    {
      what: 'the test link',
      text: '"canary"',
      verdict: 'healthy',
      acquitted: 'S1 S2 S3 S4 F1 F2 F3 F4 F5 F6 F7 F8 B2 B3 B4 B5 B6',
    },
    {
      what: 'the refused tokens',
      text: '"refusals"',
      verdict: 'healthy',
      acquitted: 'S1 S2 S3 S4 F1 F2 F3 F4 F5 F6 F7 F8 B2 B3 B4 B5 B6',
    },
  ])('$what: $verdict', async ({ text, verdict, acquitted }) => {
    const report = await unreadable(text);
    expect(said(report)).toEqual({ verdict, blind: verdict === 'undecided', acquitted, broken: '' });
    if (verdict === 'undecided') expect(report.says).toMatch(BLIND);
  });
});

test('a plug without power of which the device cloud still says that it is connected: nobody is convicted, and of the lamp nothing is known', async () => {
  const { desk, examine } = practice;
  const [lamp] = desk.state().lamps;
  desk.system.myLeviton.unplug(Number(lamp?.id), { announce: false, noticed: false });
  try {
    expect(said(await examine())).toEqual({
      ...{ verdict: 'healthy', blind: false, broken: '' },
      acquitted: 'S1 S2 S3 S4 F1 F2 F3 F4 F5 F6 F7 F8 B2 B3 B4 B5',
    });
  } finally {
    desk.system.myLeviton.plugIn(Number(lamp?.id));
    await practice.healthy();
  }
});

test('a link that was begun and not completed: undecided, and after five minutes the exchange is named', async () => {
  const { desk, examine, minutes } = practice;
  await desk.control({ id: 'disable-skill' });
  await minutes(10);
  await desk.fault({ id: 'console-address-wrong', on: true });
  await expect(signInAsPerson(desk.state().link.startUrl, { ...EMULATED_ACCOUNT, keep: true })).rejects.toThrow(
    'unable to link',
  );
  await desk.fault({ id: 'console-address-wrong', on: false });
  const report = await examine();
  expect(said(report)).toEqual({
    ...{ verdict: 'undecided', blind: false, broken: '' },
    acquitted: 'S1 F3 F4 F6 F7 F8 B2 B3 B6',
  });
  expect(report.says).toMatch(
    /^What can be tried from here works\. A sign-in for Alexa was begun, .*not exchanged its code yet/,
  );
  await minutes(6);
  expect(said(await examine())).toMatchObject({ verdict: 'code-exchange' });
  await signInAsPerson(desk.state().link.startUrl, { ...EMULATED_ACCOUNT, keep: true });
  await practice.healthy();
  expect(said(await examine())).toMatchObject({ verdict: 'healthy' });
});

describe('Alexa has not been heard for a day, and all that can be tried works', () => {
  beforeAll(silentForADay);

  test('undecided: the tile is the next step', async () => {
    const report = await practice.examine();
    expect(said(report)).toEqual({
      ...{ verdict: 'undecided', blind: false, broken: '' },
      acquitted: 'S1 S2 S3 S4 F3 F4 F6 F7 F8 B2 B3 B4 B5 B6',
    });
    expect(report.says).toMatch(/not noted that Alexa has used its link in the last day\. Tap the tile/);
    expect(practice.desk.state().doctor?.answer).toMatchObject({ hop: 'Undecided', state: 'undecided' });
  });

  test('and the row of the account cannot be read: undecided, as something could not be looked at', async () => {
    const report = await unreadable('"session"');
    expect(said(report)).toEqual({
      ...{ verdict: 'undecided', blind: true, broken: '' },
      acquitted: 'S1 S2 S3 S4 F3 F4 F6 F8 B2 B3 B4 B6',
    });
    expect(report.says).toMatch(BLIND);
  });

  test.each([
    { id: 'device-cloud-down', code: 'F7' },
    { id: 'table-away', code: 'F6' },
    { id: 'token-endpoint-down', code: 'F3' },
    { id: 'plug-without-wifi', code: 'F8' },
  ])('and $id: what is known to be broken is named', async ({ id, code }) => {
    await practice.desk.fault({ id, on: true });
    try {
      expect(said(await practice.examine())).toMatchObject({ broken: code });
    } finally {
      await practice.desk.fault({ id, on: false });
    }
  });

  test('linked anew: healthy', async () => {
    await signInAsPerson(practice.desk.state().link.startUrl, { ...EMULATED_ACCOUNT, keep: true });
    await practice.healthy();
    expect(said(await practice.examine())).toMatchObject({ verdict: 'healthy' });
  });
});
