import type { AlexaExchange } from './alexa/contract.ts';
import { at, text } from './json-path.ts';
import type { HopMessage } from './message-log.ts';
import { type Names, outcomeOf, prefixed } from './message-names.ts';

const NO_TOKENS = 'Login with Amazon gives no tokens, so reports must wait.';
const GRANT_REVOKED = 'Login with Amazon has taken the permission to report back.';

export function ofLoginWithAmazon(exchange: AlexaExchange, names: Names): HopMessage {
  if (exchange.scope === 'linking') return ofConsentTokens(exchange);
  const { sent, answered, status, ms, problems, customer = '' } = exchange;
  const isGrant = text(at(sent, 'grant_type')) === 'authorization_code';
  const ok = status === 200;
  const path = `lwa/${customer}`;
  const isRevoked = text(at(answered, 'error')) === 'invalid_grant';
  const sentence = prefixed(names.customer(customer), isRevoked ? GRANT_REVOKED : NO_TOKENS);
  return {
    ...{ sent, answered, ms, problems, ok, outcome: outcomeOf(status), to: 'lwa' },
    from: isGrant ? 'skill' : 'report-worker',
    title: isGrant ? 'exchange the grant code' : 'refresh the access token',
    ...(ok ? { works: [path] } : { breaks: [{ path, hop: 'lwa', sentence }] }),
  };
}

/** Tokens for the Skill Enablement API. Where there are none, nothing on the way to the lamp is broken. */
function ofConsentTokens({ sent, answered, status, ms, problems }: AlexaExchange): HopMessage {
  const isCode = text(at(sent, 'grant_type')) === 'authorization_code';
  return {
    ...{ sent, answered, ms, problems, from: 'account-linking', to: 'lwa', outcome: outcomeOf(status) },
    title: isCode ? 'exchange the code of the consent' : 'refresh the token of the consent',
    ok: status === 200,
  };
}

/** A visit to Amazon's consent page, to which our page sent the browser. */
export function ofConsent({ sent, status, problems }: AlexaExchange): HopMessage {
  const isAnswer = text(at(sent, 'answer')) !== '';
  return {
    ...{ sent, problems, from: 'account-linking', to: 'lwa', outcome: outcomeOf(status) },
    title: isAnswer ? `consent: ${text(at(sent, 'answer'))}` : 'ask for consent',
    ok: status < 400 && problems.length === 0,
  };
}

const API_TITLES: Readonly<Record<string, string>> = {
  GET: 'ask Alexa for the enablement',
  DELETE: 'disable the skill',
};

/** A call of ours to the Alexa API. Where it fails the person sees it on our page, so nothing on the way to the lamp is broken. */
export function ofAlexaApi({ sent, answered, status, ms, problems }: AlexaExchange): HopMessage {
  const isEndpoint = text(at(sent, 'path')) === '/v1/alexaApiEndpoint';
  const title = isEndpoint ? 'ask for the API endpoint' : (API_TITLES[text(at(sent, 'method'))] ?? 'enable and link');
  const ok = status >= 200 && status < 300 && problems.length === 0;
  return {
    ...{ sent, answered, ms, problems, ok, title, from: 'account-linking', to: 'alexa' },
    outcome: outcomeOf(status),
  };
}
