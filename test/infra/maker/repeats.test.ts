import { expect, test } from '@jest/globals';
import type { Answer } from '../../../infra/preflight/http.ts';
import type { FlowClient } from '../../../infra/preflight/maker/flow/client.ts';
import { judgeUnknownToken, judgeWrongSecret } from '../../../infra/preflight/maker/flow/errors.ts';
import { atOnceProbe } from '../../../infra/preflight/maker/flow/repeats.ts';
import { testClock } from '../../support/clock.ts';

// What single answers of a token endpoint come to.

const answer = (status: number, error?: string): Answer => {
  const json = error === undefined ? { access_token: 'a', refresh_token: 'r' } : error === '' ? undefined : { error };
  return { status, type: json ? 'application/json' : 'text/html', headers: new Headers(), text: '', json, ms: 1 };
};
const good = answer(200);

test.each([
  { when: 'all are good', six: [good, good, good, good, good, good], after: good, outcome: 'good' },
  {
    when: 'some are asked to come later',
    six: [good, answer(503, 'server_error'), good, answer(503, ''), good, good],
    after: good,
    outcome: 'good',
  },
  {
    when: 'all are, and the link lives',
    six: Array.from({ length: 6 }, () => answer(500, '')),
    after: good,
    outcome: 'good',
  },
  // As ory/hydra answers refreshes that meet each other.
  {
    when: 'one gets another error, and the link lives',
    six: [good, good, answer(400, 'invalid_request'), good, good, good],
    after: good,
    outcome: 'advice',
  },
  {
    when: 'one gets another error, and the link ends',
    six: [good, good, answer(400, 'invalid_request'), good, good, good],
    after: answer(400, 'invalid_grant'),
    outcome: 'bad',
  },
  {
    when: 'one sounds like an ended link',
    six: [good, answer(400, 'invalid_grant'), good, good, good, good],
    after: good,
    outcome: 'bad',
  },
  {
    when: 'all are good, and the link ends',
    six: [good, good, good, good, good, good],
    after: answer(400, 'invalid_grant'),
    outcome: 'bad',
  },
])('six refreshes at once: $when: $outcome', async ({ six, after, outcome }) => {
  const answers = [...six, after];
  const client: FlowClient = {
    times: [],
    link: async () => ({ answer: good, accessToken: 'a', refreshToken: 'r' }),
    refresh: async () => answers.shift() ?? answer(500, ''),
    introspect: async () => answer(404, ''),
    authorize: async () => 'code',
    exchange: async () => good,
  };
  const url = 'https://login.acme.example';
  const server = {
    kind: 'other',
    issuer: url,
    authorizationUrl: url,
    tokenUrl: url,
    clientId: 'alexa',
    scopes: [],
  } as const;
  const signIn = async () => new URL(url);
  const ports = {
    clock: testClock(),
    clientSecret: 's',
    clientAuthentication: 'basic',
    redirectUri: url,
    signIn,
  } as const;
  const [found] = await atOnceProbe.run({ client, server, ports, discovery: {} });
  expect(found?.outcome).toBe(outcome);
});

test.each([
  { status: 400, error: 'invalid_grant', outcome: 'good' },
  { status: 403, error: 'invalid_grant', outcome: 'good' }, // Auth0
  { status: 401, error: 'invalid_grant', outcome: 'good' },
  { status: 400, error: 'invalid_request', outcome: 'good' }, // the token is none of its form
  { status: 401, error: 'invalid_client', outcome: 'bad' },
  { status: 401, error: 'unauthorized_client', outcome: 'bad' }, // Keycloak, of a wrong secret
  { status: 400, error: '', outcome: 'bad' },
  { status: 500, error: 'server_error', outcome: 'bad' },
  { status: 200, error: undefined, outcome: 'bad' },
])('an unknown refresh token, $status $error: $outcome', ({ status, error, outcome }) => {
  expect(judgeUnknownToken(answer(status, error)).outcome).toBe(outcome);
});

test.each([
  { status: 401, error: 'invalid_client', outcome: 'good' },
  { status: 400, error: 'invalid_client', outcome: 'good' }, // Cognito
  { status: 401, error: 'access_denied', outcome: 'good' }, // Auth0
  { status: 401, error: 'unauthorized_client', outcome: 'good' }, // Keycloak
  { status: 400, error: 'invalid_grant', outcome: 'bad' },
  { status: 401, error: '', outcome: 'bad' },
  { status: 200, error: undefined, outcome: 'bad' },
])('a wrong client secret, $status $error: $outcome', ({ status, error, outcome }) => {
  expect(judgeWrongSecret(answer(status, error)).outcome).toBe(outcome);
});
