import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { adjust, openSetup, type TestSetup, turnOn, until } from '../support/setup.ts';

let setup: TestSetup;
beforeEach(async () => {
  setup = await openSetup({ granted: true });
  setup.lines.length = 0;
});
afterEach(() => setup.system.close());

const linesOf = (event: string) =>
  setup.lines.map((line) => JSON.parse(line) as Record<string, unknown>).filter((line) => line.event === event);

test.each([
  { when: 'one write', send: turnOn, calls: 1 },
  { when: 'a read and a write', send: (id: string) => adjust(id, 10), calls: 2 },
])('a directive’s line counts the calls to the device cloud and their time: $when', async ({ send, calls }) => {
  await setup.customer.send(send(setup.endpointId));
  const [line] = linesOf('directive');
  expect(line).toMatchObject({ cloudCalls: calls, outcome: 'Response', account: expect.any(String) });
  expect(line?.cloudMs).toBeLessThanOrEqual(Number(line?.ms));
});

test('a slow device cloud shows in the line, not only in the whole', async () => {
  const end = setup.system.myLeviton.onExchange(() => setup.clock.advance(2_000));
  await setup.customer.send(turnOn(setup.endpointId));
  end();
  const [line] = linesOf('directive');
  expect(line?.cloudMs).toBeGreaterThanOrEqual(2_000);
  expect(Number(line?.ms) - Number(line?.cloudMs)).toBeLessThan(1_000);
});

test.each([
  { when: 'all is well', inject: () => undefined, outcome: 'Response', generalFailure: 0 },
  {
    when: 'the device cloud is down',
    inject: ({ system }: TestSetup) => system.myLeviton.inject({ kind: 'html', status: 502 }),
    outcome: 'BRIDGE_UNREACHABLE',
    generalFailure: 1,
  },
  {
    when: 'the account needs a sign-in',
    inject: ({ system }: TestSetup) => {
      system.myLeviton.changePassword('ada.lovelace@example.org', 'another');
      system.myLeviton.revokeSessions('ada.lovelace@example.org');
    },
    outcome: 'BRIDGE_UNREACHABLE',
    generalFailure: undefined,
  },
  {
    when: 'the plug is offline',
    inject: ({ system, lamp }: TestSetup) => system.myLeviton.unplug(lamp, { announce: true }),
    outcome: 'ENDPOINT_UNREACHABLE',
    generalFailure: undefined,
  },
])('a directive’s line says whether others fail too: $when', async ({ inject, outcome, generalFailure }) => {
  inject(setup);
  await setup.customer.send(turnOn(setup.endpointId));
  const [line] = linesOf('directive');
  expect({ outcome: line?.outcome, generalFailure: line?.generalFailure }).toEqual({ outcome, generalFailure });
});

test('a directive that never gets there has no call', async () => {
  await setup.system.skill('NA')({ directive: 'none' });
  expect(linesOf('directive')).toMatchObject([{ directive: 'malformed', cloudCalls: 0, cloudMs: 0 }]);
});

test('a report’s line says how old the news was when Alexa had them', async () => {
  const [accountId] = await setup.system.ports.accounts.due(new Date('2100-01-01'));
  const at = new Date(setup.clock.now().getTime() - 5_000).toISOString();
  await setup.system.queue.send([
    {
      accountId: accountId ?? '',
      deviceId: setup.endpointId,
      power: 'ON',
      level: 40,
      connected: true,
      at,
      cause: 'PHYSICAL_INTERACTION',
      kind: 'state',
    },
  ]);
  const reported = () => linesOf('report').find(({ outcome }) => outcome === 'reported');
  await until(() => reported() !== undefined, 'a report');
  const line = reported();
  expect(line).toMatchObject({
    account: accountId,
    device: setup.endpointId,
    outcome: 'reported',
    ms: expect.any(Number),
  });
  expect(line?.ageMs).toBeGreaterThanOrEqual(5_000);
});
