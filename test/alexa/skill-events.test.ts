import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openTable } from '../../lambda/adapters/dynamodb/table.ts';
import { sealedBearer } from '../../lambda/domain/bearer.ts';
import { seedLink } from '../support/seed.ts';
import { EMAIL, openSetup, PASSWORD, type TestSetup, turnOn, until } from '../support/setup.ts';
import { skillEvents } from './skill-events-support.ts';

let setup: TestSetup;
beforeEach(async () => {
  setup = await openSetup({ granted: true });
});
afterEach(() => setup.system.close());

const { minute, requestOf, send, linkedAt, disabledAt } = skillEvents(() => setup);
const grants = () => setup.system.ports.grants.list(String(setup.account.userId));
async function linkState() {
  const { linkId } = await sealedBearer(await setup.system.ports.sealer()).open(
    await setup.amazonAccount.accessToken(),
    setup.clock.now(),
  );
  const link = await setup.system.ports.links.get(linkId);
  return link && [link.state, ...(link.endedBecause ? [link.endedBecause] : [])].join(' ');
}

test('disabled: the grant goes and the link ends, account and devices stay', async () => {
  await linkedAt(1);
  await disabledAt(2);
  expect(await grants()).toEqual([]);
  expect(await linkState()).toBe('ended skill-disabled');
  const accountId = String(setup.account.userId);
  expect((await setup.system.ports.accounts.get(accountId))?.state).toBe('healthy');
  expect(await setup.system.ports.devices.list(accountId)).toHaveLength(1);
});

test('an Amazon account that links again with another account of lamps is said to', async () => {
  const changed = () => setup.lines.filter((line) => line.includes('"account-changed"'));
  const typed = { email: 'bob@example.org', password: 'canary-of-bob' };
  setup.system.myLeviton.addAccount(typed);
  const { account: repeated } = await seedLink(setup.system, { email: EMAIL, password: PASSWORD });
  const { account: other } = await seedLink(setup.system, typed);
  await linkedAt(1);
  await linkedAt(2, repeated);
  expect(changed()).toEqual([]);
  await linkedAt(3, other);
  expect(changed()).toHaveLength(1);
  expect(changed()[0]).toContain(`"before":"${setup.account.userId}"`);
});

test('disabled by the last account: the password is forgotten, and linking again brings it back', async () => {
  const accountId = String(setup.account.userId);
  const { customer: _, account: other } = await seedLink(setup.system, {
    email: EMAIL,
    password: PASSWORD,
    keep: true,
  });
  await linkedAt(1);
  await linkedAt(1, other, 'amzn1.ask.account.OTHER');
  await disabledAt(2);
  expect((await setup.system.ports.accounts.get(accountId))?.credentials).toBeDefined();
  await disabledAt(3, 'amzn1.ask.account.OTHER');
  expect(await setup.system.ports.accounts.get(accountId)).toMatchObject({ state: 'renewed', id: accountId });
  expect((await setup.system.ports.accounts.get(accountId))?.credentials).toBeUndefined();
  await seedLink(setup.system, { email: EMAIL, password: PASSWORD, keep: true });
  expect((await setup.system.ports.accounts.get(accountId))?.credentials).toBeDefined();
});

test.each([
  {
    when: 'SkillDisabled twice',
    events: [
      ['linked', 1],
      ['disabled', 2],
      ['disabled', 2],
    ],
    grants: 0,
    link: 'ended skill-disabled',
  },
  {
    when: 'SkillAccountLinked twice',
    events: [
      ['linked', 1],
      ['linked', 1],
    ],
    grants: 1,
    link: 'live',
  },
  {
    when: 'a SkillDisabled from before the link comes after it',
    events: [
      ['linked', 3],
      ['disabled', 2],
    ],
    grants: 1,
    link: 'live',
  },
  {
    when: 'a SkillAccountLinked from before comes again after SkillDisabled',
    events: [
      ['linked', 1],
      ['disabled', 2],
      ['linked', 1],
    ],
    grants: 0,
    link: 'ended skill-disabled',
  },
  { when: 'a SkillDisabled of nobody we know', events: [['disabled', 2]], grants: 1, link: 'live' },
  {
    when: 'a SkillDisabled comes before the SkillAccountLinked of the link that it ends',
    events: [
      ['disabled', 2],
      ['linked', 1],
    ],
    grants: 0,
    link: 'ended skill-disabled',
  },
  {
    when: 'a SkillDisabled of another time comes before SkillAccountLinked',
    events: [
      ['disabled', 2],
      ['linked', 3],
    ],
    grants: 1,
    link: 'live',
  },
] as const)('$when', async ({ events, grants: left, link }) => {
  for (const [what, at] of events) await (what === 'linked' ? linkedAt(at) : disabledAt(at));
  expect(await grants()).toHaveLength(left);
  expect(await linkState()).toBe(link);
});

