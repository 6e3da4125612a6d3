/** Why the page that connects Alexa again cannot be used; each has its own sentence in `alexa-pages.ts`. */
export type AlexaPageRefusal =
  | 'no-link'
  | 'used'
  | 'closed'
  | 'link-too-old'
  | 'ready-used'
  | 'ready-too-old'
  | 'too-long-ago'
  | 'other-browser'
  | 'malformed'
  | 'too-many';

/** The request cannot continue; shown as an error page. */
export class AlexaPageRefused extends Error {
  override readonly name = 'AlexaPageRefused';
  readonly kind: AlexaPageRefusal;
  readonly attempt: string | undefined;
  constructor(kind: AlexaPageRefusal, attempt?: string) {
    super(kind);
    this.kind = kind;
    this.attempt = attempt;
  }
}

/** Why Alexa is not connected after the person came back from Amazon, as far as it is known; each has its own sentence. */
export type NotConnected =
  /** The person said no. */
  | 'denied'
  /** Amazon's sign-in is down. */
  | 'amazon-unavailable'
  /** Amazon does not accept the skill's request for a consent: our set-up. */
  | 'request-refused'
  /** The code or the consent is not good any more. */
  | 'consent-ended'
  /** This Amazon account may not use this version of the skill, or the skill's credentials lack the scope. */
  | 'not-permitted'
  /** Amazon could not link with our code, twice. */
  | 'link-refused'
  /** Amazon says that the account is linked, and has not used our code. */
  | 'linked-before'
  /** Too busy: Amazon has decided nothing. */
  | 'busy'
  /** No answer, and the status says nothing either. */
  | 'unknown';
