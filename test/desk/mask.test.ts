import { expect, test } from '@jest/globals';
import { masked } from '../../desk/mask.ts';

test.each([
  { what: 'an access token of Amazon', message: { access_token: 'Atza|abc' }, hidden: 'Atza' },
  { what: 'a refresh token', message: { refresh_token: 'Atzr|abc' }, hidden: 'Atzr' },
  {
    what: 'a token of ours in a scope',
    message: { scope: { type: 'BearerToken', token: 'dpsa.short' } },
    hidden: 'dpsa',
  },
  { what: 'a password', message: { email: 'a@example.org', password: 'hunter2' }, hidden: 'hunter2' },
  { what: 'a code for the Skill Enablement API', message: { authCode: 'dpc.short' }, hidden: 'dpc' },
  { what: 'a verifier of PKCE', message: { code_verifier: 'abc' }, hidden: 'abc' },
  { what: 'a two-factor code', message: { code: '123456' }, hidden: '123456' },
  { what: 'a mail address', message: { email: 'ada@example.org' }, hidden: 'ada@' },
  { what: "a session of the device cloud's, under any name", message: { id: 'x'.repeat(64) }, hidden: 'xxxx' },
  { what: 'one deep inside', message: { a: [{ b: { token: 'secret-7' } }] }, hidden: 'secret-7' },
])('hides $what', ({ message, hidden }) => {
  const shown = masked(message);
  expect(shown).not.toContain(hidden);
  expect(shown).toContain('(masked)');
});

test.each([
  { what: 'message ids', message: { messageId: '1f8cd3a4-5a0b-4d0e-8a63-0a4b6f8a7c21' } },
  { what: 'the scope of a consent', message: { scope: 'alexa::skills:account_linking' } },
  { what: 'moments', message: { timeOfSample: '2026-03-01T12:00:00.000Z' } },
  { what: 'types', message: { type: 'INVALID_AUTHORIZATION_CREDENTIAL'.slice(0, 23) } },
  { what: 'sentences', message: { message: 'the plug is not connected to its cloud' } },
  { what: 'numbers', message: { brightness: 30 } },
])('shows $what', ({ message }) => {
  expect(JSON.parse(masked(message))).toEqual(message);
});

test('a page of HTML is cut, not lost', () => {
  expect(masked(`<html>${'x'.repeat(5_000)}`)).toHaveLength(2_001);
});
