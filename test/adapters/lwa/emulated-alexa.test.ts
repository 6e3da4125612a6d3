import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { AlexaFault, EmulatedAlexa } from '../../../desk/alexa/contract.ts';
import { startAlexa } from '../../../desk/alexa/emulator.ts';
import { createTokenClient } from '../../../lambda/adapters/lwa/token-client.ts';
import type { TokenClient } from '../../../lambda/ports/token-client.ts';
import { testClock } from '../../support/clock.ts';

const clock = testClock();
const signal = () => AbortSignal.timeout(110_000);

let alexa: EmulatedAlexa;
let tokens: TokenClient;

beforeEach(async () => {
  alexa = await startAlexa({ clock });
  tokens = createTokenClient({ url: alexa.tokenUrl, ...alexa.messaging, clock });
});

afterEach(() => alexa.close());

/** The code of an AcceptGrant, which reaches a skill and nobody else. */
async function grantCode(): Promise<string> {
  let code = '';
  const customer = alexa.addCustomer({
    accessToken: async () => 'grantee-token',
    invoke: async (event) => {
      ({ code } = (event as { directive: { payload: { grant: { code: string } } } }).directive.payload.grant);
      throw new Error('the code is used later');
    },
  });
  await customer.acceptGrant().catch(() => undefined);
  expect(code).not.toBe('');
  return code;
}

test('a code becomes tokens, and the refresh token further ones', async () => {
  const first = await tokens.exchange(await grantCode(), signal());
  const second = await tokens.refresh(first.refreshToken, signal());
  expect(second.accessToken).toMatch(/^Atza\|/);
  expect(second.accessToken).not.toBe(first.accessToken);
  expect(Date.parse(second.expiresAt) - Date.parse(second.issuedAt)).toBe(3_600_000);
  expect(alexa.problems.filter((problem) => /token request|redirect_uri|form/.test(problem))).toEqual([]);
});

test('a code is good once', async () => {
  const code = await grantCode();
  await tokens.exchange(code, signal());
  await expect(tokens.exchange(code, signal())).rejects.toMatchObject({ name: 'GrantRevoked' });
});

test('a code whose tokens were lost with the connection is spent', async () => {
  alexa.inject({ at: 'lwa', kind: 'reset', times: 1 });
  await expect(tokens.exchange(await grantCode(), signal())).rejects.toMatchObject({ name: 'GrantRevoked' });
});

test('a refresh whose answer was lost is repeated', async () => {
  const { refreshToken } = await tokens.exchange(await grantCode(), signal());
  alexa.inject({ at: 'lwa', kind: 'reset', times: 1 });
  expect(await tokens.refresh(refreshToken, signal())).toMatchObject({ accessToken: expect.stringMatching(/^Atza/) });
});

test.each<{ fault: AlexaFault; error: string }>([
  { fault: { at: 'lwa', kind: 'invalid-grant' }, error: 'GrantRevoked' },
  { fault: { at: 'lwa', kind: 'invalid-client' }, error: 'MessagingClientRefused' },
  { fault: { at: 'lwa', kind: 'status', status: 503 }, error: 'TokenServiceUnreachable' },
  { fault: { at: 'lwa', kind: 'html' }, error: 'TokenServiceUnreachable' },
])('$fault.kind: $error, and the grant lives on', async ({ fault, error }) => {
  const { refreshToken } = await tokens.exchange(await grantCode(), signal());
  const endFault = alexa.inject(fault);
  await expect(tokens.refresh(refreshToken, signal())).rejects.toMatchObject({ name: error });
  endFault();
  await expect(tokens.refresh(refreshToken, signal())).resolves.toBeDefined();
});

test('another client’s secret', async () => {
  const stranger = createTokenClient({ url: alexa.tokenUrl, clientId: 'linking', clientSecret: 'linking', clock });
  await expect(stranger.refresh('Atzr|any', signal())).rejects.toMatchObject({ name: 'MessagingClientRefused' });
});
