import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { linkIn } from '../support/reauth.ts';
import { EMAIL, openSetup, type TestSetup, turnOn } from '../support/setup.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

let setup: TestSetup;
beforeEach(async () => {
  setup = await openSetup();
});
afterEach(() => setup.system.close());

test('a sign-in link that is too old, asked for again each hour for a month: three mails a week, and the page says when there are no more', async () => {
  setup.system.myLeviton.changePassword(EMAIL, 'another password');
  await setup.customer.send(turnOn(setup.endpointId));
  const [notice] = setup.system.notices;
  if (!notice) throw new Error('there is no notice');
  setup.clock.advance(8 * DAY);
  const body = new URLSearchParams({ action: 'renew', t: new URL(linkIn(notice)).searchParams.get('t') ?? '' });
  const pages: string[] = [];
  for (let hour = 0; hour < 30 * 24; hour++) {
    pages.push(await (await fetch(linkIn(notice).replace(/\?.*/, ''), { method: 'POST', body })).text());
    setup.clock.advance(HOUR);
  }
  expect(pages.filter((page) => page.includes('A new link is on its way'))).toHaveLength(10);
  expect(pages.filter((page) => page.includes('No further link for now'))).toHaveLength(30 * 24 - 10);
  expect(setup.system.notices).toHaveLength(11);
});
