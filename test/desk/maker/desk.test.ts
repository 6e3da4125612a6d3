import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type RunningDesk, startDesk } from '../../../desk/desk.ts';
import { createLog } from '../../../lambda/adapters/json-log/log.ts';
import { systemClock } from '../../../lambda/adapters/system/clock.ts';
import { exchangeProblems } from '../../adapters/maker-cloud/openapi.ts';
import { until } from '../../support/setup.ts';

// The desk of `npm start -- --maker`: the shipped functions between a maker's own cloud and the maker's own sign-in server.

let desk: RunningDesk;
const lines: string[] = [];
const problems: string[] = [];
beforeAll(async () => {
  desk = await startDesk({
    log: createLog('info', systemClock, (line) => lines.push(line)),
    reportDelayMs: 20,
    maker: 'sign-in-server',
  });
  desk.system.maker?.onExchange((exchange) => {
    if (!exchange.spoilt) problems.push(...exchangeProblems(exchange));
  });
});
afterAll(() => desk.close());

const bedroom = () => {
  const lamp = desk.state().lamps.find(({ name }) => name === 'Bedroom lamp');
  if (!lamp) throw new Error('there is no bedroom lamp');
  return lamp;
};
const agrees = (power: string, level: number) =>
  until(() => bedroom().plug.power === power && bedroom().plug.level === level && bedroom().agree);
const say = async (sentence: string) => {
  await desk.say({ sentence });
  return desk.state().turns.at(-1)?.outcome;
};

test('people signed in at the maker’s own server, and their lamps are Alexa’s', () => {
  const { cloudName, signInServer, lamps, link } = desk.state();
  expect({ cloudName, signInServer }).toEqual({
    cloudName: 'Acme Home',
    signInServer: "Acme Home's own: oidc-provider",
  });
  expect(lamps.map(({ name, agree }) => ({ name, agree }))).toEqual([
    { name: 'Bedroom lamp', agree: true },
    { name: 'Reading light', agree: true },
    { name: 'Hall light', agree: true },
  ]);
  expect(link).toMatchObject({ linked: true, mayReport: true, refused: 0 });
  expect(link.session).toBeUndefined();
  expect(desk.system.maker?.counts.signIns).toBe(0);
});

test('a sentence moves the lamp by one call, and the plug’s button reaches the tile', async () => {
  const calls: string[] = [];
  const end = desk.system.maker?.onExchange(({ request }) => calls.push(request.method));
  expect(await say('set bedroom lamp to 30 percent')).toBe('done');
  end?.();
  expect(calls.filter((method) => method !== 'GET')).toEqual(['PATCH']);
  await agrees('ON', 30);
  await desk.press({ lamp: bedroom().id, press: 'toggle' });
  await agrees('OFF', 30);
});

test('what is lost on its way, the watcher reads with the skill’s own client', async () => {
  await desk.fault({ id: 'pushes-lost', on: true });
  await desk.press({ lamp: bedroom().id, press: 'toggle' });
  await desk.advance(30_000);
  await agrees('ON', 30);
  await desk.fault({ id: 'pushes-lost', on: false });
});

test.each(['rotate-secret', 'lose-refresh', 'two-refreshes', 'rotate-keys'])('%s: the link stays', async (id) => {
  await desk.control({ id });
  expect(await say('turn on bedroom lamp')).toBe('done');
  expect(desk.state().link).toMatchObject({ linked: true, refused: 0 });
});

test('it offers what such a server can have', () => {
  const offered = [...desk.state().faults, ...desk.state().controls].map(({ id }) => id);
  expect(offered).toEqual(expect.arrayContaining(['keys-away', 'sign-in-server-down', 'rotate-keys', '400-days']));
  for (const id of ['change-password', 'session-revoked', 'move-server', 'alexa-api-down'])
    expect(offered).not.toContain(id);
});

test('all that passed is of the contract, and Alexa found nothing wrong', () => {
  expect(problems).toEqual([]);
  expect(desk.state().problems).toEqual([]);
  expect(lines.filter((line) => line.includes('directive-failed'))).toEqual([]);
  expect(lines.join('\n')).not.toMatch(/not in the store|AccountMissing|lamp@example\.org/);
});
