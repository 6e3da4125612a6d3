import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type EmbeddedTable, startEmbeddedTable } from '../../desk/table/embedded-table.ts';
import { createSealer } from '../../lambda/adapters/aes-gcm/sealer.ts';
import { openStores, type Stores } from '../../lambda/adapters/dynamodb/stores.ts';
import { createLog } from '../../lambda/adapters/json-log/log.ts';
import { createLogSender } from '../../lambda/adapters/json-log/notice-sender.ts';
import { openAlexaLink } from '../../lambda/domain/alexa-link.ts';
import type { NoticePorts } from '../../lambda/domain/notice-sending.ts';
import { createNotices } from '../../lambda/domain/notices.ts';
import { plainAddress, plainName } from '../../lambda/domain/plain-name.ts';
import { openReauthLink } from '../../lambda/domain/reauth-link.ts';
import { StoreUnavailable } from '../../lambda/ports/errors.ts';
import type { Link } from '../../lambda/ports/link-store.ts';
import type { NoticeMessage } from '../../lambda/ports/notice-sender.ts';
import type { Notice, NoticeCause } from '../../lambda/ports/notices.ts';
import { testClock } from '../support/clock.ts';
import { kindsOf, linkIn } from '../support/reauth.ts';

const sealer = createSealer([{ id: 'k1', key: Buffer.alloc(32, 1).toString('base64') }]);
const clock = testClock();
const MINUTE = 60_000;

let table: EmbeddedTable;
let stores: Stores;
beforeAll(async () => {
  table = await startEmbeddedTable();
  stores = openStores({ tableName: table.tableName, endpoint: table.url }, sealer);
});
afterAll(() => table.close());

let sent: NoticeMessage[];
let lines: string[];
let accountId: string;
let accounts = 0;
beforeEach(() => {
  sent = [];
  lines = [];
  accountId = `account-${accounts++}`;
});

const open = (ports: Partial<NoticePorts> = {}) =>
  createNotices({
    noticeStore: stores.noticeStore,
    developerMail: stores.developerMail,
    links: stores.links,
    sender: { send: async (message) => void sent.push(message) },
    sealer,
    clock,
    log: createLog('info', clock, (line) => lines.push(line)),
    cloudName: 'Acme Home',
    publicUrl: 'https://link.example.org',
    hasAlexaPage: true,
    ...ports,
  });
const notice = (fields: Partial<Notice> = {}): Notice => ({
  accountId,
  cause: 'password-changed',
  maskedEmail: 'm…y@example.org',
  ...fields,
});
const sendUnsent = (notices = open()) => notices.sendUnsent(new AbortController().signal);

test('twenty functions that find the same problem send one notice, and twenty that find it gone one all-clear', async () => {
  await Promise.all(Array.from({ length: 20 }, () => open().raise(notice())));
  expect(kindsOf(sent)).toEqual(['notice password-changed']);
  await Promise.all(Array.from({ length: 20 }, () => open().clear(accountId, ['password-changed'])));
  expect(kindsOf(sent)).toEqual(['notice password-changed', 'all-clear password-changed']);
  await open().raise(notice());
  expect(kindsOf(sent).slice(2)).toEqual(['notice password-changed']);
  expect(linkIn(sent[0] ?? { text: '' })).not.toBe(linkIn(sent[2] ?? { text: '' }));
});

test('notices of one cause about several devices are sent and closed one by one', async () => {
  const notices = open();
  await notices.raise(notice({ cause: 'plug-offline', subject: 'one' }));
  await notices.raise(notice({ cause: 'plug-offline', subject: 'two' }));
  await notices.clear(accountId, ['plug-offline'], 'one');
  expect(sent.map(({ kind, text }) => [kind, /plug (\w+)/.exec(text)?.[1]])).toEqual([
    ['notice', 'one'],
    ['notice', 'two'],
    ['all-clear', 'one'],
  ]);
  await notices.clear(accountId, ['plug-offline']);
  expect(sent.at(-1)?.text).toContain('plug two');
});

