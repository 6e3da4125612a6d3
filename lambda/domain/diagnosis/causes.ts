import type { ReauthReason } from '../../ports/account-store.ts';
import type { AddressFault, HeldBackReason } from './evidence.ts';
import type { Hop } from './hops.ts';

/**
 * Who can do something about it. `person`: whoever stands at the lamp or has the Alexa app. `helper`: whoever knows the password of the
 * account. `nobody`: it passes by itself.
 */
export type Addressee = 'person' | 'helper' | 'developer' | 'nobody';

/** How many directives were refused, at least, where that was counted. */
interface Refused {
  readonly count?: number;
}

/** The values of each cause that a text may name. Moments are ISO 8601. Names come from elsewhere: a page escapes them. */
export interface CauseValues {
  'sign-in-page-failing': { readonly status?: number };
  'address-not-answering': { readonly fault: AddressFault; readonly status?: number };
  /** In a day. */
  'sign-ins-unanswered': { readonly count: number };
  'exchange-missing': object;
  'exchange-late': { readonly ms: number };
  'exchange-refused': { readonly error: string; readonly reason?: string };
  /** The two client ids, where they differ; else the secret is not ours. */
  'linking-client-refused': { readonly theirs?: string; readonly ours?: string };
  'link-not-taken': object;
  'grant-missing': object;
  'grant-client-refused': object;
  'grant-not-answered': object;
  'grant-refused': object;
  /** `described` of `listed` devices are known to Alexa. */
  'device-held-back': {
    readonly name: string;
    readonly reason: Exclude<HeldBackReason, 'unreadable'>;
    readonly described?: number;
    readonly listed?: number;
  };
  /** `id`: that of the device cloud. */
  'device-unreadable': { readonly id: string };
  'speech-not-heard': object;
  'not-linked': object;
  'skill-disabled': object;
  'skill-not-enabled': object;
  'alexa-not-linked': object;
  'alexa-grant-revoked': object;
  'alexa-link-expired': object;
  'link-ended': { readonly by: 'person' | 'safety' | 'unknown' };
  /** `invalid_grant`: Alexa drops the link. */
  'refresh-refused': { readonly error: string; readonly reason?: string };
  /** Any other error: it is not the link that is refused, and a new one would not help. */
  'refresh-request-refused': { readonly error: string; readonly reason?: string };
  'token-not-refreshed': object;
  'refresh-address-down': { readonly fault: AddressFault; readonly status?: number };
  'token-endpoint-failing': {
    readonly state: 'no-answer' | 'late' | 'server-error' | 'not-json' | 'client-refused';
    readonly status?: number;
  };
  'canary-failing': { readonly state: 'refused' | 'no-answer' };
  'delivery-broken': {
    readonly state: 'permission-missing' | 'function-missing' | 'endpoint-missing';
    readonly region: string;
  };
  'no-directives': { readonly region?: string };
  'token-not-ours': Refused;
  'token-key-missing': Refused & { readonly keyId?: string };
  'token-unverified': Refused;
  'table-not-answering': object;
  'account-missing': object;
  'row-unreadable': object;
  'cloud-not-answering': { readonly status?: number };
  'cloud-slow': object;
  'cloud-changed': { readonly status?: number };
  'cloud-rate-limited': object;
  'cloud-session-rejected': object;
  'needs-sign-in': { readonly reason: ReauthReason; readonly sessionWorks: boolean };
  'sign-in-waiting': { readonly retryAt: string; readonly attempts: number };
  'lamp-not-listed': object;
  'plug-offline': { readonly name: string; readonly connected: number; readonly others: number };
  'plug-without-power': { readonly name: string };
  'plug-without-wifi': { readonly name: string; readonly connected: number };
  'plugs-offline': { readonly plugs: number; readonly connected: number };
  'home-internet-down': { readonly plugs: number };
  'home-wifi-changed': { readonly plugs: number };
  'plug-not-following': object;
  'lamp-dark': { readonly level: number };
  'level-too-low': { readonly level: number };
  'answer-late': { readonly ms: number; readonly cloudMs?: number };
  'answer-malformed': object;
  'button-not-noticed': object;
  'watch-silent': object;
  /** `waiting`: of one account, lamps of whose present state Alexa was not told. */
  'reports-stuck': { readonly oldestSeconds: number; readonly dead: number; readonly waiting?: number };
  'event-grant-revoked': object;
  'event-client-refused': object;
  'lwa-not-answering': object;
  'events-not-permitted': object;
  'event-wrong-stage': object;
  'event-refused': object;
  'event-account-unknown': object;
  'event-token-rejected': object;
  'gateway-not-answering': { readonly status?: number };
  'tile-stale': { readonly acceptedAt: string };
}

