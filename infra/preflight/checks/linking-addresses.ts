import type { Check, CheckContext } from '../check.ts';
import { advice, failed, passed, type Verdict } from '../finding.ts';
import { askForToken, BOGUS_REFRESH } from '../http.ts';
import { ownOrigins } from '../target.ts';

// The two addresses that Amazon keeps for account linking, compared with those that the functions name. Spellings that mean the same address
// (RFC 3986 section 6.2.2: case of scheme and host; the default port) are no difference.

const DEPLOY = 'Run npm run deploy, which sets account linking from the stack.';

export const linkingAddressChecks: readonly Check[] = [
  {
    name: 'sign-in-address',
    title: 'Amazon sends people to our sign-in page',
    after: ['account-linking'],
    run: async (context) => {
      const { authorizationUrl, tokenUrl } = await context.accountLinking();
      const verdict = await verdictOn(authorizationUrl, '/authorize', context);
      // Said once, of the token address at the same place.
      return verdict.outcome === 'advice' ? passed(`at the place of ${tokenUrl}`) : verdict;
    },
  },
  {
    name: 'token-address',
    title: 'Amazon sends codes to our token endpoint',
    after: ['account-linking'],
    run: async (context) => verdictOn((await context.accountLinking()).tokenUrl, '/token', context),
  },
];

/** @param path where our server serves it; it knows no other spelling */
async function verdictOn(text: string, path: string, context: CheckContext): Promise<Verdict> {
  const [preferred, ...others] = ownOrigins(await context.stacks());
  const ours =
    preferred === undefined ? '' : `, and ours is ${[preferred, ...others].map((one) => one + path).join(' or ')}`;
  if (!URL.canParse(text))
    return failed(`Amazon holds ${text} for account linking, which is no address${ours}`, DEPLOY);
  const url = new URL(text);
  if (context.deployed && url.protocol !== 'https:') return failed(`${text} is not an HTTPS address${ours}`, DEPLOY);
  if (url.pathname !== path)
    return failed(
      `Amazon holds ${text} for account linking, and our server knows only ${url.origin}${path} there`,
      DEPLOY,
    );
  if (preferred === undefined || [preferred, ...others].includes(url.origin)) return passed(url.origin + path);
  if (!(await answersAsOurs(url.origin, context)))
    return failed(`Amazon holds ${text} for account linking${ours}`, DEPLOY);
  return advice(
    `Amazon holds ${text} for account linking, which answers as ours does, though the functions name only ${[preferred, ...others].join(' and ')}`,
    'Keep it in PublicUrls: what was linked there needs it for as long as the link lasts. npm run deploy sets the preferred address.',
  );
}

/**
 * Whether the server at an address knows Alexa's client secret, and no other one. The secret goes only where Amazon sends it with each refresh:
 * to the token address that it keeps.
 */
async function answersAsOurs(origin: string, context: CheckContext): Promise<boolean> {
  const { tokenUrl } = await context.accountLinking();
  if (!URL.canParse(tokenUrl) || new URL(tokenUrl).origin !== origin) return false;
  const ask = (secret?: string) =>
    askForToken(context, BOGUS_REFRESH, secret === undefined ? {} : { clientSecret: secret }).catch(() => undefined);
  const refused = await ask('surely-not-the-secret');
  if (refused?.json?.error !== 'invalid_client') return false;
  const known = await ask();
  return known?.status === 400 && known.json?.error === 'invalid_grant';
}
