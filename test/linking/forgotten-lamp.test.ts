import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openSetup, type TestSetup, turnOn, until } from '../support/setup.ts';

let setup: TestSetup;
beforeEach(async () => {
  setup = await openSetup({ granted: true });
});
afterEach(() => setup.system.close());

const DAY_MS = 24 * 3_600_000;

const dim = () => setup.customer.say('dim the bedroom lamp to 30 percent');
const logins = () => setup.system.myLeviton.counts.logins;

test('181 days untouched, and nothing ran by the clock either', async () => {
  const { system, amazonAccount, lamp } = setup;
  await system.rotateClientSecret();
  await system.moveLinkingServer();
  setup.clock.advance(181 * DAY_MS);
  expect(await dim()).toMatchObject({ answer: 'OK.', ok: true });
  await until(() => system.myLeviton.device(lamp).brightness === 30);
  expect(amazonAccount.refused).toBe(0);
});

test('a new link after the move uses the new secret and address, and the old link goes on', async () => {
  const { system, amazonAccount } = setup;
  await system.rotateClientSecret();
  await system.moveLinkingServer();
  const { customer, account } = await system.link({
    email: 'ada.lovelace@example.org',
    password: 'canary-password-Zq7',
  });
  await customer.acceptGrant();
  await customer.discover();
  setup.clock.advance(2 * 3_600_000);
  for (const one of [account, amazonAccount]) expect(await one.refresh()).toEqual([200]);
  expect(await customer.send(turnOn(setup.endpointId))).toMatchObject({ name: 'Response' });
  expect(await setup.customer.send(turnOn(setup.endpointId))).toMatchObject({ name: 'Response' });
});

test('the table down for half an hour: only 5xx and passing errors, and every link alive afterwards', async () => {
  const { system, amazonAccount } = setup;
  const statuses: number[] = [];
  amazonAccount.onExchange(({ status }) => statuses.push(status));
  const answers = new Set<string>();
  system.alexa.onExchange(({ channel, answered }) => {
    if (channel !== 'directive') return;
    const { event } = answered as { event?: { header: { name: string }; payload: { type?: string } } };
    if (event) answers.add(event.payload.type ?? event.header.name);
  });
  setup.clock.advance(2 * 3_600_000); // each command below needs a refresh first
  system.myLeviton.revokeSessions(); // and each directive that gets through, the table
  const end = system.table.fail('refused');
  for (let minute = 0; minute < 30; minute++) {
    setup.clock.advance(60_000);
    await setup.customer.send(turnOn(setup.endpointId));
    await amazonAccount.refresh(2);
  }
  end();
  expect(statuses.length).toBeGreaterThanOrEqual(60);
  expect(statuses.filter((status) => status !== 503 && status !== 500)).toEqual([]);
  expect([...answers].filter((answer) => !['BRIDGE_UNREACHABLE', 'INTERNAL_ERROR'].includes(answer))).toEqual([]);
  expect(amazonAccount).toMatchObject({ linked: true, refused: 0 });
  expect(await setup.customer.send(turnOn(setup.endpointId))).toMatchObject({ name: 'Response' });
  expect(logins()).toBe(2);
});

test('the table down while an access token is still good: INTERNAL_ERROR at worst, and the link stays', async () => {
  const { system } = setup;
  system.myLeviton.revokeSessions();
  const end = system.table.fail('error');
  for (let minute = 0; minute < 5; minute++) {
    const { errorType } = await setup.customer.send(turnOn(setup.endpointId));
    expect(['BRIDGE_UNREACHABLE', 'INTERNAL_ERROR']).toContain(errorType);
    setup.clock.advance(60_000);
  }
  end();
  expect(await setup.customer.send(turnOn(setup.endpointId))).toMatchObject({ name: 'Response' });
});

test('a refresh whose answer was lost, two at once, and the same token a minute and three days later', async () => {
  const { amazonAccount } = setup;
  amazonAccount.loseNextAnswer();
  expect(await amazonAccount.refresh()).toEqual([0]);
  expect(await amazonAccount.refresh(2)).toEqual([200, 200]);
  setup.clock.advance(60_000);
  expect(await amazonAccount.refresh()).toEqual([200]);
  setup.clock.advance(3 * DAY_MS);
  expect(await amazonAccount.refresh(6)).toEqual([200, 200, 200, 200, 200, 200]);
  expect(await setup.customer.send(turnOn(setup.endpointId))).toMatchObject({ name: 'Response' });
});

test('an earlier access token stays good after a refresh, to its own end', async () => {
  const { amazonAccount, customer, system } = setup;
  const earlier = await amazonAccount.accessToken();
  await amazonAccount.refresh(2);
  expect(await amazonAccount.accessToken()).not.toBe(earlier);
  const answer = await system.skill('NA')({
    directive: {
      header: {
        namespace: 'Alexa.PowerController',
        name: 'TurnOn',
        payloadVersion: '3',
        messageId: 'm',
        correlationToken: 'c',
      },
      endpoint: { endpointId: setup.endpointId, scope: { type: 'BearerToken', token: earlier } },
      payload: {},
    },
  });
  expect(answer).toMatchObject({ event: { header: { name: 'Response' } } });
  expect(customer.linked).toBe(true);
});
