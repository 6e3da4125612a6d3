import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { RunningDesk } from '../../../desk/desk.ts';
import { until } from '../../support/setup.ts';
import { startMakerDesk, stepsAt } from './maker-desk.ts';

// Days and outages at the desk of a maker's own sign-in server: the link stays, as with the skill's own.

const DAY_MS = 86_400_000;
let desk: RunningDesk;
let lines: readonly string[];
beforeEach(async () => {
  ({ desk, lines } = await startMakerDesk('sign-in-server'));
  await desk.system.maintainAccounts();
});
afterEach(async () => {
  expect(desk.state().problems).toEqual([]);
  expect(desk.state().link.refused).toBe(0);
  expect(lines.join('\n')).not.toMatch(/not in the store|AccountMissing|_AUTHORIZATION_CREDENTIAL/);
  await desk.close();
});

const { bedroom, agrees, say, broken } = stepsAt(() => desk);

test.each(['1-day', '400-days'])(
  '%s: the lamp obeys, its button reaches the tile, and nobody is asked for anything',
  async (id) => {
    await desk.control({ id });
    await until(() => desk.state().travel === undefined);
    expect(await say('set bedroom lamp to 30 percent')).toBe('done');
    await agrees('ON', 30);
    await desk.press({ lamp: bedroom().id, press: 'toggle' });
    await agrees('OFF', 30);
    expect(desk.state().link).toMatchObject({ linked: true, mayReport: true });
    expect(desk.state().notices).toEqual([]);
  },
  900_000,
);

test('the address of the keys is down for a week: the lamp obeys every day, and the developer hears of it', async () => {
  await desk.fault({ id: 'keys-away', on: true });
  for (let day = 1; day <= 7; day++) {
    await desk.advance(DAY_MS);
    await desk.system.maintainAccounts();
    expect(await say(`set bedroom lamp to ${day * 10} percent`)).toBe('done');
  }
  await until(() => broken().some((sentence) => sentence.includes('go on with what they know')));
  const away = lines.filter((line) => line.includes('server-keys-not-renewed'));
  expect(away.some((line) => line.includes('"level":"error"') && line.includes('"storedAt":"'))).toBe(true);
  await desk.fault({ id: 'keys-away', on: false });
  await desk.control({ id: 'rotate-keys' });
  await desk.advance(60_000);
  expect(await say('turn on bedroom lamp')).toBe('done');
  await until(() => broken().length === 0);
});

test('the sign-in server is down when Alexa needs a token: the sentence fails, the link stays', async () => {
  await desk.fault({ id: 'sign-in-server-down', on: true });
  await desk.advance(3_700_000);
  expect(await say('turn off bedroom lamp')).toBe('failed');
  expect(desk.state().link).toMatchObject({ linked: true, refused: 0 });
  await desk.fault({ id: 'sign-in-server-down', on: false });
  expect(await say('turn off bedroom lamp')).toBe('done');
});

test('disabled at one place, the other goes on', async () => {
  await desk.control({ id: 'disable-skill' });
  expect(desk.state().link.linked).toBe(false);
  await desk.say({ sentence: 'turn off hall light', place: "Grandma's" });
  expect(desk.state().turns.at(-1)?.outcome).toBe('done');
});
