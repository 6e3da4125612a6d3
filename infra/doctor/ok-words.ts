import type { Hop } from '../../lambda/domain/diagnosis/hops.ts';
import type { Proof } from '../../lambda/domain/diagnosis/judgement.ts';

const DIRECTIVE = 'Alexa sent a directive';
const REFRESH = 'Alexa refreshed its token';

/** What shows that a hop works: for each proof that it can have. */
const OK: Readonly<Record<Hop, Readonly<Partial<Record<Proof, string>>>>> = {
  'sign-in-page': { probe: 'the page opens' },
  'code-exchange': { rows: 'the code of the live link was exchanged' },
  'accept-grant': { rows: 'the grant of the latest link is kept' },
  discovery: { rows: 'Alexa was told about every lamp that is listed' },
  voice: { directive: DIRECTIVE, person: 'the sentence arrived' },
  'alexa-link': { directive: DIRECTIVE, refresh: REFRESH },
  'token-refresh': { probe: 'a refresh was tried, and answered as it should be', refresh: REFRESH },
  delivery: { directive: DIRECTIVE, probe: 'Alexa may invoke the function' },
  'token-check': { directive: 'a directive came with a token of ours' },
  table: { probe: 'it answers' },
  'device-cloud': { probe: 'it takes the session', directive: 'a directive was answered well' },
  plug: { probe: 'online', rows: 'online when it was last heard of' },
  lamp: { person: 'somebody saw the lamp react' },
  answer: { directive: 'a directive was answered well' },
  'plug-report': { person: 'the button of the plug was noticed' },
  watch: { rows: 'every account is watched' },
  comparison: { probe: 'no report waits long' },
  'event-token': { probe: 'Login with Amazon renews the grant' },
  gateway: { rows: 'the gateway took a report' },
  'alexa-copy': { person: 'the tile shows what the lamp does' },
};

/** @returns what shows that a hop works */
export const okWords = (hop: Hop, proof: Proof): string => OK[hop][proof] ?? 'works';
