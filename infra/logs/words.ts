import type { ErrorType } from '../../lambda/alexa/errors.ts';
import type { NotConnected } from '../../lambda/linking/alexa-refusals.ts';
import type { Delivery } from '../../lambda/reports/deliver.ts';
import type { DevicesDelivery } from '../../lambda/reports/report-devices.ts';
import type { Line } from './read.ts';

type Fields = Line['fields'];

const text = (value: unknown): string => (value === undefined ? '' : String(value));
const duration = (value: unknown): string => (typeof value === 'number' ? `${value} ms` : '');
const joined = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join(', ');

type Words = Readonly<Record<string, string>>;

/** What Alexa's errors mean for somebody who worries about a lamp. */
const ERRORS: Words = {
  ENDPOINT_UNREACHABLE: 'the plug is offline (check its power and Wi-Fi)',
  BRIDGE_UNREACHABLE: 'the device cloud did not answer, or wants a new sign-in',
  NO_SUCH_ENDPOINT: 'the account has no such device',
  RATE_LIMIT_EXCEEDED: 'the device cloud asked for fewer requests',
  INVALID_AUTHORIZATION_CREDENTIAL: 'the access token is not one of ours, or its link was ended: Alexa unlinks',
  INTERNAL_ERROR: 'the skill could not answer: its table, its keys, an expired token, too little time, or a bug',
  INVALID_DIRECTIVE: 'the skill does not know this directive',
  INVALID_VALUE: 'Alexa sent a value of another kind',
  VALUE_OUT_OF_RANGE: 'Alexa sent a number that no lamp takes',
  ACCEPT_GRANT_FAILED: 'Login with Amazon did not accept the permission to report changes',
} satisfies Record<ErrorType, string>;

/** The outcome of a directive is the name of the answer, such as `StateReport`, or the type of an error. */
const answerWords = (outcome: string): string =>
  ERRORS[outcome] ?? (/^[A-Z_]+$/.test(outcome) ? `answered with the error ${outcome}` : 'answered');

/** Why a report was sent or not. */
const DELIVERIES: Words = {
  reported: 'sent to Alexa',
  equal: 'not sent: Alexa already has this state',
  noted: 'waiting until the device confirms',
  'not-reported': 'could not be sent to Alexa',
  'catch-up-queued': 'sent to some Amazon accounts, the others get it later',
  'no-grant': 'not sent: no Amazon account has allowed reports',
  'unknown-device': 'not sent: Alexa does not know the device',
} satisfies Record<Delivery | DevicesDelivery | 'noted', string>;

/** Why Alexa was not connected from the page. */
const CONNECTIONS: Words = {
  denied: 'the person said no at Amazon',
  'amazon-unavailable': 'the sign-in at Amazon is down',
  'request-refused': 'Amazon refused the request of this skill',
  'consent-ended': 'the permission of the person was not valid any more',
  'not-permitted': 'this Amazon account may not use this stage of the skill',
  'link-refused': 'Amazon could not link with the code of this skill',
  'linked-before': 'Amazon calls the account linked already',
  busy: 'Amazon was too busy',
  unknown: 'Amazon gave no answer',
} satisfies Record<NotConnected, string>;

