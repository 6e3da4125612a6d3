import type { Check } from '../check.ts';
import { advice, failed, passed, skipped } from '../finding.ts';
import { ask } from '../http.ts';
import { inShort } from '../linking-flow.ts';
import { PAIR } from './token-endpoint.ts';

export const secretChecks: readonly Check[] = [
  {
    name: 'messaging-client',
    title: 'Login with Amazon accepts the messaging credentials',
    async run(context) {
      const [{ messaging, linkingClients }, amazons] = await Promise.all([context.secrets(), context.messaging()]);
      const { clientId, clientSecret } = messaging;
      const remedy = 'Run npm run deploy, which fetches them from Amazon and puts them into the secret entry.';
      const elsewhere = linkingClients.some(({ secrets }) => secrets.some(({ secret }) => secret === clientSecret));
      const swapped = elsewhere ? '; the secret of pair 1 is in its place' : '';
      if (clientId !== amazons.clientId || clientSecret !== amazons.clientSecret)
        return failed(`${PAIR.messaging} is not that of this skill${swapped}`, remedy);
      // The code does not exist. The error shows whether Login with Amazon knows the client.
      const answer = await ask(context, context.lwaTokenUrl, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'authorization_code',
          code: 'preflight-asks-whether-the-client-is-known',
          client_id: clientId,
          client_secret: clientSecret,
        }),
      });
      const error = answer.json?.error;
      if (error === 'invalid_grant' || error === 'invalid_request') return passed('Login with Amazon knows them');
      if (error === 'invalid_client' || error === 'unauthorized_client')
        return failed(`${PAIR.messaging} is refused by Login with Amazon${swapped}`, remedy);
      return skipped(`Login with Amazon answers ${inShort(answer)}, so the credentials could not be checked`);
    },
  },
  {
    name: 'pkce',
    title: 'a stolen code is worth nothing (PKCE, RFC 7636)',
    async run(context) {
      // Amazon's skill management API neither shows nor sets it.
      if (!context.deployed) return passed('nothing is deployed here');
      const { clientId } = await context.accountLinking();
      const client = (await context.secrets()).linkingClients.find(({ id }) => id === clientId);
      if (client?.pkceRequired) return passed('the linking client requires it');
      return advice(
        'the linking client does not require PKCE, and only the developer console shows whether Alexa sends it',
        'Switch PKCE on in the developer console under Account Linking. Once a person has linked, set "pkceRequired": true for the client in the secret entry.',
      );
    },
  },
];
