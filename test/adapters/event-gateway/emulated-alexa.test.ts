import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { AlexaFault, EmulatedAlexa } from '../../../desk/alexa/contract.ts';
import { startAlexa } from '../../../desk/alexa/emulator.ts';
import { createAlexaGateway } from '../../../lambda/adapters/event-gateway/gateway.ts';
import { testClock } from '../../support/clock.ts';

const signal = () => AbortSignal.timeout(110_000);
const eventWith = (token: string) => ({
  event: {
    header: { namespace: 'Alexa.Discovery', name: 'DeleteReport', messageId: 'message-1', payloadVersion: '3' },
    payload: { endpoints: [{ endpointId: '1613723' }], scope: { type: 'BearerToken', token } },
  },
});

let alexa: EmulatedAlexa;

beforeEach(async () => {
  alexa = await startAlexa({ clock: testClock() });
});

afterEach(() => alexa.close());

test('a token that nobody has is refused with the code of the gateway', async () => {
  const gateway = createAlexaGateway({ urls: alexa.gatewayUrls });
  await expect(gateway.send('EU', 'Atza|none', eventWith('Atza|none'), signal())).rejects.toMatchObject({
    name: 'EventRefused',
    status: 401,
    code: 'INVALID_ACCESS_TOKEN_EXCEPTION',
  });
  expect(alexa.counts.events).toBe(1);
});

test.each<{ fault: AlexaFault; error: object }>([
  {
    fault: { at: 'FE', kind: 'status', status: 403, code: 'SKILL_NEVER_ENABLED_EXCEPTION' },
    error: { name: 'EventRefused', status: 403, code: 'SKILL_NEVER_ENABLED_EXCEPTION' },
  },
  { fault: { at: 'FE', kind: 'html' }, error: { name: 'EventRefused', status: 502, code: undefined } },
  { fault: { at: 'FE', kind: 'reset' }, error: { name: 'GatewayUnreachable' } },
  { fault: { at: 'FE', kind: 'hang' }, error: { name: 'GatewayUnreachable' } },
])('$fault.kind', async ({ fault, error }) => {
  alexa.inject(fault);
  const gateway = createAlexaGateway({ urls: alexa.gatewayUrls, timeoutMs: fault.kind === 'hang' ? 200 : 60_000 });
  await expect(gateway.send('FE', 'Atza|any', eventWith('Atza|any'), signal())).rejects.toMatchObject(error);
});

test('a gateway that says 204 for accepted events still refuses a token that nobody has', async () => {
  alexa.inject({ at: 'FE', kind: 'accept', status: 204 });
  const gateway = createAlexaGateway({ urls: alexa.gatewayUrls });
  await expect(gateway.send('FE', 'Atza|any', eventWith('Atza|any'), signal())).rejects.toMatchObject({ status: 401 });
});
