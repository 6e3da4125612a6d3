import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type RunningDesk, startDesk } from '../../desk/desk.ts';
import { signInAsPerson } from '../../desk/person.ts';
import { EMULATED_ACCOUNT } from '../../desk/places.ts';
import { createLog } from '../../lambda/adapters/json-log/log.ts';
import { systemClock } from '../../lambda/adapters/system/clock.ts';
import { until } from '../support/setup.ts';

let desk: RunningDesk;
const lines: string[] = [];
beforeAll(async () => {
  desk = await startDesk({
    log: createLog('info', systemClock, (line) => lines.push(line)),
    reportDelayMs: 20,
    plugs: 4,
  });
});
afterAll(() => desk.close());

const say = async (sentence: string, place?: string) => {
  await desk.say({ sentence, place });
  return desk.state().turns.at(-1);
};
const lampCalled = (name: string) => {
  const lamp = desk.state().lamps.find((one) => one.name === name);
  if (!lamp) throw new Error(`there is no ${name}`);
  return lamp;
};
/** The plug follows a write a while later: whoever goes on before that meets it in the middle of the next step. */
const obeys = async (command: 'on' | 'off') => {
  expect(await say(`turn ${command} the bedroom lamp`)).toMatchObject({ outcome: 'done' });
  await until(() => lampCalled('Bedroom lamp').plug.power === command.toUpperCase());
};

test('the first account has as many lamps as are asked for, and each lamp says whose it is', () => {
  expect(desk.state().lamps.map(({ name, place }) => `${place}: ${name}`)).toEqual([
    'Bedroom and living room: Bedroom lamp',
    'Bedroom and living room: Reading light',
    'Bedroom and living room: Kitchen counter',
    'Bedroom and living room: Desk lamp',
    "Grandma's: Hall light",
  ]);
});

test("one's own Alexa knows no lamp of the neighbour, and the neighbour's own does", async () => {
  expect(await say('turn off hall light')).toMatchObject({
    outcome: 'not-sent',
    answer: "I couldn't find a device called hall light.",
    place: 'Bedroom and living room',
  });
  expect(lampCalled('Hall light').plug.power).toBe('ON');
  expect(await say('turn off hall light', "Grandma's")).toMatchObject({ outcome: 'done', place: "Grandma's" });
  await until(() => lampCalled('Hall light').plug.power === 'OFF');
});

test('"lights off" is for all lamps of the place that hears it', async () => {
  expect(await say('turn on the hall light', "Grandma's")).toMatchObject({ outcome: 'done' });
  expect(await say('lights off')).toMatchObject({ outcome: 'done' });
  await until(() =>
    desk.state().lamps.every(({ name, plug }) => plug.power === (name === 'Hall light' ? 'ON' : 'OFF')),
  );
});

test('what is not understood is no failure, and says what can be said', async () => {
  expect(await say('sing me a song')).toMatchObject({
    outcome: 'not-sent',
    answer: expect.stringContaining('Try "turn on the bedroom lamp"'),
  });
  expect(desk.state().hops.filter(({ broken }) => broken.length > 0)).toEqual([]);
});

test('an unplugged plug answers its button, the app and a schedule with one sentence', async () => {
  const lamp = lampCalled('Bedroom lamp').id;
  await desk.unplug({ lamp, unplugged: true });
  await expect(desk.press({ lamp, press: 'toggle' })).rejects.toMatchObject({ status: 409, message: /unplugged/ });
  await expect(desk.move({ lamp, by: 'app', level: 5 })).rejects.toMatchObject({ status: 409 });
  await expect(desk.move({ lamp, by: 'schedule', level: 5 })).rejects.toMatchObject({ status: 409 });
  await desk.unplug({ lamp, unplugged: false });
});

test('a day is 24 hourly runs, in which the daily work is done for every account', async () => {
  const accounts = await desk.system.ports.accounts.list();
  const from = desk.system.clock.now().getTime();
  lines.length = 0;
  await desk.control({ id: '1-day' });
  expect(desk.system.clock.now().getTime() - from).toBeGreaterThanOrEqual(24 * 3_600_000);
  const reconciled = lines.map((line) => JSON.parse(line)).filter(({ event }) => event === 'reconciled');
  expect(new Set(reconciled.map(({ account }) => account))).toEqual(new Set(accounts));
  expect(desk.state().travel).toBeUndefined();
});

test('days that pass are counted, one travel at a time, and can be stopped', async () => {
  const seen: number[] = [];
  const stopWatching = desk.onChange(() => {
    const { travel } = desk.state();
    if (!travel || travel.passed === seen.at(-1)) return;
    seen.push(travel.passed);
    if (travel.passed === 2) void desk.stop({});
  });
  const travelling = desk.control({ id: '400-days' });
  await expect(desk.control({ id: '1-day' })).rejects.toMatchObject({ status: 409 });
  await travelling;
  stopWatching();
  expect(seen).toEqual([0, 1, 2]);
  await obeys('on');
});

/** As the button "Link again" does in a browser. */
const linkAgain = () => signInAsPerson(desk.state().link.startUrl, { ...EMULATED_ACCOUNT, keep: true });

test('Alexa lets go: the voice ends, the reports go on, and the skill knows only that Alexa used the link lately', async () => {
  // Off first: of a lamp that is on already one could not see when it has followed the last write.
  await obeys('off');
  await obeys('on');
  await desk.control({ id: 'alexa-lets-go' });
  expect(desk.state().link).toMatchObject({ linked: false, mayReport: true });
  expect(await say('turn off the bedroom lamp')).toMatchObject({
    outcome: 'failed',
    answer: 'Your account is no longer linked. Please link the skill again in the Alexa app.',
  });
  await desk.press({ lamp: lampCalled('Bedroom lamp').id, press: 'toggle' });
  await until(() => lampCalled('Bedroom lamp').tile?.power === 'OFF');
  expect(desk.state().link.evidence).toMatchObject({ state: 'used' });
  await linkAgain();
  await obeys('on');
});

test('the permission to report is revoked: the voice goes on, and no report reaches the tile', async () => {
  await desk.control({ id: 'revoke-grant' });
  expect(desk.state().link).toMatchObject({ linked: true, mayReport: false });
  // Off first: of a lamp that is on already one could not see when it has followed the last write.
  await obeys('off');
  await obeys('on');
  await desk.press({ lamp: lampCalled('Bedroom lamp').id, press: 'toggle' });
  await until(() => lines.some((line) => line.includes('"grant-revoked"')));
  await until(() => lampCalled('Bedroom lamp').plug.power === 'OFF');
  expect(lampCalled('Bedroom lamp').tile?.power).toBe('ON');
  await linkAgain();
  expect(desk.state().link).toMatchObject({ linked: true, mayReport: true });
});

test('Alexa found nothing wrong with all this', () => {
  expect(desk.state().problems).toEqual([]);
});
