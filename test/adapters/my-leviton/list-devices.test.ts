import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Account, AccountSetup, Fault } from '../../../desk/my-leviton/contract.ts';
import { CREDENTIALS, type Desk, openDesk, patience, withFastClock } from './desk.ts';

let desk: Desk;
beforeEach(async () => {
  desk = await openDesk();
});
afterEach(() => desk.emulator.close());

/** Someone with an account or two, a lamp in each, named as its residence is. */
function addAccounts(email: string, names: readonly string[], setup: Partial<AccountSetup> = {}): Account {
  const residences = names.map((name) => ({ name }));
  const account = desk.emulator.addAccount({ email, password: CREDENTIALS.password, residences, ...setup });
  for (const [at, id] of account.residenceIds.entries()) desk.emulator.addSwitch(id, { name: names[at] ?? '' });
  return account;
}

/** What discovery finds for an account; its requests are counted. */
async function found({ email }: Pick<Account, 'email'>) {
  const session = await desk.cloud.signIn({ ...CREDENTIALS, email }, undefined, patience());
  desk.emulator.resetCounts();
  const { devices, skipped } = await withFastClock(desk.clock, desk.cloud.devices(session, patience()));
  return { names: devices.map(({ name }) => name).sort(), skipped };
}

test('an owner finds what is in all residences', async () => {
  const account = addAccounts('two@example.org', ['House', 'Cabin']);
  expect(await found(account)).toEqual({ names: ['Cabin', 'House'], skipped: [] });
  expect(desk.emulator.counts.requests).toBe(4);
});

test('who is only invited finds the residence', async () => {
  const host = addAccounts('host@example.org', ['House', 'Cabin']);
  const guest = addAccounts('guest@example.org', [], { invitedTo: host.residenceIds.slice(0, 1) });
  expect(await found(guest)).toEqual({ names: ['House'], skipped: [] });
});

test('an owner who is invited as well finds both, each once', async () => {
  const host = addAccounts('host@example.org', ['House']);
  const [system = 0] = host.residenceIds;
  const guest = addAccounts('guest@example.org', ['Flat'], { invitedTo: [system, system] });
  expect(await found(guest)).toEqual({ names: ['Flat', 'House'], skipped: [] });
  expect(desk.emulator.counts.requests).toBe(4);
});

test('a primary residence that the account may not read does no harm', async () => {
  const host = addAccounts('host@example.org', ['House']);
  const account = addAccounts('new@example.org', ['Flat'], { primaryResidenceId: host.residenceIds[0] ?? 0 });
  expect(await found(account)).toEqual({ names: ['Flat'], skipped: [] });
});

test('more residences than are read at once', async () => {
  const names = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J'];
  desk.emulator.inject({ kind: 'latency', ms: 20, path: /iotSwitches$/ });
  expect(await found(addAccounts('many@example.org', names))).toEqual({ names, skipped: [] });
  expect(desk.emulator.counts.connections).toBeLessThanOrEqual(4);
});

test('nobody’s account is empty, and that is no error', async () => {
  expect(await found(addAccounts('none@example.org', []))).toEqual({ names: [], skipped: [] });
});

test.each<{ when: string; fault: Fault; reason: RegExp }>([
  { when: 'may not be read', fault: { kind: 'unauthorized' }, reason: /may not read/ },
  { when: 'is gone', fault: { kind: 'status', status: 404 }, reason: /does not exist/ },
  { when: 'is gone for good', fault: { kind: 'status', status: 410 }, reason: /does not exist/ },
  { when: 'is behind a gateway’s error', fault: { kind: 'html', status: 502 }, reason: /502/ },
  { when: 'is no list', fault: { kind: 'garbage', body: '{}' }, reason: /no list/ },
])('one residence that $when is skipped and named', async ({ fault, reason }) => {
  const account = addAccounts('two@example.org', ['House', 'Cabin']);
  const [system] = account.residenceIds;
  desk.emulator.inject({ ...fault, path: new RegExp(`^/Residences/${system}/`) });
  const { names, skipped } = await found(account);
  expect(names).toEqual(['Cabin']);
  expect(skipped).toEqual([{ id: `residence ${system}`, what: 'list', reason: expect.stringMatching(reason) }]);
});

