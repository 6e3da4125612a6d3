import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { EMAIL, openHome, PASSWORD, set, type TestHome, turnOff, turnOn, until } from '../support/home.ts';

let home: TestHome;
beforeEach(async () => {
  home = await openHome({ granted: true, watch: true });
  await until(() => home.reports.length === 1, 'the first report, which fills the app');
  home.reports.length = 0;
});
afterEach(() => home.house.close());

const OK = { value: 'OK' };
const quiet = async () => {
  await home.house.queue.idle();
  expect(home.house.alexa.problems).toEqual([]);
};
const tile = () => {
  const properties = home.customer.endpoints[0]?.properties;
  return {
    power: properties?.['Alexa.PowerController.powerState']?.value,
    brightness: properties?.['Alexa.BrightnessController.brightness']?.value,
    connectivity: properties?.['Alexa.EndpointHealth.connectivity']?.value,
  };
};

describe('a change reaches Alexa with its cause', () => {
  test("the plug's own button", async () => {
    home.house.myLeviton.paddle(home.lamp, 'on');
    await until(() => home.reports.length === 1);
    expect(home.reports).toEqual([
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
    home.house.myLeviton.paddle(home.lamp, 'on');
    await until(() => home.reports.length === 1);
    home.house.myLeviton.paddle(home.lamp, 40);
    await until(() => home.reports.length === 2);
    expect(home.reports[1]).toEqual({
      region: 'NA',
      cause: 'PHYSICAL_INTERACTION',
      changed: { brightness: 40 },
      unchanged: { powerState: 'ON', connectivity: OK },
    });
  });

  test("Alexa's own directive", async () => {
    await home.customer.send(set(home.endpointId, 30));
    await until(() => home.reports.length === 1);
    expect(home.reports).toMatchObject([{ cause: 'VOICE_INTERACTION', changed: { powerState: 'ON', brightness: 30 } }]);
    await quiet();
  });

  test("the maker's own Alexa skill or a schedule of theirs", async () => {
    home.house.myLeviton.officialWrite(home.lamp, { power: 'ON', brightness: 55 });
    await until(() => home.reports.length === 1);
    expect(home.reports).toMatchObject([{ cause: 'APP_INTERACTION', changed: { powerState: 'ON', brightness: 55 } }]);
  });

  test('the plug pulled from its outlet, and put back', async () => {
    home.house.myLeviton.unplug(home.lamp, { announce: true });
    await until(() => home.reports.length === 1);
    expect(home.reports[0]?.changed).toEqual({ connectivity: { value: 'UNREACHABLE' } });
    expect(tile().connectivity).toEqual({ value: 'UNREACHABLE' });
    home.house.myLeviton.plugIn(home.lamp);
    await until(() => home.reports.length === 2);
    expect(tile().connectivity).toEqual(OK);
    await quiet();
  });
});

test('what the device did not do, although Alexa was told so: the truth is reported', async () => {
  // The plug lost its Wi-Fi without a word: its cloud takes the write and notes it, and the device never follows.
  home.house.myLeviton.unplug(home.lamp, { noticed: false });
  await home.customer.send(set(home.endpointId, 30));
  expect(tile()).toMatchObject({ power: 'ON', brightness: 30 });
  home.house.myLeviton.plugIn(home.lamp);
  await until(() => home.reports.length === 1);
  expect(tile()).toEqual({ power: 'OFF', brightness: 0, connectivity: OK });
  await quiet();
});

test('an equal state is not sent again', async () => {
  await home.customer.send(turnOff(home.endpointId));
  await until(() => home.reports.length === 1); // it was in doubt while the write was on its way
  home.house.myLeviton.officialWrite(home.lamp, { power: 'OFF' });
  home.house.myLeviton.paddle(home.lamp, 'off');
  await until(() => home.lines.filter((line) => line.includes('"outcome":"equal"')).length >= 2);
  expect(home.reports).toHaveLength(1);
});

test('two Amazon accounts on one home both get each report, each at its region', async () => {
  const { customer: other } = await home.house.link({ email: EMAIL, password: PASSWORD }, { region: 'FE' });
  await other.acceptGrant();
  await other.discover();
  home.house.myLeviton.paddle(home.lamp, 'on');
  await until(() => home.reports.length === 2);
  expect(home.reports.map(({ region }) => region).sort()).toEqual(['FE', 'NA']);
  await quiet();
});

describe('tokens for the gateway', () => {
  test('an old access token is refreshed first', async () => {
    home.house.alexa.resetCounts();
    home.clock.advance(2 * 60 * 60_000);
    home.house.myLeviton.paddle(home.lamp, 'on');
    await until(() => home.reports.length === 1);
    expect(home.house.alexa.counts).toMatchObject({ tokenRequests: 1, events: 1 });
  });

  test('one that the gateway refuses is refreshed once, and the report sent again', async () => {
    home.house.alexa.resetCounts();
    home.house.alexa.endAccessTokens();
    home.house.myLeviton.paddle(home.lamp, 'on');
    await until(() => home.reports.length === 1);
    expect(home.house.alexa.counts).toMatchObject({ tokenRequests: 1, events: 2 });
  });

  test('refreshed tokens are kept: the next report needs no refresh', async () => {
    home.house.alexa.endAccessTokens();
    home.house.myLeviton.paddle(home.lamp, 'on');
    await until(() => home.reports.length === 1);
    home.house.alexa.resetCounts();
    home.house.myLeviton.paddle(home.lamp, 'off');
    await until(() => home.reports.length === 2);
    expect(home.house.alexa.counts.tokenRequests).toBe(0);
  });

  test('a grant that the person took back is removed, and voice goes on', async () => {
    home.clock.advance(2 * 60 * 60_000);
    home.house.alexa.inject({ at: 'lwa', kind: 'invalid-grant' });
    home.house.myLeviton.paddle(home.lamp, 'on');
    await until(async () => !(await home.house.table.scan()).some(({ sk }) => JSON.stringify(sk).includes('grant#')));
    expect(await home.customer.send(turnOn(home.endpointId))).toMatchObject({ name: 'Response' });
  });

  test('Login with Amazon down: the report comes when it is back', async () => {
    home.clock.advance(2 * 60 * 60_000);
    const end = home.house.alexa.inject({ at: 'lwa', kind: 'status', status: 503 });
    home.house.myLeviton.paddle(home.lamp, 'on');
    await until(() => home.lines.some((line) => line.includes('report-not-delivered')));
    end();
    const winding = setInterval(() => home.clock.advance(1_000), 5);
    await until(() => home.reports.length > 0);
    clearInterval(winding);
    expect(tile()).toMatchObject({ power: 'ON', brightness: 100 });
  });
});

test('the channel cut: what changed meanwhile is found by the read after it', async () => {
  const end = home.house.myLeviton.inject({ kind: 'socket-upgrade-502' });
  home.house.myLeviton.cutSockets(1006);
  await until(() => home.lines.some((line) => line.includes('watch-')));
  home.house.myLeviton.paddle(home.lamp, 'on');
  end();
  const winding = setInterval(() => home.clock.advance(500), 5);
  await until(() => home.reports.length === 1);
  clearInterval(winding);
  expect(home.reports).toMatchObject([{ cause: 'PERIODIC_POLL', changed: { powerState: 'ON', brightness: 100 } }]);
});

test('secrets: no token, password or session in any line of the log', async () => {
  home.house.alexa.endAccessTokens();
  home.house.myLeviton.revokeSessions();
  home.house.myLeviton.paddle(home.lamp, 'on');
  await until(() => home.reports.length === 1);
  const all = home.lines.join('\n');
  expect(all).not.toContain(PASSWORD);
  expect(all).not.toContain(EMAIL);
  expect(all).not.toMatch(/Atz[ar]\||dpsa\.|Bearer /);
});

test('a renewal refused ahead of time: the tile stays right for as long as the session lives', async () => {
  const { myLeviton } = home.house;
  myLeviton.setTwoFactorCode(EMAIL, '123456');
  await home.house.keepAlive();
  home.clock.advance(49 * 24 * 3_600_000);
  await home.house.keepAlive();
  const id = String(home.account.userId);
  expect(await home.house.ports.homes.get(id)).toMatchObject({ state: 'needs-person', reason: 'code-needed' });
  const winding = setInterval(() => home.clock.advance(5_000), 10);
  await until(() => home.lines.filter((line) => line.includes('"event":"watching"')).length >= 2);
  clearInterval(winding);
  home.reports.length = 0;
  myLeviton.paddle(home.lamp, 'on');
  await until(() => home.reports.some(({ changed }) => changed.powerState === 'ON'));
});
