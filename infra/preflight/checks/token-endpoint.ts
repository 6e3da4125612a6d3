import { ALEXA_WAITS_MS } from '../../../lambda/adapters/own-address/own-address.ts';
import type { Check } from '../check.ts';
import { failed, firstOf, passed, skipped } from '../finding.ts';
import { ask, askForToken, BOGUS_REFRESH } from '../http.ts';
import { inShort } from '../linking-flow.ts';

/** Names of the three pairs of credentials in findings. */
export const PAIR = {
  linking: 'pair 1 of 3, account linking (Alexa authenticates at our token endpoint with it)',
  messaging: 'pair 2 of 3, Alexa Skill Messaging (we authenticate at Login with Amazon with it)',
  sealing: 'pair 3 of 3, the sealing keys (the skill reads tokens of the sign-in server with them)',
} as const;

export const tokenEndpointChecks: readonly Check[] = [
  {
    name: 'token-redirect',
    title: 'the token endpoint does not redirect',
    after: ['sign-in-page'],
    async run(context) {
      const { status, headers } = await askForToken(context, BOGUS_REFRESH);
      if (status < 300 || status >= 400) return passed('no redirect');
      return failed(
        `the token endpoint redirects to ${originOf(headers.get('location'))}, and a POST is lost in a redirect`,
        'Set the target of the redirect in account linking (npm run deploy takes it from PublicUrls).',
      );
    },
  },
  {
    name: 'token-json',
    title: 'the token endpoint answers in JSON, also with errors',
    after: ['token-redirect'],
    async run(context) {
      const answer = await askForToken(context, BOGUS_REFRESH);
      const { status, type, json, headers } = answer;
      return firstOf(
        [
          status >= 500 &&
            type === 'application/json' &&
            failed(
              `the token endpoint fails: ${inShort(answer)}`,
              'Look for token-request-failed in the log of account-linking. Links survive if this ends soon.',
            ),
          (type !== 'application/json' || typeof json?.error !== 'string') &&
            failed(
              `the token endpoint answers ${status} with ${type} and no JSON error`,
              'Look at what answers there: usually it is an error page of a gateway, a CDN or a firewall.',
            ),
          !headers.get('cache-control')?.includes('no-store') &&
            failed('tokens could be cached on the way', 'Answer with Cache-Control: no-store (RFC 6749 section 5.1).'),
        ],
        inShort(answer),
      );
    },
  },
  {
    name: 'token-time',
    title: 'the token endpoint answers in time',
    after: ['token-redirect'],
    async run(context) {
      // The first one may have to start the function.
      const answers = [await askForToken(context, BOGUS_REFRESH), await askForToken(context, BOGUS_REFRESH)];
      const slowest = Math.max(...answers.map(({ ms }) => ms));
      if (slowest < ALEXA_WAITS_MS) return passed(`${slowest} ms of ${ALEXA_WAITS_MS}`);
      return failed(
        `the token endpoint took ${slowest} ms; Alexa gives up after ${ALEXA_WAITS_MS} ms, and may unlink`,
        'Look at memory and start time of account-linking and at the latency of the table; a refresh needs two reads.',
      );
    },
  },
  {
    name: 'linking-client',
    title: 'the sign-in server accepts Alexa’s client secret',
    after: ['token-json'],
    async run(context) {
      const answer = await askForToken(context, BOGUS_REFRESH);
      if (answer.status === 400 && answer.json?.error === 'invalid_grant')
        return passed('and refuses an unknown refresh token');
      if (answer.json?.error !== 'invalid_client')
        return failed(
          `an unknown refresh token is answered with ${inShort(answer)} instead of 400 invalid_grant`,
          'Answer as RFC 6749 section 5.2 says: an authenticated client must learn what is wrong with its token.',
        );
      const [{ clientSecret }, { messaging }] = await Promise.all([context.accountLinking(), context.secrets()]);
      const swapped = clientSecret === messaging.clientSecret ? '; Alexa has the secret of pair 2 instead' : '';
      return failed(
        `${PAIR.linking} does not match${swapped}`,
        'Run npm run deploy, which sends the client secret of the secret entry to Amazon. Do not remove old ones there.',
      );
    },
  },
  {
    name: 'wrong-secret',
    title: 'the sign-in server refuses any other client secret',
    after: ['token-json'],
    async run(context) {
      const answer = await askForToken(context, BOGUS_REFRESH, { clientSecret: 'surely-not-the-secret' });
      if (answer.status === 401 && answer.json?.error === 'invalid_client') return passed('401 invalid_client');
      return failed(
        `a wrong client secret is answered with ${inShort(answer)} instead of 401 invalid_client`,
        'Authenticate the client before checking the rest of its request.',
      );
    },
  },
  {
    name: 'metadata',
    title: 'the metadata of the sign-in server is correct',
    after: ['token-redirect'],
    async run(context) {
      const { authorizationUrl, tokenUrl } = await context.accountLinking();
      const { origin } = new URL(tokenUrl);
      const { status, json } = await ask(context, `${origin}/.well-known/oauth-authorization-server`);
      if (status === 404 && !context.deployed) return skipped('there is none');
      const wrong = [
        ['issuer', origin],
        ['authorization_endpoint', authorizationUrl],
        ['token_endpoint', tokenUrl],
      ].filter(([name = '', value]) => json?.[name] !== value);
      if (status === 200 && wrong.length === 0) return passed(origin);
      return failed(
        status === 200
          ? `the metadata at ${origin} has another ${wrong.map(([name]) => name).join(', ')} than Amazon`
          : `the metadata at ${origin} is answered with ${status}`,
        'List every address in use in the parameter PublicUrls, preferred first, and run npm run deploy.',
      );
    },
  },
];

const originOf = (location: string | null): string =>
  location !== null && URL.canParse(location) ? new URL(location).origin : 'elsewhere';
