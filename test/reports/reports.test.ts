import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { withFastClock } from '../support/clock.ts';
import { seedLink } from '../support/seed.ts';
import { EMAIL, openSetup, PASSWORD, set, type TestSetup, turnOff, turnOn, until } from '../support/setup.ts';
import { accountIdOf, sampleOf } from './support.ts';

let setup: TestSetup;
beforeEach(async () => {
  setup = await openSetup({ granted: true, watch: true });
  await until(() => setup.reports.length === 1, 'the first report, which fills the app');
  setup.reports.length = 0;
});
afterEach(() => setup.system.close());

const OK = { value: 'OK' };
const quiet = async () => {
  await setup.system.queue.idle();
  expect(setup.system.alexa.problems).toEqual([]);
};
const tile = () => {
  const properties = setup.customer.endpoints[0]?.properties;
  return {
    power: properties?.['Alexa.PowerController.powerState']?.value,
    brightness: properties?.['Alexa.BrightnessController.brightness']?.value,
    connectivity: properties?.['Alexa.EndpointHealth.connectivity']?.value,
  };
};

describe('a change reaches Alexa with its cause', () => {
  test("the plug's own button", async () => {
    setup.system.myLeviton.paddle(setup.lamp, 'on');
    await until(() => setup.reports.length === 1);
    expect(setup.reports).toEqual([
      {
        region: 'NA',
        cause: 'PHYSICAL_INTERACTION',
        changed: { powerState: 'ON', brightness: 100 },
        unchanged: { connectivity: OK },
      },
    ]);
    expect(tile()).toEqual({ power: 'ON', brightness: 100, connectivity: OK });
    await quiet();
  });

  test('a level set by hand changes brightness alone', async () => {
    setup.system.myLeviton.paddle(setup.lamp, 'on');
    await until(() => setup.reports.length === 1);
    setup.system.myLeviton.paddle(setup.lamp, 40);
    await until(() => setup.reports.length === 2);
    expect(setup.reports[1]).toEqual({
      region: 'NA',
      cause: 'PHYSICAL_INTERACTION',
      changed: { brightness: 40 },
      unchanged: { powerState: 'ON', connectivity: OK },
    });
  });

  test("Alexa's own directive", async () => {
    await setup.customer.send(set(setup.endpointId, 30));
    await until(() => setup.reports.length === 1);
    expect(setup.reports).toMatchObject([
      { cause: 'VOICE_INTERACTION', changed: { powerState: 'ON', brightness: 30 } },
    ]);
    await quiet();
  });

  test("the maker's own Alexa skill or a schedule of theirs", async () => {
    setup.system.myLeviton.officialWrite(setup.lamp, { power: 'ON', brightness: 55 });
    await until(() => setup.reports.length === 1);
    expect(setup.reports).toMatchObject([{ cause: 'APP_INTERACTION', changed: { powerState: 'ON', brightness: 55 } }]);
  });

  test('the plug pulled from its outlet, and put back', async () => {
    setup.system.myLeviton.unplug(setup.lamp, { announce: true });
    await until(() => setup.reports.length === 1);
    expect(setup.reports[0]?.changed).toEqual({ connectivity: { value: 'UNREACHABLE' } });
    expect(tile().connectivity).toEqual({ value: 'UNREACHABLE' });
    setup.system.myLeviton.plugIn(setup.lamp);
    await until(() => setup.reports.length === 2);
    expect(tile().connectivity).toEqual(OK);
    await quiet();
  });
});

test('what the device did not do, although Alexa was answered so: the truth is reported', async () => {
  // The plug lost its Wi-Fi without a word: its cloud takes the write and notes it, and the device never follows.
  setup.system.myLeviton.unplug(setup.lamp, { noticed: false });
  await setup.customer.send(set(setup.endpointId, 30));
  expect(tile()).toMatchObject({ power: 'ON', brightness: 30 });
  setup.system.myLeviton.plugIn(setup.lamp);
  await until(() => setup.reports.length === 1);
  expect(tile()).toEqual({ power: 'OFF', brightness: 0, connectivity: OK });
  await quiet();
});

test('an equal state is not sent again', async () => {
  await setup.customer.send(turnOff(setup.endpointId));
  await until(() => setup.reports.length === 1); // its view was uncertain while the write was on its way
  await quiet();
  const equal = () => setup.lines.filter((line) => line.includes('"outcome":"equal"')).length;
  const before = equal();
  const [record] = await setup.system.ports.devices.list(accountIdOf(setup));
  await setup.system.queue.send([sampleOf(setup, { ...record?.lastState, at: setup.clock.now().toISOString() })]);
  await until(() => equal() > before);
  expect(setup.reports).toHaveLength(1);
});

