import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { RunningDesk } from '../../../desk/desk.ts';
import { LAMPS_AT_FIRST, startMakerDesk, stepsAt } from './maker-desk.ts';

// The desk of `npm start -- --maker`: the shipped functions between a maker's own cloud and the maker's own sign-in server.

let desk: RunningDesk;
let lines: readonly string[];
let problems: readonly string[];
beforeAll(async () => {
  ({ desk, lines, problems } = await startMakerDesk('sign-in-server'));
});
afterAll(() => desk.close());

const { agrees, bedroom, say } = stepsAt(() => desk);

test('people signed in at the maker’s own server, and their lamps are Alexa’s', () => {
  const { cloudName, signInServer, lamps, link } = desk.state();
  expect({ cloudName, signInServer }).toEqual({
    cloudName: 'Acme Home',
    signInServer: "Acme Home's own: oidc-provider",
  });
  expect(lamps.map(({ name, agree }) => ({ name, agree }))).toEqual(LAMPS_AT_FIRST);
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
