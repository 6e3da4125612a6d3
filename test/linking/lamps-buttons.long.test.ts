import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { turnOff, turnOn, until } from '../support/setup.ts';
import { chainIn, type LampsSetup, openLamps, verdictIn } from './lamps-support.ts';

let at: LampsSetup;
beforeEach(async () => {
  at = await openLamps({ watch: true });
});
afterEach(() => at.system.close());

const TAP = 'I am tapping the tile in the Alexa app now';
const DONE = 'I have tapped it';
const BLINK = 'Blink “Bedroom lamp”';
const light = () => at.system.myLeviton.device(at.lamp);
const blinked = async () => await at.person.press(await at.signedIn(), BLINK, { consent: 'yes' });

describe('the lamp blinks, and is as before', () => {
  test.each([
    { when: 'bright', press: 80, seen: '20' },
    { when: 'dim', press: 10, seen: '100' },
    { when: 'off', press: 'off' as const, seen: 'ON' },
  ])('$when', async ({ press, seen }) => {
    at.system.myLeviton.paddle(at.lamp, 30);
    at.system.myLeviton.paddle(at.lamp, press);
    const before = { ...light() };
    const states: string[] = [];
    at.system.myLeviton.onExchange(({ request: { method, body } }) => {
      if (method === 'PUT') states.push(JSON.stringify(body));
    });
    const page = await blinked();
    expect(page.words).toContain('Did you see “Bedroom lamp” blink?');
    expect(states[0]).toContain(seen);
    await until(() => JSON.stringify(light()) === JSON.stringify(before), 'as before');
    expect(chainIn(await at.person.press(page, 'Yes, I saw it'))).toMatchObject({ plug: 'ok', lamp: 'ok' });
  });

  test('somebody presses the button meanwhile: it stays as they want it, and the page says so', async () => {
    at.system.myLeviton.paddle(at.lamp, 80);
    const pressed = blinked();
    await until(() => light().brightness === 20, 'the other light');
    at.system.myLeviton.paddle(at.lamp, 'off');
    const page = await pressed;
    expect(page.words).toContain('Somebody changed the lamp meanwhile, so it was left as it is.');
    expect(light().power).toBe('OFF');
  });

  test('it cannot be set back: the page says how it was', async () => {
    at.system.myLeviton.paddle(at.lamp, 80);
    const pressed = blinked();
    await until(() => light().brightness === 20, 'the other light');
    const recover = at.system.myLeviton.inject({ kind: 'html', status: 502, method: 'PUT' });
    const page = await pressed;
    recover();
    expect(page.words).toContain('“Bedroom lamp” could not be set back. Before, it was: On at 80%.');
  });

  test('a plug that was lost without a word: it did not follow, and no bulb is accused', async () => {
    at.system.myLeviton.paddle(at.lamp, 80);
    const page = await at.signedIn();
    at.system.myLeviton.unplug(at.lamp, { announce: false });
    const asked = await at.person.press(page, BLINK, { consent: 'yes' });
    const after = asked.words.includes('blink?') ? await at.person.press(asked, 'No, I saw nothing') : asked;
    expect(verdictIn(after)).toMatch(/the plug did not follow|is not connected/);
    expect(chainIn(after).lamp).toBe('unknown');
  });

  test('the device cloud is down: nothing blinks, and the page says which hop it is', async () => {
    const page = await at.signedIn();
    const recover = at.system.myLeviton.inject({ kind: 'html', status: 503 });
    const answer = await at.person.press(page, BLINK, { consent: 'yes' });
    recover();
    expect(answer.words).toContain('The lamp could not be made to blink.');
    expect(verdictIn(answer)).toBe('My Leviton does not work for this skill at the moment.');
  });
});

describe('a tap on the tile', () => {
  test('gets here, and speech does not: Alexa hears something else', async () => {
    let page = await at.person.press(await at.signedIn(), TAP);
    expect(page.words).toContain('Now tap the tile of a lamp');
    await at.customer.send(turnOn(at.endpointId));
    page = await at.person.press(page, DONE);
    expect(page.words).toContain('While you tapped, a lamp changed.');
    page = await at.person.press(page, 'No, only the tile works');
    expect(verdictIn(page)).toBe('Your tap in the Alexa app arrived here, and your sentence did not.');
    expect(chainIn(await at.person.press(page, 'Look again')).alexa).toBe('ok');
  });

  test('gets here, and fails here', async () => {
    const page = await at.person.press(await at.signedIn(), TAP);
    const recover = at.system.myLeviton.inject({ kind: 'html', status: 503, method: 'PUT' });
    await at.customer.send(turnOn(at.endpointId));
    recover();
    expect((await at.person.press(page, DONE)).words).toContain(
      'Alexa reached this skill, and the command failed here.',
    );
  });

  test('comes a moment after the button', async () => {
    const page = await at.person.press(await at.signedIn(), TAP);
    const answer = at.person.press(page, DONE);
    await at.customer.send(turnOn(at.endpointId));
    expect((await answer).words).toContain('While you tapped, a lamp changed.');
    await at.customer.send(turnOff(at.endpointId));
  });

  test('does not get here', async () => {
    const page = await at.person.press(await at.signedIn(), TAP);
    const answer = await at.person.press(page, DONE);
    expect(answer.words).toContain('All lamps are as they were before you tapped, and no command failed here.');
    expect(at.writes).toEqual([]);
  });
});

