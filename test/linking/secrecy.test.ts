import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { StoreUnavailable } from '../../lambda/ports/errors.ts';
import {
  askToken,
  authorizationQuery,
  Browser,
  CHALLENGE,
  EMAIL,
  exchange,
  type LinkingDesk,
  locationOf,
  PASSWORD,
  refreshing,
  SECRET,
  startLinkingDesk,
  tokensOf,
  VERIFIER,
} from './support.ts';

let desk: LinkingDesk;
beforeEach(async () => {
  desk = await startLinkingDesk();
});
afterEach(() => desk.close());

test('no password, code, token, session or secret is in any line, page, error or URL, whatever happens', async () => {
  desk.myLeviton.setTwoFactorCode(EMAIL, '864209');
  const browser = new Browser(desk);
  const query = authorizationQuery({ state: 'canary-state', code_challenge: CHALLENGE, code_challenge_method: 'S256' });
  const first = await browser.get(query);
  const wrong = await browser.post({ form: first.hidden, email: EMAIL, password: `${PASSWORD} wrong` });
  const asked = await browser.post({ form: wrong.hidden, email: EMAIL, password: PASSWORD, keep: 'yes' });
  const failed = await browser.post({ form: asked.hidden, code: '753186' });
  const recover = desk.table.fail('error');
  const broken = await browser.post({ form: failed.hidden, code: '864209' });
  recover();
  const done = await browser.post({ form: failed.hidden, code: '864209' });
  const location = locationOf(done);
  const code = location.searchParams.get('code') ?? '';
  const answers = [await askToken(desk, exchange(code), { basic: `alexa:${SECRET}x` })];
  answers.push(await askToken(desk, exchange(code, { code_verifier: `${VERIFIER}x` })));
  const exchanged = await askToken(desk, exchange(code, { code_verifier: VERIFIER }));
  const { access, refresh } = tokensOf(exchanged);
  const { session, accountId } = await desk.bearers.open(access, desk.clock.now());
  for (const fields of [refreshing(access), refreshing(`${refresh}x`), refreshing(refresh, { scope: 'admin' })]) {
    answers.push(await askToken(desk, fields));
  }
  tokensOf(await askToken(desk, refreshing(refresh)));
  desk.change({ accounts: { ...desk.stores.accounts, get: () => Promise.reject(new StoreUnavailable('no')) } });
  answers.push(await askToken(desk, refreshing(refresh)));
  answers.push(await askToken(desk, exchange(code, { code_verifier: VERIFIER })));

  const secrets = [
    PASSWORD,
    'canary-Pa55',
    '864209',
    '753186',
    code,
    access,
    refresh,
    session.credential,
    SECRET,
    VERIFIER,
  ];
  secrets.push('canary-state', EMAIL, first.hidden, asked.hidden);
  const seenByMany = [...desk.lines, ...answers.map(({ text }) => text), first.text.replaceAll(first.hidden, '')];
  for (const secret of secrets) {
    expect(seenByMany.filter((text) => text.includes(secret))).toEqual([]);
  }
  for (const { text, hidden } of [wrong, asked, failed, broken]) {
    for (const secret of ['canary-Pa55', '864209', session.credential, 'canary-state']) {
      expect(text.replaceAll(hidden, '')).not.toContain(secret);
    }
  }
  // The code is the one secret that may be in a URL, and only in this one.
  expect(location.searchParams.get('code')).toBe(code);
  expect(location.href).not.toContain('canary-Pa55');
  const paths = desk.lines.filter((line) => line.includes('?') || line.includes('dpsc'));
  expect(paths).toEqual([]);
  expect(desk.lines.length).toBeGreaterThan(10);
  expect((await desk.stores.accounts.get(accountId))?.credentials).toBeUndefined();
});

test('what is sealed in the page does not show', async () => {
  const browser = new Browser(desk);
  desk.myLeviton.setTwoFactorCode(EMAIL, '864209');
  const first = await browser.get(authorizationQuery());
  const asked = await browser.post({ form: first.hidden, email: EMAIL, password: PASSWORD });
  const sealed = Buffer.from(asked.hidden.split('.')[2] ?? '', 'base64url').toString('latin1');
  expect(asked.hidden).toMatch(/^dps\.k1\./);
  expect(sealed).not.toContain('canary');
  expect(sealed).not.toContain('mary@');
});
