import { isChallenge } from '../../lambda/linking/pkce.ts';
import { type AmazonLogin, consentAnswers, consentPage, errorPage } from './consent-page.ts';
import type { SkillSettings } from './contract.ts';
import type { LoginWithAmazon } from './lwa.ts';
import type { Handled, Reply } from './reply.ts';

export const CONSENT_PATH = '/ap/oa';
export const CONSENT_SCOPE = 'alexa::skills:account_linking';

export interface ConsentParts {
  readonly lwa: LoginWithAmazon;
  readonly skill: SkillSettings;
  /** Who can be signed in at Amazon in the browser. */
  readonly accounts: () => readonly AmazonLogin[];
}

/**
 * Amazon's consent page: GET shows it, POST to the same address answers it with the form fields `answer` and `account`.
 * @see https://developer.amazon.com/docs/alexaplus/account-linking/your-app-to-alexa-step3.html
 */
export function createConsent({ lwa, skill, accounts }: ConsentParts) {
  const wrongAddress = (query: URLSearchParams): string | undefined => {
    if (query.get('client_id') !== lwa.messaging.clientId) return 'Unknown client Id';
    if (!skill.redirectUrls().includes(query.get('redirect_uri') ?? '')) return 'Not an allowed return URL';
    return undefined;
  };

  function answer(query: URLSearchParams, form: URLSearchParams): Reply {
    const given = consentAnswers.find((one) => one === form.get('answer'));
    if (!given) return { status: 400, html: errorPage('Choose one of the buttons') };
    if (given !== 'allow') return backTo(query, { error: given });
    const owner = accounts().find(({ id }) => id === (form.get('account') ?? accounts()[0]?.id));
    if (!owner) return { status: 400, html: errorPage('There is no such Amazon account') };
    const challenge = query.get('code_challenge');
    const redirectUri = query.get('redirect_uri') ?? '';
    const code = lwa.issueConsentCode(owner.id, { redirectUri, ...(challenge !== null && { challenge }) });
    return backTo(query, { code });
  }

  function reply(method: string, query: URLSearchParams, form: URLSearchParams): Reply {
    if (method !== 'GET' && method !== 'POST') return { status: 405 };
    const wrong = wrongAddress(query);
    // The person stays here: a redirect to an address that nobody registered would be an open redirector.
    if (wrong) return { status: 400, html: errorPage(wrong) };
    const error = requestError(query);
    if (error) return backTo(query, { error });
    if (method === 'POST') return answer(query, form);
    return { status: 200, html: consentPage({ skill: skill.name, accounts: accounts(), answers: consentAnswers }) };
  }

  return (method: string, url: URL, body: string): Handled => {
    const query = url.searchParams;
    const wrong = wrongAddress(query);
    const problems = method === 'GET' ? [...(wrong ? [wrong] : []), ...remarksOn(query)] : [];
    const sent = Object.fromEntries([...query, ...new URLSearchParams(body)]);
    return {
      reply: reply(method, query, new URLSearchParams(body)),
      subject: 'consent',
      exchange: { channel: 'consent', sent, problems },
    };
  };
}

/** The error of a request whose client and address are right (RFC 6749 section 4.1.2.1). */
function requestError(query: URLSearchParams): string | undefined {
  const responseType = query.get('response_type');
  if (responseType === null) return 'invalid_request';
  if (responseType !== 'code') return 'unsupported_response_type';
  if (query.get('scope') !== CONSENT_SCOPE) return 'invalid_scope';
  const challenge = query.get('code_challenge');
  if (challenge === null) return undefined;
  return query.get('code_challenge_method') === 'S256' && isChallenge(challenge) ? undefined : 'invalid_request';
}

/** What Amazon takes, and a skill of ours must not send. */
const remarksOn = (query: URLSearchParams): readonly string[] => [
  ...(query.get('state') ? [] : ['there is no state']),
  ...(query.has('code_challenge') ? [] : ['there is no code_challenge']),
];

function backTo(query: URLSearchParams, answer: Readonly<Record<string, string>>): Reply {
  const url = new URL(query.get('redirect_uri') ?? '');
  for (const [name, value] of Object.entries(answer)) url.searchParams.set(name, value);
  const state = query.get('state');
  if (state !== null) url.searchParams.set('state', state);
  return { status: 302, location: url.href };
}
