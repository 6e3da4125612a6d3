import type { Clock } from '../../lambda/ports/clock.ts';
import type { AlexaRegion } from '../../lambda/ports/grant-store.ts';
import type { LwaScope } from './lwa.ts';

/** The emulated Alexa as tests and the desk handle it: Login with Amazon, three event gateways, and customers who speak. */
export interface EmulatedAlexa {
  /** Login with Amazon's token endpoint, `http://127.0.0.1:PORT/auth/o2/token`. */
  readonly tokenUrl: string;
  /** `http://127.0.0.1:PORT/na/v3/events` and so on. */
  readonly gatewayUrls: Readonly<Record<AlexaRegion, string>>;
  /** The skill's messaging credentials, as Login with Amazon knows them. */
  readonly messaging: { readonly clientId: string; readonly clientSecret: string };
  /** Amazon's consent page, `http://127.0.0.1:PORT/ap/oa`: the value of LWA_AUTHORIZE_URL. */
  readonly authorizeUrl: string;
  /**
   * The value of ALEXA_API_URL, `http://127.0.0.1:PORT`, in place of `https://api.amazonalexa.com`. `/v1/alexaApiEndpoint` names this
   * host and port, without a scheme as Amazon does: a client has to allow the host of its ALEXA_API_URL beside Amazon's three.
   */
  readonly apiUrl: string;
  readonly skill: SkillSettings;
  /** How the Skill Enablement API behaves where Amazon's documents leave it open. Change it at any time. */
  readonly enablement: EnablementBehaviour;
  /** Sends the skill events that `enablement.events` has held back, or that the skill did not take. */
  sendHeldEvents(): Promise<void>;
  addCustomer(options: CustomerOptions): Customer;
  /** What is wrong with the messages that came from the skill, in sentences; empty is what one hopes for. */
  readonly problems: readonly string[];
  /** Injects a failure; the returned function takes it away. */
  inject(fault: AlexaFault): () => void;
  /** Calls back for every message, after it was answered. Returns a function that stops it. */
  onExchange(listener: (exchange: AlexaExchange) => void): () => void;
  /** Calls back whenever a customer's view has changed. Returns a function that stops it. */
  onView(listener: (customer: Customer) => void): () => void;
  /** Counts since the start or the last `resetCounts()`. */
  readonly counts: { tokenRequests: number; events: number; connections: number };
  resetCounts(): void;
  /** Lives on as before with every Login with Amazon access token ended: the next event with one is answered 401. */
  endAccessTokens(): void;
  close(): Promise<void>;
}

export interface EmulatedAlexaOptions {
  readonly clock: Clock;
  /** 0, the default, finds a free port. */
  readonly port?: number;
  readonly skill?: Partial<SkillSettings>;
}

/** What the developer console knows of the skill. */
export interface SkillSettings {
  readonly id: string;
  readonly name: string;
  /** `development` serves developers and testers only. */
  readonly stage: 'development' | 'live';
  /** "Your Redirect URLs" of account linking, at this moment: where the consent page may lead back to. */
  readonly redirectUrls: () => readonly string[];
}

/** What Amazon's documents leave open; a skill must work with every choice. */
export interface EnablementBehaviour {
  /** Whether Alexa sends a code_verifier with a code that came through the API, as the console's PKCE switch may do; false by default. */
  verifier: boolean;
  /** When SkillEnabled, SkillAccountLinked and SkillDisabled come: before the answer, when `sendHeldEvents` is called, or never. */
  events: 'at-once' | 'held' | 'never';
  /** What POST does with an enablement that there is: links it again (201), or answers 409; `replace` by default. */
  enabledBefore: 'replace' | 'conflict';
  /** Whether DELETE ends the consent as well, so that the next call is answered 401; false by default. */
  deleteEndsConsent: boolean;
  /** What POST answers when the skill has not accepted the grant; 500 by default. */
  grantRefusedStatus: number;
}

