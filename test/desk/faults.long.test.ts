import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type RunningDesk, startDesk } from '../../desk/desk.ts';
import { createLog } from '../../lambda/adapters/json-log/log.ts';
import { systemClock } from '../../lambda/adapters/system/clock.ts';
import { withFastClock as fastClockOf } from '../support/clock.ts';
import { until } from '../support/setup.ts';

// Each fault of the page: what Alexa answers while it is on, which hops are red, and that all is well when it is off again.
let desk: RunningDesk;
beforeAll(async () => {
  desk = await startDesk({ log: createLog('silent', systemClock), reportDelayMs: 20 });
});
afterAll(() => desk.close());

const lamp = () => {
  const [first] = desk.state().lamps;
  if (!first) throw new Error('there is no lamp');
  return first;
};
const say = async (level: number) => {
  await desk.say({ sentence: `set bedroom lamp to ${level} percent` });
  return desk.state().turns.at(-1);
};
const red = (): string[] => desk.state().hops.flatMap(({ hop, broken }) => (broken.length === 0 ? [] : [hop]));
/** Lets the desk's time pass, so that what waits for it comes. */
const withFastClock = <T>(work: () => Promise<T>): Promise<T> => fastClockOf(desk.system.clock, work, 250);

test.each([
  { id: 'plug-unplugged', red: 'plug' },
  { id: 'device-cloud-down', red: 'device-cloud' },
])('$id: the sentence fails, $red is red, and all is well afterwards', async ({ id, red: hop }) => {
  await desk.fault({ id, on: true });
  expect(await say(31)).toMatchObject({ outcome: 'failed' });
  expect(red()).toContain(hop);
  await desk.fault({ id, on: false });
  await withFastClock(() =>
    until(async () => (await say(32))?.outcome === 'done' && lamp().agree && red().length === 0),
  );
});

test('device-cloud-slow: the lamp obeys, late', async () => {
  await desk.fault({ id: 'device-cloud-slow', on: true });
  const said = say(33);
  expect(await said).toMatchObject({ outcome: 'done' });
  await desk.fault({ id: 'device-cloud-slow', on: false });
});

test('session-revoked: the lamp obeys, and the fault ends by itself', async () => {
  await desk.fault({ id: 'session-revoked', on: true });
  expect(await say(34)).toMatchObject({ outcome: 'done' });
  await until(() => desk.state().faults.find(({ id }) => id === 'session-revoked')?.on === false);
});

test.each([
  { id: 'lwa-down', hop: 'lwa' },
  { id: 'gateway-down', hop: 'gateway' },
  { id: 'gateway-throttles', hop: 'gateway' },
  { id: 'queue-delayed', hop: undefined },
])('$id: voice works, the button reaches the tile only afterwards', async ({ id, hop }) => {
  await withFastClock(() => until(() => lamp().agree));
  await desk.fault({ id, on: true });
  expect(await say(35)).toMatchObject({ outcome: 'done' });
  await until(() => lamp().plug.level === 35); // else the write would still be on its way when the hand comes
  await desk.press({ lamp: lamp().id, press: 77 });
  await withFastClock(async () => {
    if (hop) await until(() => red().includes(hop as never));
  });
  await desk.fault({ id, on: false });
  await withFastClock(() => until(() => lamp().agree && lamp().tile?.brightness === 77, 'the tile'));
});

test('nothing of all this was wrong in the eyes of Alexa', () => {
  expect(desk.state().problems).toEqual([]);
  expect(desk.state().link).toMatchObject({ linked: true, refused: 0 });
});
