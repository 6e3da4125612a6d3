import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { endLink } from '../../lambda/domain/links.ts';
import { hourOf } from '../../lambda/reports/nightly.ts';
import { EMAIL, openHome, PASSWORD, type TestHome, until } from '../support/home.ts';

let home: TestHome;
beforeEach(async () => {
  home = await openHome({ granted: true });
  await home.house.queue.idle();
});
afterEach(() => home.house.close());

const HOUR_MS = 3_600_000;
const reconciled = () => home.lines.map((line) => JSON.parse(line)).filter(({ event }) => event === 'reconciled');

test('each home has its turn once a day', async () => {
  for (let hour = 0; hour < 48; hour++) {
    await home.house.keepAlive();
    home.clock.advance(HOUR_MS);
  }
  expect(reconciled()).toHaveLength(2);
});

test('what was missed is found, repaired and counted', async () => {
  const { myLeviton } = home.house;
  // Nobody watches here: the button and the new name go unseen.
  myLeviton.paddle(home.lamp, 'on');
  myLeviton.renameSwitch(home.lamp, 'Night light');
  const wait = (hourOf(String(home.account.userId)) - home.clock.now().getUTCHours() + 24) % 24;
  home.clock.advance(wait * HOUR_MS);
  await home.house.keepAlive();
  await until(async () => home.customer.endpoints[0]?.name === 'Night light');
  await until(() => home.reports.some(({ changed }) => changed.powerState === 'ON'));
  expect(reconciled()).toMatchObject([{ states: 1, changed: 1, gone: 0 }]);
});

test('a home that cannot be read troubles no other, and is told of', async () => {
  home.house.myLeviton.inject({ kind: 'html', status: 502 });
  for (let hour = 0; hour < 24; hour++) {
    await home.house.keepAlive();
    home.clock.advance(HOUR_MS);
  }
  expect(reconciled()).toEqual([]);
  expect(home.lines.filter((line) => line.includes('not-reconciled'))).toHaveLength(1);
});

test('a home that nobody is linked with is left alone until somebody links again', async () => {
  const links = await home.house.ports.links.ofHome(String(home.account.userId));
  for (const link of links) await endLink(link, 'skill-disabled', home.house.ports);
  const day = async () => {
    for (let hour = 0; hour < 24; hour++) {
      await home.house.keepAlive();
      home.clock.advance(HOUR_MS);
    }
  };
  await day();
  expect(reconciled()).toEqual([]);
  await home.house.link({ email: EMAIL, password: PASSWORD, keep: true });
  await day();
  expect(reconciled()).toHaveLength(1);
});