/** One Amazon account that has the skill. */
export interface CustomerOptions {
  /** Where its directives come from and its events must go; NA by default. */
  readonly region?: AlexaRegion;
  /** The skill's function: the event as Lambda gets it, the answer as Lambda returns it. */
  readonly invoke: (event: unknown) => Promise<unknown>;
  /** The access token of the linked account, refreshed if need be, as Alexa does before it sends a directive. */
  readonly accessToken: () => Promise<string>;
  /** What the person calls the Amazon account; its id by default. */
  readonly name?: string;
  /** Whether the account may use a skill in development: its developer or a beta tester; true by default. */
  readonly tester?: boolean;
  /** What the Skill Enablement API acts on; without it the API answers 404. */
  readonly enabling?: CustomerEnablement;
}

/** One Amazon account's enablement of the skill. */
export interface CustomerEnablement {
  /** The user of skill events. */
  readonly userId: string;
  readonly enabled: boolean;
  /** Whether Alexa holds tokens. */
  readonly linked: boolean;
  /** Exchanges a code at the skill's token endpoint and sends AcceptGrant. Tokens that Alexa held before stay unless it is `linked`. */
  link(code: LinkingCode): Promise<'linked' | 'code-refused' | 'grant-refused'>;
  /** Alexa forgets the tokens and Login with Amazon ends the grant. */
  disable(): void;
  /** @throws whatever the skill's function throws */
  sendEvent(type: SkillEvent, at?: Date): Promise<void>;
}

/** An authorization code of the skill's own server, as it comes through the Skill Enablement API. */
export interface LinkingCode {
  readonly code: string;
  readonly redirectUri: string;
  readonly verifier?: string;
}

export type SkillEvent = 'SkillEnabled' | 'SkillAccountLinked' | 'SkillDisabled';

export interface Customer {
  /** By this name the messages of the exchange say whose they are. */
  readonly id: string;
  readonly region: AlexaRegion;
  /** Whether Alexa holds tokens for the account. A credential error of the skill makes Alexa forget them, as `unlink` does. */
  readonly linked: boolean;
  /** Whether Login with Amazon has a grant of this account for the skill's events. */
  readonly granted: boolean;
  /** The person disables the skill: Alexa forgets the tokens, Login with Amazon ends the grants, the skill hears nothing. */
  unlink(): void;
  /** Alexa forgets the tokens of the link, and tells nobody. The grant stays good. */
  letGo(): void;
  /** Login with Amazon ends the grants. The link and with it the voice go on. */
  revokeGrant(): void;
  /** The person withdraws the consent to see and change the link. Link and grant stay. */
  withdrawConsent(): void;
  /** The person has linked again, and `accessToken` answers with the new link's token. AcceptGrant and Discover come next. */
  relink(): void;
  /** Sends AcceptGrant with a fresh grant code. @throws an Error with one sentence when the skill does not accept it */
  acceptGrant(): Promise<void>;
  /** Sends Discover and takes the endpoints into the view. @throws an Error with one sentence when there is no good answer */
  discover(): Promise<readonly Endpoint[]>;
  /** Understands one sentence, sends the directive, and says what Alexa would say. Never throws. */
  say(sentence: string): Promise<SpokenAnswer>;
  /** Sends one directive of a known endpoint (or a made-up id) and takes the answer into the view. */
  send(directive: DirectiveInput): Promise<Answer>;
  /** ReportState for one endpoint, as the Alexa app does when it is opened. */
  reportState(endpointId: string): Promise<Answer>;
  /** Its own view, from the messages that it got and nothing else. */
  readonly endpoints: readonly Endpoint[];
}

export interface DirectiveInput {
  readonly namespace: string;
  readonly name: string;
  readonly endpointId: string;
  readonly payload?: unknown;
}

export interface Answer {
  /** `Response`, `StateReport` or `ErrorResponse`; `NoAnswer` when there was none that Alexa could take: `errorMessage` says why. */
  readonly name: string;
  /** `payload.type` of an ErrorResponse. */
  readonly errorType?: string;
  readonly errorMessage?: string;
  /** The whole message, as it was returned. */
  readonly message: unknown;
  readonly ms: number;
}

