import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type RunningDesk, startDesk } from '../../desk/desk.ts';
import type { Report } from '../../infra/doctor/report.ts';
import { createLog } from '../../lambda/adapters/json-log/log.ts';
import { systemClock } from '../../lambda/adapters/system/clock.ts';
import type { Addressee } from '../../lambda/domain/diagnosis/causes.ts';
import { withFastClock } from '../support/clock.ts';
import { until } from '../support/setup.ts';

// Each fault that can be switched on at the desk, alone and in pairs: the doctor names exactly its hop, and nobody at a healthy desk.
let desk: RunningDesk;
beforeAll(async () => {
  desk = await startDesk({ log: createLog('silent', systemClock), reportDelayMs: 20 });
  await healthy();
});
afterAll(() => desk.close());

const quickly = <T>(work: () => Promise<T>): Promise<T> => withFastClock(desk.system.clock, work, 250);
const examine = async (): Promise<Report> => {
  const report = await quickly(() => desk.doctor());
  if (!report) throw new Error('there is no account');
  return report as Report;
};
const codes = ({ lines }: Report): string[] => lines.filter(({ state }) => state === 'broken').map(({ code }) => code);
const first = () => desk.state().lamps[0]?.id ?? '';
const press = async () => {
  const level = desk.state().lamps[0]?.plug.level === 44 ? 55 : 44;
  await desk.press({ lamp: first(), press: level });
};

/** Until nothing is broken: what waited for the end of a fault takes its time. */
const healthy = (): Promise<void> =>
  quickly(() => until(async () => codes((await desk.doctor()) as Report).length === 0, 'nobody is named'));

interface Row {
  readonly id: string;
  /** The hop that is named; none for what breaks nothing that can be seen. */
  readonly code?: string;
  readonly who?: Addressee;
  readonly says?: RegExp;
  /** Shows only once the lamp was moved by hand. */
  readonly byHand?: true;
  /** Ends by itself as soon as anybody uses the account. */
  readonly heals?: true;
  /** A command does not get to the lamp. */
  readonly dark?: true;
}

const ROWS: readonly Row[] = [
  { id: 'alexa-mishears', code: 'F1', who: 'person', says: /Alexa heard something else/, dark: true },
  { id: 'token-endpoint-down', code: 'F3', who: 'developer', says: /token endpoint answers .*503/, dark: true },
  { id: 'permission-removed', code: 'F4', who: 'developer', says: /may not invoke/, dark: true },
  { id: 'table-away', code: 'F6', who: 'developer', says: /table does not answer/, dark: true },
  { id: 'device-cloud-down', code: 'F7', who: 'nobody', says: /My Leviton does not serve us/, dark: true },
  { id: 'session-revoked', code: 'F7', who: 'nobody', says: /does not take the session/, dark: true, heals: true },
  { id: 'plug-unplugged', code: 'F8', who: 'person', says: /"Bedroom lamp" is offline and shows no light/, dark: true },
  { id: 'plug-without-wifi', code: 'F8', who: 'person', says: /has power and no Wi-Fi/, dark: true },
  { id: 'router-replaced', code: 'F8', who: 'person', says: /other things at home are/, dark: true },
  { id: 'broadband-down', code: 'F8', who: 'person', says: /nothing else at home reaches the internet/, dark: true },
  { id: 'lamp-switched-off', code: 'F9', who: 'person', says: /nobody saw the lamp react/, dark: true },
  { id: 'sign-in-page-down', code: 'S1', who: 'developer', says: /sign-in page does not open, 503/ },
  { id: 'watch-stopped', code: 'B2', who: 'developer', says: /nobody watches the accounts/, byHand: true },
  { id: 'lwa-down', code: 'B4', who: 'nobody', says: /Login with Amazon does not answer/ },
  { id: 'gateway-throttles', code: 'B5', who: 'nobody', says: /does not take reports, 429/ },
  { id: 'gateway-down', code: 'B5', who: 'nobody', says: /does not take reports, 503/ },
  { id: 'gateway-forbids', code: 'B5', who: 'developer', says: /may not send events/, byHand: true },
  { id: 'gateway-refuses-token', code: 'B5', who: 'developer', says: /refuses tokens/, byHand: true },
  { id: 'device-cloud-slow' },
  { id: 'pushes-lost' },
  { id: 'socket-deaf' },
  { id: 'socket-half-open' },
  { id: 'alexa-api-down' },
  { id: 'alexa-api-forbids' },
  { id: 'alexa-api-loses-answer' },
  { id: 'alexa-sends-verifier' },
  { id: 'skill-events-lost' },
  { id: 'queue-delayed' },
];