test('clearing what is not open says nothing', async () => {
  await open().clear(accountId, ['password-changed', 'messaging-client-refused']);
  expect(sent).toEqual([]);
});

test('a session that works again has one all-clear, however many notices it had', async () => {
  const notices = open();
  await notices.raise(notice({ cause: 'session-ends', mattersBy: '2026-03-10T00:00:00.000Z' }));
  await notices.raise(notice({ cause: 'credentials-not-kept' }));
  await notices.clear(accountId, ['session-ends', 'credentials-not-kept', 'locked']);
  expect(sent.filter(({ kind }) => kind === 'all-clear')).toHaveLength(1);
});

test('a problem of the skill itself is one notice for all accounts', async () => {
  const notices = open();
  for (let n = 0; n < 5; n++) {
    await notices.raise({ accountId: `${accountId}-${n}`, cause: 'messaging-client-refused', subject: `grant-${n}` });
  }
  expect(kindsOf(sent)).toEqual(['notice messaging-client-refused']);
  await notices.clear(`${accountId}-3`, ['messaging-client-refused'], 'grant-3');
  expect(kindsOf(sent)).toEqual(['notice messaging-client-refused', 'all-clear messaging-client-refused']);
});

test('further reminders of one cause, each once and never backwards', async () => {
  const notices = open();
  for (const reminder of [1, 1, 2, 1, 2, 3, 2]) await notices.raise(notice({ cause: 'session-ends', reminder }));
  expect(kindsOf(sent)).toEqual(['notice session-ends', 'notice session-ends', 'notice session-ends']);
  await notices.clear(accountId, ['session-ends']);
  expect(kindsOf(sent)).toHaveLength(4);
});

describe('the sign-in link', () => {
  test('is for this account and notice, of the first public address, for seven days', async () => {
    await open().raise(notice());
    const link = new URL(linkIn(sent[0] ?? { text: '' }));
    expect(link.origin + link.pathname).toBe('https://link.example.org/reauth');
    const [record] = await stores.noticeStore.list(accountId);
    const opened = openReauthLink(link.searchParams.get('t') ?? '', sealer);
    expect(opened).toMatchObject({ accountId, cause: 'password-changed', reauthId: record?.reauthId });
    const days = (Date.parse(opened?.expiresAt ?? '') - clock.now().getTime()) / 86_400_000;
    expect(days).toBeCloseTo(7, 3);
  });

  test.each<{ cause: NoticeCause }>([
    { cause: 'grant-revoked' },
    { cause: 'event-refused' },
    { cause: 'plug-offline' },
    { cause: 'sign-in-inconclusive' },
  ])('is in no notice that a sign-in would not repair: $cause', async ({ cause }) => {
    await open().raise(notice({ cause }));
    expect(sent[0]?.text).not.toContain('/reauth');
  });

  test('without a public address is missing, said so and logged; once there is one, another notice follows', async () => {
    const mute = open({ publicUrl: undefined });
    await mute.raise(notice());
    await mute.raise(notice());
    expect(sent).toHaveLength(1);
    expect(sent[0]?.text).not.toContain('http');
    expect(sent[0]?.text).toContain('PUBLIC_URLS');
    expect(lines.join()).toContain('"reauth-link-missing"');
    await open().raise(notice());
    await open().raise(notice());
    expect(sent).toHaveLength(2);
    expect(linkIn(sent[1] ?? { text: '' })).toContain('https://link.example.org/reauth?t=');
  });

  test('is masked where notices go to the log', async () => {
    const log = createLog('info', clock, (line) => lines.push(line));
    await open({ sender: createLogSender(log) }).raise(notice());
    const [line] = lines.filter((one) => one.includes('"event":"notice"'));
    expect(JSON.parse(line ?? '{}')).toMatchObject({ level: 'warn', account: accountId, cause: 'password-changed' });
    expect(line).toContain('/reauth?t=[masked]');
    expect(line).not.toContain('dps.');
  });
});

