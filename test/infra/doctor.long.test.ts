import { afterEach, describe, expect, test } from '@jest/globals';
import { accountsOf, examineAccount, examineDeployment } from '../../infra/doctor/examine.ts';
import { exitCodeOf, printReport } from '../../infra/doctor/report.ts';
import { StoreUnavailable } from '../../lambda/ports/errors.ts';
import { withFastClock } from '../support/clock.ts';
import { EMAIL } from '../support/setup.ts';
import { brokenIn, openPractice, type Practice, withStacks } from './doctor-support.ts';

let practice: Practice;
afterEach(() => practice.close());
const open = async (...around: Parameters<typeof openPractice>): Promise<void> => {
  practice = await openPractice(...around);
};

describe('one account', () => {
  test('Alexa may not invoke the function: named before what comes after it', async () => {
    await open(withStacks(() => ({ permissions: [] })));
    practice.setup.system.myLeviton.unplug(practice.setup.lamp);
    const report = await practice.look();
    expect(report).toMatchObject({
      verdict: 'delivery',
      who: 'developer',
      says: 'us-east-1: Alexa may not invoke the function',
    });
    expect(brokenIn(report)).toEqual(['F4', 'F8']);
    // What preflight says of it is not said a second time.
    expect(printReport(report)).not.toContain('alexa-connectedhome.amazon.com has no permission');
  });

  test('the set-up alone is wrong: its finding is the answer', async () => {
    await open((target) => ({
      manifest: async () => ({ ...(await target.manifest()), permissions: [] }),
    }));
    const report = await practice.look();
    expect(report).toMatchObject({ verdict: 'gateway', who: 'developer' });
    expect(report.says).toContain('alexa::async_event:write');
    expect(brokenIn(report)).toEqual(['B5']);
    expect(exitCodeOf(report)).toBe(1);
  });

  test('what only matters one day is no answer', async () => {
    await open(withStacks(({ table }) => (table ? { table: { ...table, recovery: false } } : {})));
    const report = await practice.look();
    expect(report.verdict).toBe('healthy');
    expect(printReport(report)).toContain('has no point-in-time recovery');
  });

  test('no id of nobody', async () => {
    await open();
    await expect(examineAccount('nobody', practice.patient)).rejects.toThrow('There is no account with this id.');
  });
});

describe('the whole deployment', () => {
  const lookAtAll = () => withFastClock(practice.setup.clock, () => examineDeployment(practice.patient));

  test('it works: no device cloud is asked', async () => {
    await open();
    const { requests } = practice.setup.system.myLeviton.counts;
    const report = await lookAtAll();
    expect(practice.setup.system.myLeviton.counts.requests).toBe(requests);
    expect(report).toMatchObject({ verdict: 'healthy', blind: false, accounts: { all: 1, looked: 1, found: [] } });
    expect(exitCodeOf(report)).toBe(0);
    expect(printReport(report)).toContain('Accounts: 1 of 1, by what is stored');
  });

  test('an account waits for a sign-in: it is named, and nothing of it is the developer’s to do', async () => {
    await open();
    practice.setup.system.myLeviton.changePassword(EMAIL, 'another');
    await practice.setup.customer.reportState(practice.setup.endpointId);
    const report = await lookAtAll();
    expect(report.accounts?.found).toEqual([
      {
        ...{ hop: 'device-cloud', cause: 'needs-sign-in', count: 1, accounts: [practice.accountId] },
        example: 'My Leviton refused the password that was kept',
      },
    ]);
    expect(report.says).toBe('What all accounts share works. 1 of 1 account has a fault of its own: see Accounts.');
    expect(printReport(report).split('\n').slice(-3)).toEqual([
      'Accounts: 1 of 1, by what is stored; no device cloud was asked:',
      '  F7  device cloud     1 of 1: My Leviton refused the password that was kept',
      `                       Whoever knows the password has to act. For --account: ${practice.accountId}`,
    ]);
    expect(exitCodeOf(report)).toBe(0);
  });

  test('the table does not answer this machine: that is no finding about the skill', async () => {
    await open();
    practice.setup.system.table.fail('refused');
    await expect(lookAtAll()).rejects.toThrow('The table does not answer this machine.');
  });
});

test('an account is found by its e-mail address, also where the address is not kept', async () => {
  await open();
  const none = { kept: [], masked: [], unreadable: 0 };
  expect(await accountsOf('Ada.Lovelace@Example.org', practice.patient)).toEqual({
    ...none,
    kept: [practice.accountId],
  });
  expect(await accountsOf('nobody@example.org', practice.patient)).toEqual(none);
  const account = await practice.setup.system.ports.accounts.get(practice.accountId);
  if (!account) throw new Error('no account');
  const { credentials: _, ...rest } = account;
  await practice.setup.system.ports.accounts.put(rest);
  expect(await accountsOf(EMAIL, practice.patient)).toEqual({ ...none, masked: [practice.accountId] });
});

test('the table fails while accounts are looked through for an address: that is no account without it', async () => {
  await open();
  const { accounts } = practice.setup.system.ports;
  const ports = {
    ...practice.patient.ports,
    accounts: { ...accounts, list: () => accounts.list(), get: () => Promise.reject(new StoreUnavailable('slow')) },
  };
  await expect(accountsOf(EMAIL, { ...practice.patient, ports })).rejects.toThrow(
    'The table does not answer this machine.',
  );
});

test('text of strangers cannot steer a terminal', async () => {
  await open();
  practice.setup.system.myLeviton.renameSwitch(practice.setup.lamp, 'Lamp\u001b[2J\u202e');
  practice.setup.system.myLeviton.unplug(practice.setup.lamp);
  const printed = printReport(await practice.look());
  for (const character of ['\u001b', '\u202e']) expect(printed).not.toContain(character);
});
