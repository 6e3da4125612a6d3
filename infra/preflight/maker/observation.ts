/** Amazon's practices for account linking (developer blog, 30 June 2024), as far as the maker's own server has to keep them, and OAuth's own. */
export const PRACTICES = {
  '1.1': 'tokens live long enough',
  '1.2': 'no new token ends an older one',
  '1.3': 'a link survives a year without use',
  '2.1': 'a refresh whose answer was lost can be repeated',
  '3.1': 'old addresses and secrets go on working',
  '4.1': 'errors at the token endpoint mean what they say',
  OAuth: 'codes, redirects, scopes and keys are as OAuth wants them (RFC 6749, 7636, 9700)',
} as const;

export type Practice = keyof typeof PRACTICES;

/** What must be known to judge a practice. Settings, the linking flow, or both can answer. */
export const QUESTIONS = {
  'access-life': { practice: '1.1', ask: 'how long an access token lives, in the answers to code and refresh' },
  'refresh-issued': { practice: '1.1', ask: 'whether the answer to the code has a refresh token' },
  'refresh-life': {
    practice: '1.1',
    ask: 'after how long a refresh token, its grant or its session ends although it is used',
  },
  'access-kept': { practice: '1.2', ask: 'whether an access token works until its end after the next refresh' },
  'links-kept': { practice: '1.2', ask: 'whether a second link of the same account leaves the first one alone' },
  idle: { practice: '1.3', ask: 'after how long without use a refresh token ends' },
  repeat: { practice: '2.1', ask: 'whether the same refresh token can be sent twice, at once and half a minute later' },
  address: { practice: '3.1', ask: 'whether the addresses at Amazon are those that the server names' },
  certificate: { practice: '3.1', ask: 'when the certificates of the addresses end' },
  secrets: { practice: '3.1', ask: 'when the client secret that Amazon has ends' },
  errors: { practice: '4.1', ask: 'what the token endpoint answers to a wrong secret and to an unknown refresh token' },
  time: { practice: '4.1', ask: 'whether the token endpoint answers within 4.5 s' },
  outage: {
    practice: '4.1',
    ask: 'what the token endpoint answers while its database or its keys are away: it must be 5xx, never invalid_grant',
  },
  redirects: { practice: 'OAuth', ask: 'whether all redirect addresses of Alexa are registered, and compared exactly' },
  scopes: { practice: 'OAuth', ask: 'whether the scopes asked for are granted, and a refresh gets no others' },
  pkce: { practice: 'OAuth', ask: 'whether a code with a challenge takes its verifier, and only that (PKCE)' },
  'code-once': { practice: 'OAuth', ask: 'whether a code works once only' },
  keys: { practice: 'OAuth', ask: 'whether the published keys verify the access tokens' },
} as const satisfies Readonly<Record<string, { readonly practice: Practice; readonly ask: string }>>;

export type Question = keyof typeof QUESTIONS;

/**
 * `good`; `advice`: Amazon's number is met, but somebody should know; `bad`: a setting would change it; `bridge`: no setting of this
 * server would; `ask`: it cannot be seen, but somebody at the maker knows; `unchecked`: something else failed first.
 */
export type Outcome = 'good' | 'advice' | 'bad' | 'bridge' | 'ask' | 'unchecked';

/** One thing that was seen of a server, or could not be. */
export interface Observation {
  readonly question: Question;
  readonly outcome: Outcome;
  /** The setting by its name in the API, or what was tried. */
  readonly what: string;
  readonly seen: string;
  readonly wanted: string;
  /** What it does to links, in a sentence; absent where all is good. */
  readonly why?: string;
  readonly remedy?: Remedy;
  /** What it was seen by. */
  readonly by?: 'settings' | 'linking-flow';
}

export interface Remedy {
  /** Where the console has it. */
  readonly console?: string;
  /** Sets it, together with all else that the same update would reset. Several observations may have the same one. */
  readonly command?: string;
  /** Where neither a console nor a command does it. */
  readonly text?: string;
}
