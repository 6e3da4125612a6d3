import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type EmulatedSes, startSes } from '../../../desk/ses/ses.ts';
import { createMailer } from '../../../lambda/adapters/ses/mailer.ts';
import { testClock } from '../../support/clock.ts';

let ses: EmulatedSes;
beforeEach(async () => {
  ses = await startSes({ clock: testClock() });
});
afterEach(() => ses.close());

const mail = {
  to: 'mary@example.org',
  subject: 'Une lampe est débranchée',
  text: 'Voir <b>ici</b>: https://link.example.org/notices?t=dps.k1.a\n\nMerci',
  language: 'fr-CA',
  unsubscribeUrl: 'https://link.example.org/notices/unsubscribe?t=dps.k1.b',
  accountId: '1',
  addressId: 'a',
};
const page = async () => await (await fetch(ses.url)).text();

test('mails are read back as their receivers see them, with their links and the button of a mail program', async () => {
  expect(await page()).toContain('No mail was sent yet.');
  await createMailer({ from: 'lamps@example.org', region: 'us-east-1', endpoint: ses.url }).send(mail);
  const shown = await page();
  expect(shown).toContain('<h2>Une lampe est débranchée</h2>');
  expect(shown).toContain('<b>mary@example.org</b>');
  expect(shown).toContain('lang="fr-CA"');
  expect(shown).toContain('Voir &lt;b&gt;ici&lt;/b&gt;: <a href="https://link.example.org/notices?t=dps.k1.a">');
  expect(shown).toContain('action="https://link.example.org/notices/unsubscribe?t=dps.k1.b"');
});

test.each([
  { when: 'two recipients', body: { Destination: { ToAddresses: ['a@example.org', 'b@example.org'] } } },
  { when: 'a copy', body: { Destination: { ToAddresses: ['a@example.org'], CcAddresses: ['b@example.org'] } } },
  { when: 'nothing', body: {} },
])('a mail with $when is refused', async ({ body }) => {
  const answer = await fetch(`${ses.url}/v2/email/outbound-emails`, { method: 'POST', body: JSON.stringify(body) });
  expect([answer.status, ses.mails]).toEqual([400, []]);
});