test('an account that cannot be read is skipped, invitations stay', async () => {
  const host = addAccounts('host@example.org', ['House']);
  const guest = addAccounts('guest@example.org', ['Flat'], { invitedTo: host.residenceIds });
  desk.emulator.inject({ kind: 'server-error', path: /^\/ResidentialAccounts\// });
  const { names, skipped } = await found(guest);
  expect(names).toEqual(['House']);
  expect(skipped).toEqual([
    { id: `account ${guest.residentialAccountId}`, what: 'list', reason: expect.stringMatching(/500/) },
  ]);
});

test.each<{ when: string; fault: Fault; error: string }>([
  {
    when: 'every residence fails',
    fault: { kind: 'html', status: 502, path: /^\/Residences\// },
    error: 'CloudUnreachable',
  },
  {
    when: 'the accounts fail',
    fault: { kind: 'server-error', path: /^\/ResidentialAccounts\// },
    error: 'CloudUnreachable',
  },
  {
    when: 'every residence says 429',
    fault: { kind: 'status', status: 429, path: /^\/Residences\// },
    error: 'CloudRateLimited',
  },
  {
    when: 'the permissions are no list',
    fault: { kind: 'garbage', body: '{}', path: /^\/Person\/\d/ },
    error: 'CloudUnreachable',
  },
  {
    when: 'the permissions are not found, and the person is',
    fault: { kind: 'status', status: 404, path: /residentialPermissions$/ },
    error: 'CloudUnreachable',
  },
  {
    when: 'not even the person is found',
    fault: { kind: 'status', status: 404, path: /^\/Person\/\d/ },
    error: 'SessionRejected',
  },
  { when: 'the person is refused', fault: { kind: 'unauthorized', path: /^\/Person\/\d/ }, error: 'SessionRejected' },
])('$when: no list, and never an empty one', async ({ fault, error }) => {
  const account = addAccounts('two@example.org', ['House', 'Cabin']);
  desk.emulator.inject(fault);
  await expect(found(account)).rejects.toMatchObject({ name: error });
});

test('rows that make no sense are skipped, the others count', async () => {
  const account = addAccounts('one@example.org', ['House']);
  const rows = [
    null,
    7,
    { id: 9, residenceId: {} },
    { id: 8, residenceId: account.residenceIds[0], residentialAccountId: null },
  ];
  desk.emulator.inject({ kind: 'garbage', body: JSON.stringify(rows), path: /residentialPermissions$/ });
  const { names, skipped } = await found(account);
  expect(names).toEqual(['House']);
  expect(skipped).toMatchObject([
    { id: 'permission', what: 'list' },
    { id: 'permission', what: 'list' },
    { id: '9', what: 'list' },
  ]);
});

test('a residence that makes no sense may hide any device', async () => {
  const account = addAccounts('two@example.org', ['House', 'Cabin']);
  const rows = [{ id: account.residenceIds[0] }, { id: null }];
  desk.emulator.inject({ kind: 'garbage', body: JSON.stringify(rows), path: /residences$/ });
  expect(await found(account)).toEqual({
    names: ['House'],
    skipped: [{ id: `account ${account.residentialAccountId}`, what: 'list', reason: 'malformed: id' }],
  });
});

test('a device that cannot be read hides itself alone, one without an id may be any', async () => {
  const account = addAccounts('one@example.org', ['House']);
  const [system] = account.residenceIds;
  const rows = [{ id: 7, power: 'OFF', name: 'Lamp' }, { id: 8 }, { id: {}, power: 'OFF' }, null];
  desk.emulator.inject({ kind: 'garbage', body: JSON.stringify(rows), path: /iotSwitches$/ });
  const { names, skipped } = await found(account);
  expect(names).toEqual(['Lamp']);
  expect(skipped).toMatchObject([
    { id: '8', what: 'device' },
    { id: `residence ${system}`, what: 'list' },
    { id: `residence ${system}`, what: 'list' },
  ]);
});

test('what is deleted, drives no load or cannot be read is left out', async () => {
  const account = addAccounts('one@example.org', ['House']);
  const [system = 0] = account.residenceIds;
  desk.emulator.addSwitch(system, { name: 'Gone', deleted: true });
  desk.emulator.addSwitch(system, { name: 'Buttons', model: 'DW4BC' });
  desk.emulator.addSwitch(system, { name: 'Bridge', model: 'MLWSB' });
  desk.emulator.addSwitch(system, { name: 'Desk  ', brightness: null, canSetLevel: null });
  const bad = desk.emulator.addSwitch(system, { name: 'Bad', without: ['power'] });
  expect(await found(account)).toEqual({
    names: ['Desk', 'House'],
    skipped: [{ id: String(bad.id), what: 'device', reason: 'malformed: power' }],
  });
});

test.each([
  { what: 'deleted', fields: { deleted: true } },
  { what: 'a button controller', fields: { model: 'DW4BC-1BW' } },
  { what: 'a bridge', fields: { model: 'MLWSB' } },
])('what is $what needs no power to be left out', async ({ fields }) => {
  const account = addAccounts('one@example.org', ['House']);
  desk.emulator.addSwitch(account.residenceIds[0] ?? 0, { ...fields, without: ['power'] });
  expect(await found(account)).toEqual({ names: ['House'], skipped: [] });
});

test('two lamps may bear one name', async () => {
  const account = addAccounts('two@example.org', ['Lamp', 'Lamp']);
  expect((await found(account)).names).toEqual(['Lamp', 'Lamp']);
});

test('a list that was given up halfway is no list', async () => {
  const { email, residenceIds } = addAccounts('two@example.org', ['House', 'Cabin']);
  const session = await desk.cloud.signIn({ ...CREDENTIALS, email }, undefined, patience());
  desk.emulator.inject({ kind: 'hang', path: new RegExp(`^/Residences/${residenceIds[1]}/`) });
  const giveUp = new AbortController();
  const listed = desk.cloud.devices(session, giveUp.signal);
  desk.emulator.onExchange(({ request, response }) => {
    // The client has the answer before it sees the abort.
    if (request.path.startsWith(`/Residences/${residenceIds[0]}/`) && response.status === 200)
      setTimeout(() => giveUp.abort(), 20);
  });
  await expect(listed).rejects.toMatchObject({ name: 'CloudUnreachable' });
});
