import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Console, commandHelp, runCommand } from '../../../desk/my-leviton/commands.ts';
import { ask, Listener, type Setting, setUp, signIn } from './client.ts';

let setting: Setting;
let at: Console;
let stopped: number;
beforeEach(async () => {
  setting = await setUp();
  const heater = setting.cloud.addSwitch(setting.residenceId, { id: 9, name: 'Fan heater', canSetLevel: false });
  stopped = 0;
  at = { cloud: setting.cloud, switchIds: [setting.lamp.id, heater.id], quit: () => stopped++ };
});
afterEach(() => setting.cloud.close());

const say = (line: string) => runCommand(line, at);

test.each([
  { lines: ['press 1613723'], said: 'Bedroom lamp is on at 40 %.' },
  { lines: ['press 1613723 on', 'press 1613723'], said: 'Bedroom lamp is off.' },
  { lines: ['  PRESS   1613723   25% '], said: 'Bedroom lamp is on at 25 %.' },
  { lines: ['press 1613723 25', 'press 1613723 off'], said: 'Bedroom lamp is off.' },
  { lines: ['press 9 on'], said: 'Fan heater is on.' },
  { lines: ['unplug 9'], said: 'Fan heater is unplugged.' },
  { lines: ['unplug 9', 'press 9'], said: 'Fan heater has no power: plug it in first.' },
  { lines: ['unplug 9', 'plug 9'], said: 'Fan heater is off.' },
  { lines: ['help'], said: commandHelp },
  { lines: [''], said: '' },
  { lines: ['up'], said: 'The cloud is up already.' },
  { lines: ['down', 'down'], said: 'The cloud is down already.' },
  { lines: ['slow 0'], said: 'Answers come at once again.' },
  { lines: ['press'], said: 'Which device? There are 1613723 and 9.' },
  { lines: ['unplug lamp'], said: 'There is no device lamp, only 1613723 and 9.' },
  { lines: ['press 9 0'], said: 'A device is pressed on, off or to a level from 1 to 100, not "0".' },
  { lines: ['press 9 up'], said: 'A device is pressed on, off or to a level from 1 to 100, not "up".' },
  { lines: ['slow'], said: 'slow takes milliseconds from 0 to 600000, not "".' },
  { lines: ['slow -5'], said: 'slow takes milliseconds from 0 to 600000, not "-5".' },
  { lines: ['dance 9'], said: 'There is no command "dance". "help" lists them.' },
  { lines: ['constructor'], said: 'There is no command "constructor". "help" lists them.' },
])('$lines: $said', ({ lines, said }) => {
  expect(lines.map(say).at(-1)).toBe(said);
});

test('down refuses and cuts, up takes back', async () => {
  const { cloud, lamp } = setting;
  const login = await signIn(cloud);
  const listener = await Listener.subscribed(cloud, login, [lamp.id]);
  say('down');
  expect(await listener.closed).toBe(1006);
  await expect(ask(cloud, '/Person/login')).rejects.toThrow('fetch failed');
  say('up');
  expect((await ask(cloud, `/IotSwitches/${lamp.id}`, { token: login.id })).status).toBe(200);
  say('revoke');
  expect((await ask(cloud, `/IotSwitches/${lamp.id}`, { token: login.id })).status).toBe(401);
});

test('slow adds, a second one replaces the first', async () => {
  const { cloud, clock } = setting;
  expect(say('slow 5000')).toBe('Every answer now takes 5000 ms longer.');
  say('slow 70');
  const reply = ask(cloud, '/IotSwitches/1');
  while (clock.waiting === 0) await new Promise(setImmediate);
  await clock.advance(70);
  expect((await reply).status).toBe(401);
});

test('quit stops', () => {
  expect([say('quit'), stopped]).toEqual(['Stopping.', 1]);
});
