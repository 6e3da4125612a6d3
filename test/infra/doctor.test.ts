import { afterEach, describe, expect, test } from '@jest/globals';
import { exitCodeOf, printReport } from '../../infra/doctor/report.ts';
import { setUpChecks } from '../../infra/doctor/set-up.ts';
import { EMAIL, PASSWORD } from '../support/setup.ts';
import { brokenIn, openPractice, type Practice } from './doctor-support.ts';

let practice: Practice;
afterEach(() => practice.close());
const open = async (...around: Parameters<typeof openPractice>): Promise<void> => {
  practice = await openPractice(...around);
};

describe('one account', () => {
  test('nothing is broken: one line for each hop, and exit code 0', async () => {
    await open();
    const report = await practice.look();
    expect(brokenIn(report)).toEqual([]);
    expect(report).toMatchObject({ verdict: 'healthy', blind: false });
    expect(exitCodeOf(report)).toBe(0);
    const printed = printReport(report).split('\n');
    expect(printed.filter((line) => /^[SFB]\d+ /.test(line))).toHaveLength(20);
    expect(printed[2]).toMatch(/^HEALTHY: Everything that can be seen from here works/);
  });

  test('the plug is offline: the answer comes first, with who can do what', async () => {
    await open();
    practice.setup.system.myLeviton.unplug(practice.setup.lamp);
    const report = await practice.look();
    expect(exitCodeOf(report)).toBe(1);
    expect(printReport(report).split('\n').slice(2, 4)).toEqual([
      'F8 plug, Wi-Fi BROKEN: "Bedroom lamp" is offline, and no other plug was read',
      '  whoever is at the lamp: Check its outlet and wall switch, and press its button.',
    ]);
  });
});

test('a report is old: what AWS has counted is looked at', async () => {
  await open(() => ({ counted: async () => ({ queue: { oldestSeconds: 1200, dead: 0 } }) }));
  expect(await practice.look()).toMatchObject({ verdict: 'comparison', says: 'a report has waited for 20 minutes' });
});

test('every check of preflight that says something of a hop is looked at', async () => {
  await open();
  expect(setUpChecks.map(({ name }) => name)).toHaveLength(31);
});

test('no secret and no e-mail address is in the output, whatever is broken', async () => {
  await open();
  practice.setup.system.myLeviton.changePassword(EMAIL, 'canary-other');
  await practice.setup.customer.reportState(practice.setup.endpointId);
  const report = await practice.look();
  expect(report).toMatchObject({ verdict: 'device-cloud', who: 'helper' });
  const [grant] = await practice.setup.system.ports.grants.list(practice.accountId);
  const account = await practice.setup.system.ports.accounts.get(practice.accountId);
  const { messaging, linkingClients, sealingKeys } = practice.setup.system.secrets;
  const secrets = [
    ...[PASSWORD, EMAIL, 'canary', 'ada', messaging.clientSecret, linkingClients[0]?.secrets[0]?.secret],
    ...[sealingKeys[0]?.key, grant?.tokens.accessToken, grant?.tokens.refreshToken, account?.session.credential],
  ];
  for (const text of [printReport(report), JSON.stringify(report)])
    for (const secret of secrets) expect(text).not.toContain(secret ?? 'no secret');
});