export type CauseCode = keyof CauseValues;
/** A cause with its values. */
export type Cause = { [Code in CauseCode]: { readonly code: Code } & CauseValues[Code] }[CauseCode];

interface CauseFacts {
  readonly hop: Hop;
  readonly who: Addressee;
  /** `false`: the lamp obeys all the same. */
  readonly darkens: boolean;
}

const dark = (hop: Hop, who: Addressee): CauseFacts => ({ hop, who, darkens: true });
const lit = (hop: Hop, who: Addressee): CauseFacts => ({ hop, who, darkens: false });

/** Where each cause is, who can end it, and whether it keeps a command from the lamp. */
export const CAUSES = {
  'sign-in-page-failing': lit('sign-in-page', 'developer'),
  'address-not-answering': dark('sign-in-page', 'developer'),
  'sign-ins-unanswered': lit('sign-in-page', 'developer'),
  'exchange-missing': dark('code-exchange', 'developer'),
  'exchange-late': dark('code-exchange', 'developer'),
  'exchange-refused': dark('code-exchange', 'developer'),
  'linking-client-refused': dark('code-exchange', 'developer'),
  'link-not-taken': dark('code-exchange', 'developer'),
  'grant-missing': dark('accept-grant', 'developer'),
  'grant-client-refused': dark('accept-grant', 'developer'),
  'grant-not-answered': dark('accept-grant', 'person'),
  'grant-refused': dark('accept-grant', 'person'),
  'device-unreadable': dark('discovery', 'developer'),
  'device-held-back': dark('discovery', 'person'),
  'speech-not-heard': dark('voice', 'person'),
  'not-linked': dark('alexa-link', 'person'),
  'skill-disabled': dark('alexa-link', 'person'),
  'skill-not-enabled': dark('alexa-link', 'person'),
  'alexa-not-linked': dark('alexa-link', 'person'),
  'alexa-grant-revoked': dark('alexa-link', 'person'),
  'alexa-link-expired': dark('alexa-link', 'person'),
  'link-ended': dark('token-refresh', 'person'),
  'refresh-refused': dark('token-refresh', 'person'),
  'refresh-request-refused': dark('token-refresh', 'developer'),
  'token-not-refreshed': dark('token-refresh', 'nobody'),
  'refresh-address-down': dark('token-refresh', 'developer'),
  'token-endpoint-failing': dark('token-refresh', 'developer'),
  'canary-failing': dark('token-refresh', 'developer'),
  'delivery-broken': dark('delivery', 'developer'),
  'no-directives': dark('delivery', 'developer'),
  'token-not-ours': dark('token-check', 'developer'),
  'token-key-missing': dark('token-check', 'developer'),
  'token-unverified': dark('token-check', 'developer'),
  'table-not-answering': dark('table', 'developer'),
  'account-missing': dark('table', 'helper'),
  'row-unreadable': dark('table', 'developer'),
  'cloud-not-answering': dark('device-cloud', 'nobody'),
  'cloud-slow': dark('device-cloud', 'nobody'),
  'cloud-changed': dark('device-cloud', 'developer'),
  'cloud-rate-limited': dark('device-cloud', 'nobody'),
  'cloud-session-rejected': dark('device-cloud', 'nobody'),
  'needs-sign-in': dark('device-cloud', 'helper'),
  'sign-in-waiting': dark('device-cloud', 'nobody'),
  'lamp-not-listed': dark('device-cloud', 'helper'),
  'plug-offline': dark('plug', 'person'),
  'plug-without-power': dark('plug', 'person'),
  'plug-without-wifi': dark('plug', 'person'),
  'plugs-offline': dark('plug', 'person'),
  'home-internet-down': dark('plug', 'person'),
  'home-wifi-changed': dark('plug', 'person'),
  'plug-not-following': dark('plug', 'person'),
  'lamp-dark': dark('lamp', 'person'),
  'level-too-low': dark('lamp', 'person'),
  'answer-late': lit('answer', 'nobody'),
  'answer-malformed': lit('answer', 'developer'),
  'button-not-noticed': lit('plug-report', 'person'),
  'watch-silent': lit('watch', 'developer'),
  'reports-stuck': lit('comparison', 'developer'),
  'event-grant-revoked': lit('event-token', 'person'),
  'event-client-refused': lit('event-token', 'developer'),
  'lwa-not-answering': lit('event-token', 'nobody'),
  'events-not-permitted': lit('gateway', 'developer'),
  'event-wrong-stage': lit('gateway', 'developer'),
  'event-refused': lit('gateway', 'developer'),
  'event-account-unknown': lit('gateway', 'person'),
  'event-token-rejected': lit('gateway', 'developer'),
  'gateway-not-answering': lit('gateway', 'nobody'),
  'tile-stale': lit('alexa-copy', 'person'),
} as const satisfies Record<CauseCode, CauseFacts>;
