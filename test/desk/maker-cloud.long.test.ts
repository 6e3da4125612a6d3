import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { RunningDesk } from '../../desk/desk.ts';
import { until } from '../support/setup.ts';
import { LAMPS_AT_FIRST, startMakerDesk, stepsAt } from './maker/maker-desk.ts';

// The desk of `npm start -- --maker`: the shipped functions before a maker's own cloud.

let desk: RunningDesk;
let lines: readonly string[];
let problems: readonly string[];
beforeAll(async () => {
  ({ desk, lines, problems } = await startMakerDesk('bridge'));
});
afterAll(() => desk.close());

const { bedroom, agrees, say, broken } = stepsAt(() => desk);

test('people signed in on our page, with the name of the maker’s cloud, and their lamps are Alexa’s', () => {
  const { cloud, cloudName, lamps, link } = desk.state();
  expect({ cloud, cloudName }).toEqual({ cloud: 'emulated', cloudName: 'Acme Home' });
  expect(lamps.map(({ name, agree }) => ({ name, agree }))).toEqual(LAMPS_AT_FIRST);
  expect(link).toMatchObject({ linked: true, session: { state: 'healthy', renewable: true } });
  expect(JSON.stringify(desk.state())).not.toContain('Leviton');
});

test('a sentence moves the lamp, by one call of the device cloud', async () => {
  // The watcher reads the whole list at its own times.
  const calls: string[] = [];
  const end = desk.system.maker?.onExchange(({ request }) => calls.push(request.method));
  await desk.say({ sentence: 'set bedroom lamp to 30 percent' });
  end?.();
  expect(desk.state().turns.at(-1)).toMatchObject({ outcome: 'done' });
  expect(calls.filter((method) => method !== 'GET')).toEqual(['PATCH']);
  await agrees('ON', 30);
});

test.each([
  {
    who: 'a hand at the plug',
    work: () => desk.press({ lamp: bedroom().id, press: 'toggle' }),
    power: 'OFF',
    level: 30,
  },
  {
    who: 'the maker’s app',
    work: () => desk.move({ lamp: bedroom().id, by: 'app', level: 55 }),
    power: 'ON',
    level: 55,
  },
])('$who reaches the tile by an event', async ({ work, power, level }) => {
  await work();
  await agrees(power, level);
  await until(() => lines.some((line) => line.includes('"device-events"')), 'the function has noted the event');
});

test('an unplugged plug is shown as such, and plugged in again it obeys', async () => {
  await desk.unplug({ lamp: bedroom().id, unplugged: true });
  await until(() => bedroom().agree);
  expect(await say('turn on bedroom lamp')).toBe('failed');
  await desk.unplug({ lamp: bedroom().id, unplugged: false });
  await until(() => bedroom().agree);
  expect(await say('turn on bedroom lamp')).toBe('done');
});

test('a session that the cloud has ended is renewed within the sentence that meets it', async () => {
  await desk.fault({ id: 'session-revoked', on: true });
  expect(await say('turn off bedroom lamp')).toBe('done');
  expect(desk.system.maker?.counts.signIns).toBe(1);
  await agrees('OFF', 55);
});

test('a cloud that is down: Alexa says so, the link stays, and then all works', async () => {
  await desk.fault({ id: 'device-cloud-down', on: true });
  expect(await say('turn on bedroom lamp')).toBe('failed');
  expect(desk.state().link.linked).toBe(true);
  expect(broken().length).toBeGreaterThan(0);
  await desk.fault({ id: 'device-cloud-down', on: false });
  expect(await say('turn on bedroom lamp')).toBe('done');
  await agrees('ON', 55);
  await until(() => broken().length === 0);
});

test('it offers the faults and controls that such a cloud can have', () => {
  const offered = [...desk.state().faults, ...desk.state().controls].map(({ id }) => id);
  expect(offered).toEqual(expect.arrayContaining(['pushes-lost', 'device-cloud-slow', 'change-password']));
  for (const id of ['socket-deaf', 'socket-half-open', 'cut-sockets']) expect(offered).not.toContain(id);
});

test('a new password: the session ends, a notice names the maker’s cloud and leads to a sign-in', async () => {
  await desk.control({ id: 'change-password' });
  await desk.say({ sentence: 'turn off bedroom lamp' });
  await until(() => desk.state().notices.length > 0);
  const [notice] = desk.state().notices;
  expect(notice).toMatchObject({ text: expect.stringContaining('Acme Home'), link: expect.any(String) });
});

test('all that passed is of the contract, and Alexa found nothing wrong', () => {
  expect(problems).toEqual([]);
  expect(desk.state().problems).toEqual([]);
  expect(lines.join('\n')).not.toContain('bedroom-lamp');
});
