import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type LinkingDesk, startLinkingDesk } from './support.ts';

let desk: LinkingDesk;
beforeEach(async () => {
  desk = await startLinkingDesk();
});
afterEach(() => desk.close());

const PATH = '/.well-known/oauth-authorization-server';

test('the metadata names the address that was asked', async () => {
  const response = await desk.answer(new Request(`https://old.example.org${PATH}`));
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({
    issuer: 'https://old.example.org',
    authorization_endpoint: 'https://old.example.org/authorize',
    token_endpoint: 'https://old.example.org/token',
    revocation_endpoint: 'https://old.example.org/revoke',
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    revocation_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    code_challenge_methods_supported: ['S256'],
  });
  expect(await (await fetch(desk.url + PATH)).json()).toMatchObject({ issuer: desk.url });
});

test('an address that is not ours has none', async () => {
  expect((await desk.answer(new Request(`https://evil.example${PATH}`))).status).toBe(404);
});

test('POST is not answered', async () => {
  expect((await fetch(desk.url + PATH, { method: 'POST' })).status).toBe(405);
});