describe('a new sign-in link that somebody asks for', () => {
  const HOUR = 60 * MINUTE;
  const key = () => ({ accountId, cause: 'password-changed' }) as const;
  /** Asks as often, once an hour or at `everyMs`, and answers how often each outcome came. */
  const ask = async (times: number, everyMs = HOUR) => {
    const outcomes: Record<string, number> = {};
    for (let n = 0; n < times; n++) {
      const outcome = await open().renewLink(key());
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      clock.advance(everyMs);
    }
    return outcomes;
  };

  test('is no reminder: the four weekly reminders go out as before', async () => {
    await open().raise(notice());
    clock.advance(HOUR);
    await ask(3);
    for (const reminder of [2, 3, 4]) await open().raise(notice({ reminder }));
    expect(sent).toHaveLength(7);
    expect((await stores.noticeStore.get(key()))?.reminder).toBe(4);
  });

  test('comes at most once an hour, counted from whatever was sent last', async () => {
    await open().raise(notice());
    expect(await open().renewLink(key())).toBe('too-soon');
    clock.advance(HOUR);
    expect(await open().renewLink(key())).toBe('sent');
    expect(await open().renewLink(key())).toBe('too-soon');
    expect(sent).toHaveLength(2);
  });

  test('comes at most three times a week and ten times in all, however often somebody asks', async () => {
    await open().raise(notice());
    clock.advance(HOUR);
    expect(await ask(7 * 24)).toEqual({ sent: 3, 'too-many': 165 });
    expect((await ask(10 * 7 * 4, 6 * HOUR)).sent).toBe(7);
    expect(await ask(10)).toEqual({ 'too-many': 10 });
    expect(sent).toHaveLength(11);
  });

  test('is counted anew for a notice that is raised anew', async () => {
    await open().raise(notice());
    clock.advance(HOUR);
    await ask(5);
    await open().clear(accountId, ['password-changed']);
    expect(await open().renewLink(key())).toBe('not-open');
    await open().raise(notice());
    clock.advance(HOUR);
    expect(await open().renewLink(key())).toBe('sent');
  });

  test('ten who ask at once get one', async () => {
    await open().raise(notice());
    clock.advance(HOUR);
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => open().renewLink(key())));
    expect(outcomes.filter((outcome) => outcome === 'sent')).toHaveLength(1);
    expect(sent).toHaveLength(2);
  });

  test('is not promised while the table is down', async () => {
    await open().raise(notice());
    clock.advance(HOUR);
    const recover = table.fail('refused');
    await expect(open().renewLink(key())).rejects.toThrow('the table did not answer as it should');
    recover();
  });
});

