import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type EmbeddedTable, startEmbeddedTable } from '../../desk/table/embedded-table.ts';
import { createDeveloperMailStore } from '../../lambda/adapters/dynamodb/developer-mail.ts';
import { openTable } from '../../lambda/adapters/dynamodb/table.ts';
import { createLog } from '../../lambda/adapters/json-log/log.ts';
import { addToBurst, type DeveloperMailKind, sendToDeveloper } from '../../lambda/domain/developer-mail.ts';
import { digestText } from '../../lambda/domain/developer-texts.ts';
import { countsOf, digestDue } from '../../lambda/domain/weekly-digest.ts';
import type { Burst, DeveloperMailStore } from '../../lambda/ports/developer-mail-store.ts';
import type { NoticeAddress, NoticeAddressState } from '../../lambda/ports/notice-addresses.ts';
import type { NoticeMessage } from '../../lambda/ports/notice-sender.ts';
import { testClock } from '../support/clock.ts';

const MINUTE = 60_000;
const START = new Date('2026-03-01T12:00:00.000Z');

test.each<{ when: string; accounts: readonly string[]; afterMinutes?: number; says: readonly DeveloperMailKind[] }>([
  { when: 'one account', accounts: ['a'], says: ['message'] },
  { when: 'three accounts', accounts: ['a', 'b', 'c'], says: ['message', 'message', 'message'] },
  { when: 'four', accounts: ['a', 'b', 'c', 'd'], says: ['message', 'message', 'message', 'many'] },
  {
    when: 'six',
    accounts: ['a', 'b', 'c', 'd', 'e', 'f'],
    says: ['message', 'message', 'message', 'many', 'nothing', 'nothing'],
  },
  {
    when: 'a reminder of one that had its message, and of one that had none',
    accounts: ['a', 'b', 'c', 'd', 'a', 'd'],
    says: ['message', 'message', 'message', 'many', 'message', 'nothing'],
  },
  {
    when: 'one every 25 minutes: the hour counts from the first',
    accounts: ['a', 'b', 'c', 'd', 'e'],
    afterMinutes: 25,
    says: ['message', 'message', 'message', 'message', 'message'],
  },
])('$when: $says', ({ accounts, afterMinutes = 1, says }) => {
  let burst: Burst | undefined;
  const toSend = accounts.map((account, n) => {
    const result = addToBurst(burst, 'notice locked', account, new Date(START.getTime() + n * afterMinutes * MINUTE));
    burst = result.burst;
    return result.toSend;
  });
  expect(toSend).toEqual(says);
});

test('a burst from a clock that was put right since does not hold anything back', () => {
  const future = {
    about: 'notice locked',
    since: '2027-01-01T00:00:00.000Z',
    accounts: ['a', 'b', 'c', 'd'],
    leftOut: 9,
  };
  expect(addToBurst(future, 'notice locked', 'e', START).toSend).toBe('message');
});

describe('over the table', () => {
  let table: EmbeddedTable;
  let store: DeveloperMailStore;
  const clock = testClock();
  let sent: NoticeMessage[];
  let lines: string[];
  beforeAll(async () => {
    table = await startEmbeddedTable();
    store = createDeveloperMailStore(openTable({ tableName: table.tableName, endpoint: table.url }));
  });
  afterAll(() => table.close());
  beforeEach(() => {
    sent = [];
    lines = [];
  });
  const ports = () => ({
    developerMail: store,
    sender: { send: async (message: NoticeMessage) => void sent.push(message) },
    clock,
    log: createLog('info', clock, (line) => lines.push(line)),
  });
  const send = (accountId: string, cause: NoticeMessage['cause']) =>
    sendToDeveloper(
      { accountId, cause, kind: 'notice', subject: 'single', text: `http://link.of/${accountId}` },
      ports(),
    );

  test('fifty accounts with one cause are four messages, the last without a link of any; another cause is apart', async () => {
    for (let account = 0; account < 50; account++) await send(`account-${account}`, 'plug-offline');
    await send('account-1', 'locked');
    expect(sent.map(({ subject }) => subject)).toEqual([
      'single',
      'single',
      'single',
      'Lamps and Alexa: one cause, many accounts (developer)',
      'single',
    ]);
    expect(sent[3]?.text).toContain(
      'More than three accounts have had the notice plug-offline since Sunday, March 1, 2026',
    );
    expect(sent[3]?.text).not.toContain('http');
    expect((await store.get())?.bursts.find(({ about }) => about === 'notice plug-offline')).toMatchObject({
      leftOut: 46,
    });
    expect((await store.get())?.bursts[0]?.accounts.length).toBeLessThanOrEqual(4);
  });

  test('many at once are counted one by one', async () => {
    await Promise.all(Array.from({ length: 8 }, (_, n) => send(`at-once-${n}`, 'devices-missing')));
    expect(sent.filter(({ subject }) => subject === 'single')).toHaveLength(3);
    expect(sent).toHaveLength(4);
  });

  test('where the table does not answer, each message is sent', async () => {
    const heal = table.fail('refused');
    for (let account = 0; account < 5; account++) await send(`account-${account}`, 'grant-revoked');
    heal();
    expect(sent).toHaveLength(5);
    expect(lines.filter((line) => line.includes('developer-messages-not-counted'))).toHaveLength(5);
  });
});

test.each([
  { when: 'the first time', digestAt: undefined, due: 'begin' },
  { when: 'a week later', digestAt: '2026-02-22T12:00:00.000Z', due: 'send' },
  { when: 'a moment before', digestAt: '2026-02-22T12:00:00.001Z', due: 'wait' },
  { when: 'after a month without a run', digestAt: '2026-02-01T12:00:00.000Z', due: 'send' },
  { when: 'the clock was put back', digestAt: '2026-03-02T12:00:00.000Z', due: 'begin' },
] as const)('the digest, $when: $due', ({ digestAt, due }) => {
  expect(digestDue(digestAt, START)).toBe(due);
});

const address = (state: NoticeAddressState): NoticeAddress => ({
  ...{ id: state, email: 'x@example.org', language: 'en-US', state, since: START.toISOString(), confirmMails: 1 },
});

test('the digest counts open notices by cause, accounts that nobody can be told of, and addresses that failed', () => {
  const counts = countsOf(5, [
    {
      notices: [{ cause: 'locked', state: 'open' }],
      addresses: [address('confirmed'), address('bounced')],
      hasGrant: true,
    },
    {
      notices: [
        { cause: 'locked', state: 'open' },
        { cause: 'plug-offline', state: 'closed' },
      ],
      addresses: [address('complained'), address('pending')],
      hasGrant: false,
    },
    { notices: [{ cause: 'grant-revoked', state: 'open' }], addresses: [], hasGrant: false },
  ]);
  expect(counts).toEqual({
    accounts: 5,
    read: 3,
    withoutAddress: 2,
    withoutGrant: 1,
    failedAddresses: 2,
    open: { locked: 2, 'grant-revoked': 1 },
  });
  expect(digestText(counts).text).toBe(
    [
      'Accounts: 5, of which 3 were counted in time.',
      'Accounts with no confirmed address, which cannot be notified: 2.',
      'Accounts without a permission to report changes to Alexa: 1.',
      'Addresses that mails came back from, or that called a mail spam: 2.',
      'Open notices: grant-revoked 1, locked 2.',
    ].join('\n'),
  );
});

test('a digest without anything to say says so', () => {
  expect(digestText(countsOf(0, [])).text).toContain('No notice is open.');
});