const SENTENCES: Readonly<Record<string, (fields: Fields) => string>> = {
  directive: ({ directive, outcome, ms, cloudMs, cloudCalls }) => {
    const cloud = Number(cloudCalls) > 0 ? `${duration(cloudMs)} of it the device cloud` : '';
    return `${text(directive)}: ${joined(answerWords(text(outcome)), duration(ms), cloud)}`;
  },
  report: ({ device, cause, outcome, ms, ageMs }) => {
    const age = typeof ageMs === 'number' ? `${(ageMs / 1000).toFixed(1)} s after the change` : '';
    const result = DELIVERIES[text(outcome)] ?? text(outcome);
    const about = device === 'all' ? 'the device list' : `device ${text(device)}`;
    return `report of ${about}: ${joined(result, text(cause), age, duration(ms))}`;
  },
  'account-needs-reauth': ({ reason }) => `a person must sign in to the device cloud again: ${text(reason)}`,
  'session-renewed': ({ until }) => `signed in to the device cloud again, valid until ${text(until)}`,
  'session-restored': () => 'the session at the device cloud works again',
  'session-ended': () => 'signed out at the device cloud, as a person ended a link',
  'session-not-ended': () => 'the session at the device cloud could not be ended',
  'sign-in-throttled': ({ until }) => `no sign-in to the device cloud before ${text(until)}`,
  'sign-in-inconclusive': ({ signIns, until }) =>
    `sign-in number ${text(signIns)} in a row without a working session; the next not before ${text(until)}`,
  'session-rejected': () => 'the device cloud rejected the session',
  'sign-in-shown': () => 'the sign-in page was opened',
  'sign-in-cancelled': () => 'the person chose not to connect',
  'page-sign-in-throttled': ({ counter }) => `a sign-in was refused after too many attempts: ${text(counter)}`,
  'sign-in-not-completed': ({ outcome }) => `the sign-in did not succeed: ${text(outcome)}`,
  'signed-in': ({ account }) => `signed in; the account is ${text(account)}`,
  linked: () => 'Alexa is linked',
  refreshed: () => 'Alexa renewed its access token',
  'alexa-page-shown': ({ ready }) =>
    ready ? 'the page that connects Alexa was opened by a ready link' : 'the page that connects Alexa was opened',
  'alexa-consent-asked': () => 'the person was sent to Login with Amazon',
  'alexa-ready-link-made': () => 'a ready link was made for another person',
  'alexa-connected': ({ link }) => `Amazon has connected Alexa; the link is ${text(link)}`,
  'alexa-not-connected': ({ outcome, status, disabled }) =>
    `Alexa was not connected: ${joined(
      CONNECTIONS[text(outcome)] ?? text(outcome),
      status === undefined ? '' : `Amazon answered ${text(status)}`,
      disabled ? 'the skill may be disabled now' : '',
    )}`,
  'alexa-status-read': ({ status }) => `Amazon was asked how the link stands: ${text(status)}`,
  'account-reauthenticated': ({ cause }) => `a person has signed in again: ${text(cause)}`,
  'notice-sent': ({ kind, cause }) => `sent a notice (${text(kind)}): ${text(cause)}`,
  'account-unreachable': ({ since }) =>
    `no answer about this account since ${text(since)}; Alexa shows its lamps as not responding`,
  'account-reachable-again': () => 'the account can be read again',
  watching: ({ devices }) => `watching ${text(devices)} devices`,
  'watch-ended': ({ reason }) => `the push channel ended: ${text(reason)}`,
  'notice-not-sent': ({ kind, cause }) => `could not send a notice (${text(kind)}): ${text(cause)}`,
  'notice-closed': ({ cause }) => `closed the notice: ${text(cause)}`,
  'account-linked': () => 'Alexa says that an Amazon account has linked',
  'skill-disabled': () => 'the skill was disabled in the Alexa app',
  'link-revoked': () => 'a link was ended at /revoke',
  'code-replayed': () => 'a code was used twice, so its link has ended; the person must link again',
  'token-replayed': () => 'an old refresh token was used, so its link has ended; the person must link again',
  'lamp-blinked': ({ device }) => `a person made the device ${text(device)} blink`,
  'device-skipped': ({ device, reason }) => `the record of the device ${text(device)} cannot be read: ${text(reason)}`,
  'device-name-refused': ({ device, keepsName }) =>
    `Alexa cannot take the name of the device ${text(device)}: ${keepsName ? 'it keeps its name before' : 'Alexa is not told about it'}`,
  reconciled: ({ devices, states, added, changed, gone }) =>
    `compared with Alexa: ${text(devices)} devices; ${text(states)} to report, ${text(added)} new, ${text(changed)} changed, ${text(gone)} gone`,
  'grant-removed': () => 'Alexa’s permission to report changes has ended',
};

/** Shown elsewhere in every line, or useless for a person. */
const HIDDEN = new Set(['account', 'attempt', 'function', 'result']);

/** One line for a person: when, where, what happened, and how long it took. */
export function toSentence({ at, function: name, awsRegion, level, event, fields }: Line): string {
  const when = at.toISOString().replace('T', ' ').replace('Z', '');
  const mark = level === 'error' ? '!!' : level === 'warn' ? '! ' : '  ';
  const what = SENTENCES[event]?.(fields) ?? `${event.replaceAll('-', ' ')}${otherFields(fields)}`;
  return `${when}  ${mark} ${name.padEnd(15)} ${awsRegion.padEnd(10)} ${what}`;
}

function otherFields(fields: Fields): string {
  const shown = Object.entries(fields)
    .filter(([name]) => !HIDDEN.has(name))
    // The first line of an error's stack is enough.
    .map(([name, value]) => `${name} ${text(value).split('\n')[0]}`);
  return shown.length > 0 ? `: ${shown.join(', ')}` : '';
}