export interface SpokenAnswer {
  readonly said: string;
  readonly answer: string;
  readonly ok: boolean;
  /** Alexa did not understand, or knows no such lamp: it sent nothing, and nothing has failed. */
  readonly notSent?: true;
  readonly ms: number;
}

export interface Endpoint {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  /** The first display category, e.g. `LIGHT`. */
  readonly category: string;
  readonly dimmable: boolean;
  /** By `namespace.name`, e.g. `Alexa.PowerController.powerState`. */
  readonly properties: Readonly<Record<string, KnownProperty>>;
}

/** A property as Alexa last heard of it. */
export interface KnownProperty {
  readonly value: unknown;
  readonly timeOfSample: string;
  readonly uncertaintyInMilliseconds: number;
  /** When Alexa heard of it, by its own clock, and from which message. */
  readonly sentAt: Date;
  readonly sentBy: 'Response' | 'StateReport' | 'ChangeReport';
  /** Of a ChangeReport that named the property as changed. */
  readonly cause?: string;
}

export type AlexaFault = (
  | (LwaFault & {
      readonly at: 'lwa';
      /** Only requests of this kind: the code of AcceptGrant, or the refresh of a grant. */
      readonly grantType?: 'authorization_code' | 'refresh_token';
    })
  | { readonly at: 'copy'; readonly kind: 'stuck' } // what Alexa shows of the lamps stays as it is, whatever it is sent
  | { readonly at: AlexaRegion; readonly kind: 'status'; readonly status: number; readonly code?: string } // gateway, e.g. 403 SKILL_DISABLED_EXCEPTION
  | { readonly at: AlexaRegion; readonly kind: 'accept'; readonly status: number } // gateway, accepted events are answered with 200 or 204
  | { readonly at: AlexaRegion; readonly kind: 'html' | 'hang' | 'reset' } // the event is lost, with `reset` too
  | ({ readonly at: ApiCall } & ApiFault)
) & {
  /** The fault ends after this many requests; it stays without. */
  readonly times?: number;
};

export type LwaFault =
  | { readonly kind: 'status'; readonly status: number } // 5xx or 429 with an error body
  | { readonly kind: 'html' } // 502 with HTML
  | { readonly kind: 'hang' }
  | { readonly kind: 'reset' } // the connection is destroyed; the tokens were issued anyway
  | { readonly kind: 'invalid-grant' }
  | { readonly kind: 'invalid-client' };

/** A call of the Alexa API. */
export type ApiCall = 'api-endpoint' | 'enablement-post' | 'enablement-get' | 'enablement-delete';

export type ApiFault =
  | { readonly kind: 'status'; readonly status: number; readonly message?: string } // in place of doing anything
  | { readonly kind: 'body'; readonly status: number; readonly body: unknown } // whatever one likes as JSON: foreign hosts, a status unheard of
  | { readonly kind: 'html' } // 502 with HTML
  | { readonly kind: 'hang' } // nothing is done and nothing answered
  | { readonly kind: 'reset' } // it is done, and the answer is lost
  | { readonly kind: 'late'; readonly ms: number }; // it is done, and the answer comes so much later

/** One message, for those who watch. Tokens are in it: mask before showing. */
export interface AlexaExchange {
  readonly channel: 'directive' | 'lwa' | 'gateway' | 'consent' | 'alexa-api';
  readonly region?: AlexaRegion;
  /** The `id` of the customer, where it is known whose message this is. */
  readonly customer?: string;
  /** Of a token request: what the tokens are for. */
  readonly scope?: LwaScope;
  readonly at: Date;
  readonly sent: unknown;
  readonly answered: unknown;
  /** HTTP status; 200 for a directive that was answered at all, 0 where nothing was answered. */
  readonly status: number;
  readonly ms: number;
  /** What is wrong with what the skill sent or answered. */
  readonly problems: readonly string[];
}