test('two Amazon accounts on one account both get each report, each at its region', async () => {
  const { customer: other } = await seedLink(setup.system, { email: EMAIL, password: PASSWORD }, { region: 'FE' });
  await other.acceptGrant();
  await other.discover();
  setup.system.myLeviton.paddle(setup.lamp, 'on');
  await until(() => setup.reports.length === 2);
  expect(setup.reports.map(({ region }) => region).sort()).toEqual(['FE', 'NA']);
  await quiet();
});

describe('tokens for the gateway', () => {
  test('an old access token is refreshed first', async () => {
    setup.system.alexa.resetCounts();
    setup.clock.advance(2 * 60 * 60_000);
    setup.system.myLeviton.paddle(setup.lamp, 'on');
    await until(() => setup.reports.length === 1);
    expect(setup.system.alexa.counts).toMatchObject({ tokenRequests: 1, events: 1 });
  });

  test('one that the gateway refuses is refreshed once, and the report sent again', async () => {
    setup.system.alexa.resetCounts();
    setup.system.alexa.endAccessTokens();
    setup.system.myLeviton.paddle(setup.lamp, 'on');
    await until(() => setup.reports.length === 1);
    expect(setup.system.alexa.counts).toMatchObject({ tokenRequests: 1, events: 2 });
  });

  test('refreshed tokens are kept: the next report needs no refresh', async () => {
    setup.system.alexa.endAccessTokens();
    setup.system.myLeviton.paddle(setup.lamp, 'on');
    await until(() => setup.reports.length === 1);
    setup.system.alexa.resetCounts();
    setup.system.myLeviton.paddle(setup.lamp, 'off');
    await until(() => setup.reports.length === 2);
    expect(setup.system.alexa.counts.tokenRequests).toBe(0);
  });

  test('a grant that the person took back is removed, and voice goes on', async () => {
    setup.clock.advance(2 * 60 * 60_000);
    setup.system.alexa.inject({ at: 'lwa', kind: 'invalid-grant' });
    setup.system.myLeviton.paddle(setup.lamp, 'on');
    await until(async () => !(await setup.system.table.scan()).some(({ sk }) => JSON.stringify(sk).includes('grant#')));
    expect(await setup.customer.send(turnOn(setup.endpointId))).toMatchObject({ name: 'Response' });
  });

  test('Login with Amazon down: the report comes when it is back', async () => {
    setup.clock.advance(2 * 60 * 60_000);
    const end = setup.system.alexa.inject({ at: 'lwa', kind: 'status', status: 503 });
    setup.system.myLeviton.paddle(setup.lamp, 'on');
    await until(() => setup.lines.some((line) => line.includes('report-not-delivered')));
    end();
    await withFastClock(setup.clock, () => until(() => setup.reports.length > 0), 1_000);
    expect(tile()).toMatchObject({ power: 'ON', brightness: 100 });
  });
});

test('the channel cut: what changed meanwhile is found by the read after it', async () => {
  const end = setup.system.myLeviton.inject({ kind: 'socket-upgrade-502' });
  setup.system.myLeviton.cutSockets(1006);
  await until(() => setup.lines.some((line) => line.includes('watch-')));
  setup.system.myLeviton.paddle(setup.lamp, 'on');
  end();
  await withFastClock(setup.clock, () => until(() => setup.reports.length === 1), 500);
  expect(setup.reports).toMatchObject([{ cause: 'PERIODIC_POLL', changed: { powerState: 'ON', brightness: 100 } }]);
});

test('secrets: no token, password or session in any line of the log', async () => {
  setup.system.alexa.endAccessTokens();
  setup.system.myLeviton.revokeSessions();
  setup.system.myLeviton.paddle(setup.lamp, 'on');
  await until(() => setup.reports.length === 1);
  const all = setup.lines.join('\n');
  expect(all).not.toContain(PASSWORD);
  expect(all).not.toContain(EMAIL);
  expect(all).not.toMatch(/Atz[ar]\||dpsa\.|Bearer /);
});

test('a renewal refused ahead of time: the tile stays right for as long as the session lives', async () => {
  const { myLeviton } = setup.system;
  myLeviton.setTwoFactorCode(EMAIL, '123456');
  await setup.system.maintainAccounts();
  setup.clock.advance(49 * 24 * 3_600_000);
  await setup.system.maintainAccounts();
  const id = String(setup.account.userId);
  expect(await setup.system.ports.accounts.get(id)).toMatchObject({ state: 'needs-reauth', reason: 'code-needed' });
  await withFastClock(
    setup.clock,
    () => until(() => setup.lines.filter((line) => line.includes('"event":"watching"')).length >= 2),
    5_000,
  );
  setup.reports.length = 0;
  myLeviton.paddle(setup.lamp, 'on');
  await until(() => setup.reports.some(({ changed }) => changed.powerState === 'ON'));
});