/** Breaks it, has the doctor look, and repairs it. */
async function withFaults(rows: readonly Row[], look: () => Promise<void>): Promise<void> {
  for (const { id } of rows) await desk.fault({ id, on: true });
  try {
    if (rows.some(({ byHand }) => byHand)) await press();
    await look();
  } finally {
    for (const { id } of [...rows].reverse()) await desk.fault({ id, on: false });
    await healthy();
  }
}

test('every fault of the page has a row', () => {
  const offered = desk.state().faults.map(({ id }) => id);
  expect(ROWS.map(({ id }) => id).sort()).toEqual(offered.sort());
});

test('a healthy desk: nobody is named', async () => {
  expect(await examine()).toMatchObject({ verdict: 'healthy', blind: false });
  expect(desk.state().doctor?.answer).toMatchObject({ state: 'healthy' });
});

describe('one fault', () => {
  test.each(ROWS)('$id: $code', async ({ id, code, who, says, ...row }) => {
    await withFaults([{ id, ...row }], async () => {
      if (code === undefined) return expect(codes(await examine())).toEqual([]);
      let report = await examine();
      // What a gateway refuses for good shows after the report of the press.
      while (row.byHand && codes(report).length === 0) report = await examine();
      // The watcher may be quicker to sign in again than the doctor is to look.
      if (row.heals && codes(report).length === 0) return;
      expect(codes(report)).toEqual([code]);
      expect(report.who).toBe(who);
      expect(report.says).toMatch(says ?? /never/);
      expect(desk.state().doctor?.answer?.hop).toMatch(new RegExp(`^${code} `));
    });
  });
});

/** Faults that change the same thing, so that the two are one. */
const SAME = new Set(['plug-unplugged', 'plug-without-wifi', 'router-replaced', 'broadband-down']);
const isOne = (one: Row, other: Row) => one.code === other.code || (SAME.has(one.id) && SAME.has(other.id));

/** What Alexa cannot deliver, no tap shows. */
const firstOf = (one: Row, other: Row): Row =>
  (one.id === 'alexa-mishears' && other.id === 'permission-removed') || (!one.dark && other.dark) ? other : one;

describe('two faults: the one that darkens the lamp first is named', () => {
  const found = ROWS.filter(({ code, byHand, heals }) => code !== undefined && !byHand && !heals);
  const pairs = found.flatMap((one, index) =>
    found
      .slice(index + 1)
      .filter((other) => !isOne(one, other))
      .map((other) => ({
        one,
        other,
        name: `${one.id} and ${other.id}`,
        first: firstOf(one, other),
      })),
  );

  test.each(pairs)('$name', async ({ one, other, first: named }) => {
    await withFaults([one, other], async () => {
      const report = await examine();
      const [code] = report.lines.filter(({ hop }) => hop === report.verdict).map((line) => line.code);
      expect(`${code}: ${report.says}`).toMatch(new RegExp(`^${named.code}: .*`));
      expect(report.says).toMatch(named.says ?? /never/);
    });
  });
});

describe('what a control does', () => {
  test.each([
    { id: 'revoke-grant', code: 'B4', says: /grant was withdrawn/ },
    { id: 'change-password', code: 'F7', says: /refused the password that was kept/ },
    { id: 'disable-skill', code: 'F2', says: /skill was disabled/ },
  ])('$id: $code', async ({ id, code, says }) => {
    await desk.control({ id });
    await desk.say({ sentence: 'turn on the bedroom lamp' });
    const report = await examine();
    expect(report.lines.find((line) => line.code === code)?.says).toMatch(says);
    if (code !== 'B4') expect(report.says).toMatch(says);
  });
});

test('nothing of all this was wrong in the eyes of Alexa', () => {
  expect(desk.state().problems.filter((one) => !one.includes('no answer'))).toEqual([]);
});