test('of two Amazon accounts on one account, the other goes on', async () => {
  const other = await seedLink(setup.system, { email: EMAIL, password: PASSWORD, keep: true }, { region: 'EU' });
  await other.customer.acceptGrant();
  await other.customer.discover();
  await linkedAt(1);
  await linkedAt(1, other.account, 'amzn1.ask.account.GRACE');
  await disabledAt(2);
  expect((await grants()).map(({ region }) => region)).toEqual(['EU']);
  expect(await other.customer.send(turnOn(setup.endpointId))).toMatchObject({ name: 'Response' });
});

test('enabled again: a new link and a new grant, and everything is as it was', async () => {
  await linkedAt(1);
  await disabledAt(2);
  const repeated = await seedLink(setup.system, { email: EMAIL, password: PASSWORD, keep: true });
  await repeated.customer.acceptGrant();
  await repeated.customer.discover();
  await linkedAt(3, repeated.account);
  await disabledAt(2);
  await setup.system.queue.idle();
  expect(await grants()).toHaveLength(1);
  const tile = () => repeated.customer.endpoints[0]?.properties['Alexa.PowerController.powerState']?.value;
  await until(() => tile() === 'OFF', 'the first report');
});

test('the same account links once more without disabling: nothing is announced twice', async () => {
  await linkedAt(1);
  const repeated = await seedLink(setup.system, { email: EMAIL, password: PASSWORD, keep: true });
  await repeated.customer.acceptGrant();
  expect(await grants()).toHaveLength(2);
  await linkedAt(3, repeated.account);
  expect(await grants()).toHaveLength(1);
  expect(await linkState()).toBe('live');
});

test.each([
  { when: 'in order', first: 1, second: 3 },
  { when: 'in the wrong order', first: 3, second: 1 },
])(
  'linked twice and disabled, $when: both links work until then and end together, and the password goes',
  async ({ first, second }) => {
    const accountId = String(setup.account.userId);
    const repeated = await seedLink(setup.system, { email: EMAIL, password: PASSWORD, keep: true });
    await repeated.customer.acceptGrant();
    await linkedAt(first);
    await linkedAt(second, repeated.account);
    expect(await grants()).toHaveLength(1);
    for (const account of [setup.amazonAccount, repeated.account]) {
      setup.clock.advance(2 * 3_600_000);
      await account.accessToken();
    }
    await disabledAt(400);
    expect((await setup.system.ports.links.ofAccount(accountId)).map(({ state }) => state)).toEqual(['ended', 'ended']);
    expect(await grants()).toEqual([]);
    expect((await setup.system.ports.accounts.get(accountId))?.credentials).toBeUndefined();
  },
);