describe('the button of a plug', () => {
  const PRESS = 'I am at a plug, and want to press its button';
  const PRESSED = 'I have pressed it';

  test('is noticed', async () => {
    const page = await at.person.press(await at.signedIn(), PRESS);
    expect(page.words).toContain('Now press the button of the plug once');
    at.system.myLeviton.paddle(at.lamp, 'toggle');
    const answer = await at.person.press(page, PRESSED);
    expect(answer.words).toContain('My Leviton has noticed that a lamp changed.');
    expect(verdictIn(answer)).not.toContain('button');
  });

  test('is not noticed, and the lamp has followed it: the device cloud does not hear of the plug', async () => {
    const page = await at.person.press(await at.signedIn(), PRESS);
    const asked = await at.person.press(page, PRESSED);
    expect(asked.words).toContain('My Leviton has not shown that any lamp changed.');
    const followed = await at.person.press(asked, 'Yes, it switched');
    expect(verdictIn(followed)).toBe('My Leviton did not notice the button of the plug.');
    expect(verdictIn(await at.person.press(followed, 'Look again'))).not.toContain('button');
    expect(at.writes).toEqual([]);
  });

  test('is not noticed, and the lamp has not followed it: nothing is said of the device cloud', async () => {
    const page = await at.person.press(await at.signedIn(), PRESS);
    const asked = await at.person.press(page, PRESSED);
    const answer = await at.person.press(asked, 'No, it did not');
    expect(verdictIn(answer)).not.toContain('button');
  });

  test('the device cloud is down: nothing is said of the plug', async () => {
    const page = await at.person.press(await at.signedIn(), PRESS);
    const recover = at.system.myLeviton.inject({ kind: 'html', status: 503 });
    const answer = await at.person.press(page, PRESSED);
    recover();
    expect(answer.words).toContain('The lamps could not be checked just now.');
    expect(verdictIn(answer)).toBe('My Leviton does not work for this skill at the moment.');
  });
});

describe('what a person sees', () => {
  test.each([
    { light: 'nothing', says: 'The plug of “Bedroom lamp” has no power: its light is off.' },
    { light: 'blinking', says: 'The plug of “Bedroom lamp” has power and no Wi-Fi: its light blinks.' },
  ])('the light of an offline plug: $light', async ({ light: shows, says }) => {
    at.system.myLeviton.addSwitch(at.residence, { name: 'Desk lamp' });
    at.system.myLeviton.unplug(at.lamp);
    const page = await at.person.open(await at.link());
    expect(verdictIn(await at.person.press(page, 'Check with these answers', { light: shows }))).toBe(says);
  });

  test.each([
    { internet: 'no', says: 'None of the plugs is connected, and nothing else at home reaches the internet.' },
    { internet: 'yes', says: 'None of the plugs is connected, and other things at home reach the internet.' },
  ])('all plugs are gone, and other things reach the internet: $internet', async ({ internet, says }) => {
    const second = at.system.myLeviton.addSwitch(at.residence, { name: 'Desk lamp' }).id;
    for (const lamp of [at.lamp, second]) at.system.myLeviton.unplug(lamp);
    const page = await at.signedIn();
    expect(verdictIn(await at.person.press(page, 'Check with these answers', { internet }))).toBe(says);
  });

  test('the Alexa app offers to enable the skill', async () => {
    const page = await at.person.open(await at.link());
    at.clock.advance(25 * 3_600_000);
    await until(async () => (await at.person.press(page, 'Look again')).status === 200);
    const answer = await at.person.press(page, 'Check with these answers', { app: 'enable' });
    expect(verdictIn(answer)).toBe('The skill is not enabled in the Alexa app.');
  });
});

test('after a sign-in the lamps with their light, the history, and a blink with consent that the person did not see', async () => {
  at.system.myLeviton.paddle(at.lamp, 40);
  let page = await at.signedIn();
  expect(page.words).toContain('Bedroom lamp On at 40%');
  expect(page.words).toContain('Changes in the last seven days');
  expect(page.words).toContain('by the button of the plug');
  page = await at.person.press(page, 'Blink “Bedroom lamp”', { consent: '' });
  expect(page.words).toContain('Please tick the box first');
  page = await at.person.press(page, 'Blink “Bedroom lamp”', { consent: 'yes' });
  expect(page.words).toContain('Did you see “Bedroom lamp” blink?');
  expect(page.words).toContain('Bedroom lamp On at 40%');
  // The plug reports each of the two writes itself a moment later.
  const { device } = at.system.myLeviton;
  await until(() => device(at.lamp)?.power === 'ON' && device(at.lamp)?.brightness === 40, 'set back');
  page = await at.person.press(page, 'No, I saw nothing');
  expect(verdictIn(page)).toBe('The plug did what it was told, at 100%, and you did not see the lamp react.');
  expect(chainIn(page)).toMatchObject({ plug: 'ok', lamp: 'broken' });
});
