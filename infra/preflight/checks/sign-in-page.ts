import { ALEXA_WAITS_MS } from '../../../lambda/adapters/own-address/own-address.ts';
import { CERTIFICATE_DAYS } from '../../../lambda/domain/diagnosis/hints.ts';
import { certificateOf } from '../certificate.ts';
import type { Check, CheckContext } from '../check.ts';
import { advice, failed, firstOf, passed, skipped } from '../finding.ts';
import { ask } from '../http.ts';
import { authorizationUrl, inShort } from '../linking-flow.ts';
import { linkingAddressChecks } from './linking-addresses.ts';
import { PAIR } from './token-endpoint.ts';

const DAY_MS = 86_400_000;
const MOST_SKEW_MS = 60_000;

const pageOf = async (context: CheckContext, redirectUri = context.redirectUris[0] ?? '') =>
  ask(context, authorizationUrl(await context.accountLinking(), redirectUri));

/** Function URLs and the own names of an HTTP API. */
const OF_AWS = /\.(?:on\.aws|amazonaws\.com)$/;

export const signInPageChecks: readonly Check[] = [
  {
    name: 'account-linking',
    title: 'account linking is set at Amazon',
    async run(context) {
      const { type, authorizationUrl: page, tokenUrl, scopes, clientId, wasSent } = await context.accountLinking();
      const { linkingClients } = await context.secrets();
      const known = linkingClients.some(({ id, retired }) => id === clientId && !retired);
      const deployAgain = 'Run npm run deploy, which sets account linking from the stack.';
      return firstOf(
        [
          type !== 'AUTH_CODE' &&
            failed(`account linking is of type ${type}, smart home accepts only AUTH_CODE`, deployAgain),
          scopes.length === 0 && failed('account linking has no scope; smart home needs one', deployAgain),
          !known &&
            failed(`${PAIR.linking}: Amazon holds client id ${clientId}, the secret entry does not`, deployAgain),
          wasSent === false &&
            failed(`${PAIR.linking}: the secret entry has another secret than Amazon was sent last`, deployAgain),
        ],
        `${page} and ${tokenUrl}`,
      );
    },
  },
  ...linkingAddressChecks,
  {
    name: 'sign-in-page',
    title: 'the sign-in page opens',
    after: ['sign-in-address', 'token-address'],
    async run(context) {
      const page = await pageOf(context);
      const look = 'Look at the log of account-linking for authorization-request-failed, and at its alarms.';
      return firstOf(
        [
          // A redirect URI or client that is refused has its own check.
          page.status !== 200 && page.status !== 400 && failed(`the sign-in page answers ${inShort(page)}`, look),
          page.type !== 'text/html' && failed(`the sign-in page is ${page.type}, not a page`, look),
          page.ms > ALEXA_WAITS_MS && failed(`the sign-in page took ${page.ms} ms`, look),
        ],
        `in ${page.ms} ms`,
      );
    },
  },
  {
    name: 'page-headers',
    title: 'no other page can frame or read the sign-in page',
    after: ['sign-in-page'],
    async run(context) {
      const { headers } = await pageOf(context);
      const wanted = [
        ['content-security-policy', "frame-ancestors 'none'"],
        ['x-frame-options', 'DENY'],
        ['cache-control', 'no-store'],
        ['referrer-policy', 'no-referrer'],
        ['x-content-type-options', 'nosniff'],
        ...(context.deployed ? [['strict-transport-security', 'max-age=']] : []),
      ] as const;
      const missing = wanted.filter(([name = '', value = '']) => !headers.get(name)?.includes(value));
      if (missing.length === 0) return passed(`${wanted.length} headers`);
      return failed(
        `the sign-in page lacks ${missing.map((pair) => pair.join(': ')).join(', ')}`,
        'Configure what is before account linking, such as a CDN, to pass its headers unchanged.',
      );
    },
  },
  {
    name: 'redirect-uris',
    title: 'the sign-in server accepts the redirect URIs of all regions',
    after: ['sign-in-page'],
    async run(context) {
      const answers = await Promise.all(
        context.redirectUris.map(async (uri) => ({ uri, status: (await pageOf(context, uri)).status })),
      );
      const refused = answers.filter(({ status }) => status !== 200).map(({ uri }) => uri);
      if (refused.length === 0) return passed(`${answers.length} redirect URIs`);
      return failed(
        `the sign-in server refuses the redirect URI ${refused.join(' and ')}`,
        'Run npm run deploy, which registers all redirect URIs of the vendor id, or add it to redirectUris in the secret entry.',
      );
    },
  },
  {
    name: 'strangers',
    title: 'the sign-in server redirects only to registered addresses',
    after: ['sign-in-page'],
    async run(context) {
      const linking = await context.accountLinking();
      const [uri = ''] = context.redirectUris;
      const strange = [
        authorizationUrl({ ...linking, clientId: 'nobody' }, uri),
        authorizationUrl(linking, 'https://stranger.example/'),
        authorizationUrl(linking, `${uri}/more`),
        authorizationUrl(linking, ''),
      ];
      const answers = await Promise.all(strange.map((url) => ask(context, url)));
      const wrong = answers.find(({ status, headers }) => status < 400 || status >= 500 || headers.has('location'));
      if (!wrong) return passed('an unknown client or redirect URI gets a page and no redirect');
      return failed(
        `a request with an unknown client or redirect URI is answered with ${inShort(wrong)}`,
        'Compare redirect URIs as whole texts and answer with a page of your own (RFC 9700 section 2.1).',
      );
    },
  },
  {
    name: 'own-domain',
    title: 'no link depends on an address that ends with its function',
    async run(context) {
      if (!context.deployed) return passed('nothing is deployed here');
      const { authorizationUrl: page } = await context.accountLinking();
      const { host } = new URL(page);
      if (!OF_AWS.test(host)) return passed(host);
      const says = `account linking is at ${host}, which ends when the function is created again, and with it every link made there`;
      const remedy =
        'Before others link, run npm run deploy -- --domain with a name of yours, such as lamps.example.org.';
      return context.publish ? failed(says, remedy) : advice(says, remedy);
    },
  },
  {
    name: 'certificate',
    title: 'the certificate is good for three weeks',
    after: ['sign-in-page'],
    async run(context) {
      const { authorizationUrl: page, tokenUrl } = await context.accountLinking();
      const urls = context.certificate ? [context.certificate.url] : [page, tokenUrl];
      const hosts = [...new Set(urls.filter((url) => url.startsWith('https://')).map((url) => new URL(url).origin))];
      if (hosts.length === 0) return skipped('account linking is not on HTTPS here');
      const days = await Promise.all(
        hosts.map(async (host) => {
          const { validTo, issuer } = await certificateOf(host, context.certificate?.ca);
          return { host, issuer, left: Math.floor((validTo.getTime() - context.clock.now().getTime()) / DAY_MS) };
        }),
      );
      const short = days.find(({ left }) => left < CERTIFICATE_DAYS);
      if (!short)
        return passed(days.map(({ host, left, issuer }) => `${host}: ${left} days, issued by ${issuer}`).join(', '));
      return failed(
        `the certificate of ${short.host} ends in ${short.left} days; after that no link can be made or refreshed`,
        short.issuer === 'Amazon'
          ? 'It renews itself while its record is in the DNS: open it in the Certificate Manager console, which shows the record.'
          : `Renew it now, at ${short.issuer}.`,
      );
    },
  },
  {
    name: 'clock',
    title: 'the clocks agree',
    after: ['sign-in-page'],
    async run(context) {
      const { headers } = await pageOf(context);
      const theirs = Date.parse(headers.get('date') ?? '');
      if (Number.isNaN(theirs)) return skipped('the server sends no Date header');
      const seconds = Math.round((theirs - Date.now()) / 1000);
      if (Math.abs(seconds) * 1000 <= MOST_SKEW_MS) return passed(`within ${Math.abs(seconds)} s`);
      return failed(
        `the sign-in server's clock is ${Math.abs(seconds)} s ${seconds > 0 ? 'ahead of' : 'behind'} this machine's`,
        'Set the clock of this machine. If it is right, the server’s clock is wrong, and tokens expire at the wrong time.',
      );
    },
  },
];