describe('the access token of a link that a person has ended', () => {
  /** A directive with the access token of the link, although Alexa would have forgotten it. */
  const directiveWith = async (token: string) => {
    const answer = await setup.system.skill('NA')({
      directive: {
        header: {
          namespace: 'Alexa.PowerController',
          name: 'TurnOn',
          payloadVersion: '3',
          messageId: 'm-1',
          correlationToken: 'c-1',
        },
        endpoint: { endpointId: setup.endpointId, scope: { type: 'BearerToken', token } },
        payload: {},
      },
    });
    const { header, payload } = (answer as { event: { header: { name: string }; payload: { type?: string } } }).event;
    return payload.type ?? header.name;
  };

  test('no longer switches the lamp, at once', async () => {
    const token = await setup.amazonAccount.accessToken();
    await linkedAt(1);
    expect(await directiveWith(token)).toBe('Response');
    await disabledAt(2);
    expect(await directiveWith(token)).toBe('INVALID_AUTHORIZATION_CREDENTIAL');
    expect(setup.lines.filter((line) => line.includes('"session-ended"'))).toHaveLength(1);
  });

  test('no longer lists the devices, nor tells their states', async () => {
    const token = await setup.amazonAccount.accessToken();
    const scope = { type: 'BearerToken', token };
    const header = { payloadVersion: '3', messageId: 'm-1' };
    const discover = { namespace: 'Alexa.Discovery', name: 'Discover' };
    const report = { namespace: 'Alexa', name: 'ReportState', correlationToken: 'c-1' };
    const endpoint = { endpointId: setup.endpointId, scope };
    const send = async (directive: object) =>
      (await setup.system.skill('NA')({ directive })) as { event: { payload: Record<string, unknown> } };
    const ask = async () => {
      const list = await send({ header: { ...header, ...discover }, payload: { scope } });
      const state = await send({ header: { ...header, ...report }, endpoint, payload: {} });
      return [list.event.payload.endpoints, state.event.payload.type];
    };
    await linkedAt(1);
    expect(await ask()).toEqual([[expect.objectContaining({ endpointId: setup.endpointId })], undefined]);
    await disabledAt(2);
    expect(await ask()).toEqual([[], 'INVALID_AUTHORIZATION_CREDENTIAL']);
  });

  test('nor where another link goes on: that one gets a new session first, and a warm function does not mix them up', async () => {
    const other = await seedLink(setup.system, { email: EMAIL, password: PASSWORD, keep: true });
    const ours = await setup.amazonAccount.accessToken();
    const theirs = await other.account.accessToken();
    await linkedAt(1);
    setup.system.myLeviton.resetCounts();
    await disabledAt(2);
    expect(setup.system.myLeviton.counts.logins).toBe(1);
    expect(await directiveWith(theirs)).toBe('Response');
    expect(await directiveWith(ours)).toBe('INVALID_AUTHORIZATION_CREDENTIAL');
    expect(await directiveWith(theirs)).toBe('Response');
    expect(setup.system.myLeviton.counts.logins).toBe(1);
  });

  test('still does for its hour where another link needs the session, and no password is kept', async () => {
    const other = await seedLink(setup.system, { email: EMAIL, password: PASSWORD, keep: true });
    const theirs = await other.account.accessToken();
    const { accounts } = setup.system.ports;
    const account = await accounts.get(String(setup.account.userId));
    if (!account) throw new Error('there is no account');
    const { credentials: _, ...without } = account;
    await accounts.replace(account, without);
    await linkedAt(1);
    await disabledAt(2);
    expect(await directiveWith(theirs)).toBe('Response');
    expect(setup.lines.filter((line) => line.includes('"session-kept-for-other-links"'))).toHaveLength(1);
  });

  test('the device cloud is down: the link ends all the same, and the log says that its session goes on', async () => {
    await linkedAt(1);
    setup.system.myLeviton.inject({ kind: 'status', status: 500, path: /logout/i });
    await disabledAt(2);
    expect(await linkState()).toBe('ended skill-disabled');
    expect(setup.lines.filter((line) => line.includes('"session-not-ended"'))).toHaveLength(1);
  });
});

test.each([
  { when: 'epoch milliseconds', timestamp: Date.parse(minute(2)) },
  { when: 'epoch milliseconds as text', timestamp: String(Date.parse(minute(2))) },
  { when: 'epoch seconds', timestamp: Date.parse(minute(2)) / 1_000 },
  { when: 'ISO 8601 with an offset', timestamp: '2026-03-01T13:02:00+01:00' },
  { when: 'another form of date', timestamp: 'Sun, 01 Mar 2026 12:02:00 GMT' },
  { when: 'epoch milliseconds with a fraction', timestamp: Date.parse(minute(2)) + 0.25 },
  { when: 'a negative number', timestamp: -1 },
  { when: 'a negative number as text', timestamp: '-1772366520000' },
  { when: 'an empty text', timestamp: '' },
  { when: 'a flag', timestamp: true },
  { when: 'a list', timestamp: [minute(2)] },
  { when: 'no date', timestamp: 'canary' },
  { when: 'zero', timestamp: 0 },
  { when: 'far in the future', timestamp: Date.parse(minute(2)) * 1_000 },
  { when: 'null', timestamp: null },
  { when: 'an object', timestamp: { canary: 1 } },
])('a SkillDisabled whose time is $when is not lost', async ({ timestamp }) => {
  await linkedAt(1);
  setup.clock.advance(2 * 60_000);
  await send('AlexaSkillEvent.SkillDisabled', { timestamp, body: 'canary' });
  expect(await grants()).toEqual([]);
  expect(await linkState()).toBe('ended skill-disabled');
  // A link that is made later goes on.
  const later = await seedLink(setup.system, { email: EMAIL, password: PASSWORD, keep: true });
  setup.clock.advance(2 * 60_000);
  await linkedAt(4, later.account);
  const { links } = setup.system.ports;
  expect((await links.ofAccount(String(setup.account.userId))).map(({ state }) => state).sort()).toEqual([
    'ended',
    'live',
  ]);
});