describe('when something fails', () => {
  const refusing = { send: () => Promise.reject(new Error('canary of the topic')) };

  test('what was not sent is sent once, and not before its time', async () => {
    await open({ sender: refusing }).raise(notice());
    await sendUnsent();
    expect(sent).toEqual([]);
    clock.advance(MINUTE);
    await Promise.all(Array.from({ length: 10 }, () => sendUnsent()));
    expect(kindsOf(sent)).toEqual(['notice password-changed']);
    clock.advance(MINUTE);
    await sendUnsent();
    expect(sent).toHaveLength(1);
  });

  test('a table that is down makes nothing throw', async () => {
    const recover = table.fail('refused');
    await open().raise(notice());
    await open().clear(accountId, ['password-changed']);
    recover();
    expect(sent).toEqual([]);
    expect(lines.filter((line) => line.includes('"notice-lost"'))).toHaveLength(2);
  });

  test('a notice that is closed while it is being sent has its all-clear', async () => {
    const letGo = new AbortController();
    const held = new Promise((resolve) => letGo.signal.addEventListener('abort', resolve));
    const slow = {
      send: async (message: NoticeMessage) => {
        sent.push(message);
        if (message.kind === 'notice') await held;
      },
    };
    const raised = open({ sender: slow }).raise(notice());
    while (sent.length === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    await open().clear(accountId, ['password-changed']);
    expect(kindsOf(sent)).toEqual(['notice password-changed']);
    letGo.abort();
    await raised;
    expect(kindsOf(sent)).toEqual(['notice password-changed', 'all-clear password-changed']);
    clock.advance(MINUTE);
    await sendUnsent();
    expect(sent).toHaveLength(2);
  });

  test('out of time it sends nothing more', async () => {
    await open({ sender: refusing }).raise(notice());
    clock.advance(MINUTE);
    await open().sendUnsent(AbortSignal.abort());
    expect(sent).toEqual([]);
  });
});

/** A link as Alexa has it. */
const linkOf = (id: string, fields: Partial<Link> = {}) => ({
  id,
  accountId,
  clientId: 'alexa',
  scope: 'lamps',
  state: 'live' as const,
  code: { hash: 'h', redirectUri: 'https://alexa.example', expiresAt: '2026-03-01T00:05:00.000Z' },
  createdAt: '2026-03-01T00:00:00.000Z',
  ...fields,
});
/** Every link is lost: what a notice of a loss needs to be sent. */
const lost: NoticePorts['links'] = {
  ofAccount: async () => [
    {
      ...linkOf('abc', { state: 'ended', endedBecause: 'token-replayed', endedAt: clock.now().toISOString() }),
      version: 1,
    },
  ],
};
const linksFor = (cause: NoticeCause): Partial<NoticePorts> => (cause === 'alexa-let-go' ? { links: lost } : {});

/** A notice about an outage waits for a quarter of an hour. */
const LONG_AGO = '2026-03-01T10:00:00.000Z';
/** A session has an end, until which the lamps can be reached. */
const ofTheSession: NoticeCause[] = [
  'password-changed',
  'code-needed',
  'locked',
  'credentials-not-kept',
  'two-step-account',
  'session-ends',
];
const causes: NoticeCause[] = [
  ...ofTheSession,
  'grant-revoked',
  'alexa-let-go',
  'alexa-silent',
  'messaging-client-refused',
  'events-not-permitted',
  'wrong-stage',
  'event-refused',
  'plug-offline',
  'plugs-offline',
  'devices-missing',
  'cloud-down',
  'amazon-down',
  'sign-in-inconclusive',
  'sign-in-throttled',
];

test.each(causes)(
  '%s reads well: a short subject, whole sentences, one remedy, and unlinking only where it is one',
  async (cause) => {
    await open().clear(accountId, [cause]);
    sent = [];
    const ports = { ...linksFor(cause), hasAlexaPage: false };
    await open(ports).raise(
      notice({ cause, mattersBy: '2026-03-21T10:00:00.000Z', subject: 'abc', offlineSince: LONG_AGO }),
    );
    const [{ subject, text } = { subject: '', text: '' }] = sent;
    expect(subject.length).toBeLessThan(100);
    expect(text).not.toMatch(/undefined|null|\[object|Invalid/);
    const ofTheSkill = cause === 'messaging-client-refused' || cause === 'events-not-permitted';
    expect(text.includes('m…y@example.org')).toBe(!ofTheSkill);
    const ofAlexa = ['grant-revoked', 'alexa-let-go', 'alexa-silent'].includes(cause);
    expect(text.includes('Friday, March 20, 2026')).toBe(ofTheSession.includes(cause));
    const disables = ofAlexa || cause === 'wrong-stage';
    expect(text.includes('tap Enable to Use')).toBe(disables);
    const developers = ofTheSkill || cause === 'event-refused' || cause === 'sign-in-inconclusive';
    expect(text.includes('Developer: ')).toBe(developers);
    const asksForNothing = !disables && (!developers || cause === 'sign-in-inconclusive');
    expect(text.includes('do not unlink or disable anything')).toBe(asksForNothing);
  },
);

test.each([
  {
    when: 'in the night of the server, which is the evening before where the lamps are',
    at: '02:00',
    day: 'Thursday, April 30',
  },
  { when: 'at noon', at: '12:00', day: 'Friday, May 1' },
])('a session that ends $when is good until $day', async ({ at, day }) => {
  const mattersBy = `2026-05-01T${at}:00.000Z`;
  await open().raise(notice({ cause: 'session-ends', mattersBy }));
  await open().raise(notice({ cause: 'code-needed', mattersBy }));
  expect(sent[0]?.subject).toContain(`before ${day}, 2026`);
  expect(sent[0]?.text).toContain(`on ${day}, 2026`);
  expect(sent[1]?.text).toContain(`until ${day}, 2026`);
});

test('a further reminder keeps the day, until it has passed', async () => {
  const mattersBy = new Date(clock.now().getTime() + 60 * MINUTE).toISOString();
  await open().raise(notice({ cause: 'code-needed', mattersBy }));
  await open().raise(notice({ cause: 'code-needed', reminder: 2 }));
  clock.advance(60 * MINUTE);
  await open().raise(notice({ cause: 'code-needed', reminder: 3 }));
  expect(sent.map(({ text }) => text.includes('can reach the lamps until'))).toEqual([true, true, false]);
});

test.each<{ cause: NoticeCause }>([{ cause: 'grant-revoked' }, { cause: 'wrong-stage' }, { cause: 'event-refused' }])(
  '$cause reads well without an account, too',
  async ({ cause }) => {
    await open().raise({ accountId, cause });
    await open().clear(accountId, [cause]);
    expect(sent).toHaveLength(2);
    for (const { text } of sent) expect(text).not.toMatch(/account|undefined| [,.:;]/);
  },
);

test('a person who has to enable the skill is asked to tick the box', async () => {
  await open().raise({ accountId, cause: 'grant-revoked' });
  expect(sent[0]?.text).not.toContain('Keep my lamp connected');
  await open({ hasAlexaPage: false }).raise({ accountId: `${accountId}-2`, cause: 'grant-revoked' });
  expect(sent[1]?.text).toContain('"Keep my lamp connected"');
});

describe('a notice about Alexa’s half', () => {
  const letGo = (): Notice => notice({ cause: 'alexa-let-go', subject: 'abc' });
  const question = (): Notice =>
    notice({ cause: 'alexa-silent', subject: 'abc', silentSince: '2026-02-20T09:30:00.000Z' });
  const ofLink = (fields: Partial<Link>): Partial<NoticePorts> => ({
    links: { ofAccount: async () => [{ ...linkOf('abc', fields), version: 1 }] },
  });
  const usedNow = () => ofLink({ lastUsedAt: clock.now().toISOString() });

  /** Other tests may have left something to send. */
  const ours = () => sent.filter((message) => message.accountId === accountId);

  test.each([
    { what: 'a loss', one: letGo, ports: () => ({ links: lost }) },
    { what: 'a question', one: question, ports: () => ({}) },
    { what: 'a withdrawn grant', one: () => notice({ cause: 'grant-revoked' }), ports: () => ({}) },
  ])(
    '$what has a link to the page that links Alexa again, for this notice and for seven days',
    async ({ one, ports }) => {
      await open(ports()).raise(one());
      const [url = ''] = /https:\S+/.exec(sent[0]?.text ?? '') ?? [];
      expect(url).toMatch(/^https:\/\/link\.example\.org\/alexa\?t=/);
      const [record] = await stores.noticeStore.list(accountId);
      const opened = openAlexaLink(new URL(url).searchParams.get('t') ?? '', sealer);
      expect(opened).toMatchObject({ accountId, cause: one().cause, noticeId: record?.reauthId });
      expect(opened?.subject).toBe(one().subject);
      const daysLeft = (Date.parse(opened?.expiresAt ?? '') - clock.now().getTime()) / (24 * 60 * MINUTE);
      expect(daysLeft).toBeCloseTo(7, 3);
    },
  );

  test.each<{ when: string; ports: Partial<NoticePorts> }>([
    { when: 'the skill does not know its id', ports: { hasAlexaPage: false } },
    { when: 'the skill does not know its address', ports: { publicUrl: undefined } },
  ])('says the steps in the Alexa app by the name of the skill where $when', async ({ ports }) => {
    await open({ ...ports, links: lost }).raise(letGo());
    await open(ports).raise(question());
    for (const { text } of sent) {
      expect(text).toContain('Skills & Games, and search for Dimmer Plug Bridge.');
      expect(text).not.toContain('/alexa');
    }
    expect(sent).toHaveLength(2);
  });

  test('names the sign of the loss and its day, and no cause that is not known', async () => {
    await open({ links: lost }).raise(letGo());
    expect(sent[0]?.text).toMatch(
      /^Alexa is no longer linked with this skill.*\n\nThis skill ended Alexa's link on \w+day, /,
    );
    await open().raise(question());
    expect(sent[1]?.text).toContain(
      'since Friday, February 20, 2026 (09:30 UTC). We do not know whether anything is wrong.',
    );
  });

  test.each([
    { what: 'a loss', one: letGo, before: () => ({ links: lost }), meanwhile: usedNow },
    { what: 'a question', one: question, before: () => ({}), meanwhile: usedNow },
    {
      what: 'a question about a link that is lost now',
      one: question,
      before: () => ({}),
      meanwhile: () => ({ links: lost }),
    },
  ])('$what that could not be sent is not sent once it is no longer true', async ({ one, before, meanwhile }) => {
    const refusing = { send: () => Promise.reject(new StoreUnavailable('canary')) };
    await open({ ...before(), sender: refusing }).raise(one());
    clock.advance(MINUTE);
    await sendUnsent(open(meanwhile()));
    expect(ours()).toEqual([]);
    expect((await stores.noticeStore.list(accountId))[0]).toMatchObject({ state: 'closed' });
    clock.advance(MINUTE);
    await sendUnsent();
    expect(ours()).toEqual([]);
  });

  test('is sent by the next maintenance where the links cannot be read', async () => {
    const links = { ofAccount: () => Promise.reject(new StoreUnavailable('canary')) };
    await open({ links }).raise(letGo());
    expect(sent).toEqual([]);
    clock.advance(MINUTE);
    await sendUnsent(open({ links: lost }));
    expect(kindsOf(ours())).toEqual(['notice alexa-let-go']);
  });

  test.each([
    { when: 'Alexa has used the link', ports: usedNow, says: 'Alexa has used its link to this skill again.' },
    {
      when: 'a person has linked again',
      ports: () => ({ links: lost }),
      says: 'Alexa was linked with this skill again.',
    },
  ])('once $when, says so', async ({ ports, says }) => {
    await open({ links: lost }).raise(letGo());
    await open(ports()).clear(accountId, ['alexa-let-go', 'alexa-silent'], 'abc');
    expect(kindsOf(sent)).toEqual(['notice alexa-let-go', 'all-clear alexa-let-go']);
    expect(sent[1]?.text).toContain(says);
  });

  test('one message is enough for a loss and the grant that went with it', async () => {
    await open({ links: lost }).raise(letGo());
    await open().raise(notice({ cause: 'grant-revoked' }));
    await open({ links: lost }).clear(accountId, ['alexa-let-go', 'alexa-silent', 'grant-revoked']);
    expect(kindsOf(sent).slice(2)).toEqual(['all-clear alexa-let-go']);
    expect((await stores.noticeStore.list(accountId)).map(({ state }) => state)).toEqual(['closed', 'closed']);
  });

  test('is withdrawn without a message, and only where its subject is meant', async () => {
    await open({ links: lost }).raise(letGo());
    await open().withdraw(accountId, ['alexa-let-go'], 'another-link');
    expect((await stores.noticeStore.list(accountId))[0]).toMatchObject({ state: 'open' });
    await open().withdraw(accountId, ['alexa-let-go'], 'abc');
    expect((await stores.noticeStore.list(accountId))[0]).toMatchObject({ state: 'closed' });
    expect(kindsOf(sent)).toEqual(['notice alexa-let-go']);
  });

  test('is sent once more, with another link, on request', async () => {
    await open({ links: lost }).raise(letGo());
    clock.advance(61 * MINUTE);
    expect(await open({ links: lost }).renewLink({ accountId, cause: 'alexa-let-go', subject: 'abc' })).toBe('sent');
    expect(kindsOf(sent)).toEqual(['notice alexa-let-go', 'notice alexa-let-go']);
  });
});

test('a lock asks for nothing before tomorrow, and later for a sign-in', async () => {
  await open().raise(notice({ cause: 'locked' }));
  await open().raise(notice({ cause: 'locked', reminder: 2 }));
  expect(sent[0]?.text).toContain('tries again by itself after an hour');
  expect(sent[0]?.text).toContain('Nothing has to be done about it unless it lasts until tomorrow');
  expect(sent[1]?.text).not.toContain('after an hour');
  for (const message of sent) expect(linkIn(message)).toContain('/reauth?t=');
});

test.each(causes)('%s names the device cloud by the name that was handed in', async (cause) => {
  await open(linksFor(cause)).raise(
    notice({ cause, subject: 'abc', mattersBy: '2026-03-21T10:00:00.000Z', offlineSince: LONG_AGO }),
  );
  await open().clear(accountId, [cause]);
  for (const { subject, text } of sent) expect(subject + text).not.toMatch(/leviton/i);
  const amazons = ['messaging-client-refused', 'events-not-permitted', 'wrong-stage', 'event-refused', 'amazon-down'];
  expect(sent[0]?.text.includes('Acme Home')).toBe(!amazons.includes(cause));
});

test.each([
  { when: 'an ordinary name', name: "Landon's lamp (left)", plain: "Landon's lamp (left)" },
  { when: 'letters of other languages', name: 'Lámpara del salón 客厅', plain: 'Lámpara del salón 客厅' },
  { when: 'line breaks', name: 'Lamp\r\n\r\nYour account\u2028is blocked', plain: 'Lamp Your account is blocked' },
  { when: 'a link', name: 'Sign in: https://evil.example/x?y=1', plain: 'Sign in https evil example x y 1' },
  { when: 'a bare host name', name: 'evil.example', plain: 'evil example' },
  { when: 'an e-mail address', name: 'help@evil.example', plain: 'help evil example' },
  { when: 'markup', name: '<b>Lamp</b>', plain: 'b Lamp b' },
  { when: 'a text that runs backwards', name: 'Lamp\u202Eelpmaxe\u200B.live', plain: 'Lamp elpmaxe live' },
  { when: 'NUL and other control characters', name: 'La\u0000m\u001Bp', plain: 'La m p' },
  { when: 'a very long name', name: 'lamp '.repeat(50), plain: 'lamp lamp lamp lamp lamp lamp lamp lamp…' },
  { when: 'nothing readable', name: '🙂🙂 ://', plain: 'with a name that cannot be shown' },
])('a plug with $when is named in one harmless line', async ({ name, plain }) => {
  expect(plainName(name, 'with a name that cannot be shown')).toBe(plain);
  await open().raise(notice({ cause: 'plug-offline', subject: name }));
  await open().clear(accountId, ['plug-offline'], name);
  expect(sent[0]?.text).toContain(`has not seen the plug ${plain} of the account m…y@example.org connected`);
  expect(sent[1]?.text).toContain(`The plug ${plain} of the account`);
});

test.each([
  { masked: 'm…y@example.org', plain: 'm…y@example.org' },
  { masked: 'm…y@evil.example/path\r\nhttps://x', plain: 'm…y@evil.examplepathhttpsx' },
])('the masked address is one line without a link', ({ masked, plain }) => {
  expect(plainAddress(masked)).toBe(plain);
});
