import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { listenOnLoopback } from '../../../desk/loopback.ts';
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
  expect(shown).toContain(`action="/unsubscribe/${ses.mails[0]?.id}"`);
});

test('the button of the mail program posts to the address of the mail, without a page and without cookies', async () => {
  const posted: { readonly url: string | undefined; readonly body: string }[] = [];
  const skill = await listenOnLoopback(
    createServer((request, response) => {
      void text(request).then((body) => {
        posted.push({ url: request.url, body });
        response.end('<h1>No more messages</h1>');
      });
    }),
  );
  const unsubscribeUrl = `${skill.url}/notices/unsubscribe?t=dps.k1.b`;
  const mailer = createMailer({ from: 'lamps@example.org', region: 'us-east-1', endpoint: ses.url });
  await mailer.send({ ...mail, unsubscribeUrl });
  const answer = await fetch(`${ses.url}/unsubscribe/${ses.mails[0]?.id}`, { method: 'POST' });
  expect({ status: answer.status, text: await answer.text() }).toEqual({
    status: 200,
    text: '<h1>No more messages</h1>',
  });
  expect(posted).toEqual([{ url: '/notices/unsubscribe?t=dps.k1.b', body: 'List-Unsubscribe=One-Click' }]);
  await skill.close();
  expect((await fetch(`${ses.url}/unsubscribe/${ses.mails[0]?.id}`, { method: 'POST' })).status).toBe(502);
});

test.each([
  { when: 'two recipients', body: { Destination: { ToAddresses: ['a@example.org', 'b@example.org'] } } },
  { when: 'a copy', body: { Destination: { ToAddresses: ['a@example.org'], CcAddresses: ['b@example.org'] } } },
  { when: 'nothing', body: {} },
])('a mail with $when is refused', async ({ body }) => {
  const answer = await fetch(`${ses.url}/v2/email/outbound-emails`, { method: 'POST', body: JSON.stringify(body) });
  expect([answer.status, ses.mails]).toEqual([400, []]);
});