describe('what may come', () => {
  test('a launch is answered with what this skill is for', async () => {
    expect(await send('LaunchRequest')).toMatchObject({
      response: { outputSpeech: { ssml: expect.stringContaining('turn on the bedroom lamp') }, shouldEndSession: true },
    });
  });

  test.each([
    { when: 'enabled', type: 'AlexaSkillEvent.SkillEnabled', fields: {}, line: 'skill-enabled' },
    {
      when: 'linked without a token',
      type: 'AlexaSkillEvent.SkillAccountLinked',
      fields: { body: {} },
      line: 'enablement-unreadable',
    },
    {
      when: 'linked with a token that is not ours',
      type: 'AlexaSkillEvent.SkillAccountLinked',
      fields: { body: { accessToken: 'canary' } },
      line: 'enablement-unreadable',
    },
    {
      when: 'an event of another kind',
      type: 'AlexaSkillEvent.SkillPermissionChanged',
      fields: {},
      line: 'skill-request-ignored',
    },
  ])('$when: noted, and nothing changes', async ({ type, fields, line }) => {
    await send(type, fields);
    expect(setup.lines.filter((one) => one.includes(`"${line}"`))).toHaveLength(1);
    expect(setup.lines.join('\n')).not.toContain('canary');
    expect(await grants()).toHaveLength(1);
  });

  test.each([
    { when: 'nobody', event: { request: { type: 'AlexaSkillEvent.SkillDisabled' } } },
    { when: 'no request', event: { request: null } },
    { when: 'a user that is a number', event: { ...requestOf('x'), context: { System: { user: { userId: 7 } } } } },
  ])('malformed, $when: noted and no more', async ({ event }) => {
    expect(await setup.system.skill('NA')(event)).toBeUndefined();
    expect(setup.lines.filter((one) => one.includes('"skill-request-malformed"'))).toHaveLength(1);
  });

  test('the table is down: it throws, so that the event comes again', async () => {
    await linkedAt(1);
    const end = setup.system.table.fail('error');
    await expect(disabledAt(2)).rejects.toThrow('table');
    end();
    await disabledAt(2);
    expect(await grants()).toEqual([]);
  });
});

test('disabled when the account and the grants cannot be read: all links end all the same, and the event comes again', async () => {
  const accountId = String(setup.account.userId);
  const repeated = await seedLink(setup.system, { email: EMAIL, password: PASSWORD, keep: true });
  await linkedAt(1);
  await linkedAt(2, repeated.account);
  const { tableName, url } = setup.system.table;
  const table = openTable({ tableName, endpoint: url });
  const spoil = (sk: string) => table.update({ pk: `account#${accountId}`, sk }, { session: 'x', tokens: 'x' });
  for (const { id } of await setup.system.ports.links.ofAccount(accountId)) await spoil(`grant#${id}`);
  await spoil('session');
  await expect(disabledAt(3)).rejects.toThrow('not readable');
  expect((await setup.system.ports.links.ofAccount(accountId)).map(({ state }) => state)).toEqual(['ended', 'ended']);
  expect(JSON.stringify(await setup.system.table.scan())).not.toContain('grant#');
});

test("no Amazon account's id is in the table", async () => {
  await linkedAt(1);
  expect(JSON.stringify(await setup.system.table.scan())).not.toContain('amzn1.ask.account');
});
