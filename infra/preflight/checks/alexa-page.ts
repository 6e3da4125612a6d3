import { consentRedirects } from '../../deploy/account-linking.ts';
import type { Check, CheckContext } from '../check.ts';
import { failed, firstOf, passed, skipped } from '../finding.ts';
import { type Answer, ask } from '../http.ts';
import { type FunctionName, ownOrigins } from '../target.ts';

// What the page needs that connects Alexa again (`/alexa`), from Amazon and from the stack.

/** Those that send messages with a link to the page, or ask Amazon. */
const NEED_ID: readonly FunctionName[] = ['skill', 'account-linking', 'device-watch', 'report-worker', 'maintenance'];
const NEED_STAGE: readonly FunctionName[] = ['account-linking', 'maintenance'];
const MOST_HOPS = 5;

export const alexaPageChecks: readonly Check[] = [
  {
    name: 'skill-id',
    title: 'the functions know the skill and its stage',
    after: ['stack'],
    async run(context) {
      const found = (await context.stacks()).flatMap(({ awsRegion, functions }) =>
        (Object.entries(functions) as [FunctionName, { environment: Readonly<Record<string, string>> }][]).map(
          ([name, { environment }]) => ({ name, where: `${name} in ${awsRegion}`, environment }),
        ),
      );
      const remedy = 'Run npm run deploy, whose template sets SKILL_ID and SKILL_STAGE.';
      const wrong = found.find(
        ({ name, environment }) => NEED_ID.includes(name) && environment.SKILL_ID !== context.skillId,
      );
      const stages = found.filter(({ name }) => NEED_STAGE.includes(name));
      const odd = stages.find(({ environment: { SKILL_STAGE = '' } }) => !/^(development|live)$/.test(SKILL_STAGE));
      const [stage = 'no stage'] = stages.map(({ environment }) => environment.SKILL_STAGE);
      return firstOf(
        [
          wrong && failed(`${wrong.where} has SKILL_ID ${wrong.environment.SKILL_ID || 'unset'}`, remedy),
          odd && failed(`${odd.where} has SKILL_STAGE ${odd.environment.SKILL_STAGE || 'unset'}`, remedy),
        ],
        `${stage}`,
      );
    },
  },
  {
    name: 'redirect-urls',
    title: "Amazon's consent page may lead back to our addresses",
    after: ['account-linking'],
    async run(context) {
      const { redirectUrls } = await context.accountLinking();
      const wanted = consentRedirects(await originsOf(context));
      const missing = wanted.filter((url) => !redirectUrls.includes(url));
      if (missing.length === 0) return passed(wanted.join(' and '));
      return failed(
        `account linking lacks the redirect URL ${missing.join(' and ')}, so Alexa cannot be connected from the page /alexa`,
        'Run npm run deploy, which sets it. What was typed into the developer console stays.',
      );
    },
  },
  {
    name: 'consent-page',
    title: "Amazon's consent page knows the skill",
    after: ['messaging-client', 'redirect-urls'],
    async run(context) {
      const { redirectUrls } = await context.accountLinking();
      const redirectUri = redirectUrls.find((url) => url.endsWith('/alexa/callback')) ?? '';
      const { clientId } = (await context.secrets()).messaging;
      const url = new URL(context.lwaAuthorizeUrl);
      url.search = new URLSearchParams({
        client_id: clientId,
        scope: 'alexa::skills:account_linking',
        response_type: 'code',
        redirect_uri: redirectUri,
        state: 'preflight',
        code_challenge: 'preflight-asks-whether-the-page-opens------',
        code_challenge_method: 'S256',
      }).toString();
      const page = await followed(context, url.href, redirectUri);
      if (page === 'sent-back' || isErrorPage(page)) {
        return failed(
          `Login with Amazon refuses the consent page of this skill for ${redirectUri}`,
          'Compare the client id and the redirect URLs on the Permissions and Account Linking pages of the developer console.',
        );
      }
      return page.status < 400
        ? passed('Amazon asks for the sign-in')
        : skipped(`Amazon answers ${page.status}, so the consent page could not be checked`);
    },
  },
];

/** The addresses of account linking: those that the function was given, else that of the authorization page. */
async function originsOf(context: CheckContext): Promise<string[]> {
  const { authorizationUrl } = await context.accountLinking();
  const atAmazon = URL.canParse(authorizationUrl) ? [new URL(authorizationUrl).origin] : [];
  return [...new Set([...atAmazon, ...ownOrigins(await context.stacks())])];
}

/** Where a browser without a session at Amazon ends. `sent-back`: at our own address, with an error and nobody asked. */
async function followed(context: CheckContext, url: string, redirectUri: string): Promise<Answer | 'sent-back'> {
  let at = url;
  for (let hops = 0; ; hops++) {
    const answer = await ask(context, at);
    const location = answer.headers.get('location');
    if (answer.status < 300 || answer.status >= 400 || location === null || hops === MOST_HOPS) return answer;
    at = new URL(location, at).href;
    if (at.startsWith(redirectUri)) return 'sent-back';
  }
}

/** Amazon's own error page: 400, or a page that says so. */
const isErrorPage = ({ status, text }: Answer): boolean => status === 400 || /error summary/i.test(text);
