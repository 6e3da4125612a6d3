import type { Line } from './read.ts';

type Fields = Line['fields'];

const text = (value: unknown): string => (value === undefined ? '' : String(value));
const duration = (value: unknown): string => (typeof value === 'number' ? `${value} ms` : '');
const joined = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join(', ');

/** What Alexa's errors mean to somebody who worries about a lamp. */
const OUTCOMES: Readonly<Record<string, string>> = {
  ENDPOINT_UNREACHABLE: 'the plug has no power or no Wi-Fi',
  BRIDGE_UNREACHABLE: 'the device cloud did not answer, or wants a person to sign in',
  NO_SUCH_ENDPOINT: 'the account has no such device',
  RATE_LIMIT_EXCEEDED: 'the device cloud asked for fewer requests',
  INVALID_AUTHORIZATION_CREDENTIAL: 'the access token was none of ours',
  INTERNAL_ERROR: 'trouble of our own',
  ACCEPT_GRANT_FAILED: 'Alexa’s leave to report changes was not accepted',
};

/** Why a report went out or did not. */
const DELIVERIES: Readonly<Record<string, string>> = {
  reported: 'Alexa was told',
  equal: 'Alexa knew already',
  noted: 'noted, as the device has yet to follow',
  'not-reported': 'Alexa could not be told',
  'catch-up-queued': 'some of Alexa’s accounts could not be told yet',
  'no-grant': 'nobody has allowed reports',
  'unknown-device': 'Alexa does not know the device',
};

const SENTENCES: Readonly<Record<string, (fields: Fields) => string>> = {
  directive: ({ directive, outcome, ms, cloudMs, cloudCalls }) => {
    const cloud = Number(cloudCalls) > 0 ? `${duration(cloudMs)} of it the device cloud` : '';
    const what = OUTCOMES[text(outcome)] ?? 'answered';
    return `${text(directive)}: ${joined(what, duration(ms), cloud)}`;
  },
  report: ({ device, cause, outcome, ms, ageMs }) => {
    const age = typeof ageMs === 'number' ? `news of ${(ageMs / 1000).toFixed(1)} s ago` : '';
    const told = DELIVERIES[text(outcome)] ?? text(outcome);
    return `report of device ${text(device)}: ${joined(told, text(cause), age, duration(ms))}`;
  },
  'account-needs-reauth': ({ reason }) => `a person must sign in to the device cloud again: ${text(reason)}`,
  'session-renewed': ({ until }) => `signed in to the device cloud anew, good until ${text(until)}`,
  'session-rejected': () => 'the device cloud no longer took the session',
  'sign-in-shown': () => 'the sign-in page was opened',
  'sign-in-cancelled': () => 'the person chose not to connect',
  'sign-in-not-completed': ({ outcome }) => `the sign-in did not succeed: ${text(outcome)}`,
  'signed-in': ({ account }) => `signed in; the account is ${text(account)}`,
  linked: () => 'Alexa has the link',
  refreshed: () => 'Alexa renewed its access token',
  'account-reauthenticated': ({ cause }) => `a person has signed in again: ${text(cause)}`,
  'notice-sent': ({ kind, cause }) => `told the helper (${text(kind)}): ${text(cause)}`,
  watching: ({ devices }) => `watching ${text(devices)} devices`,
  'watch-ended': ({ reason }) => `the push channel ended: ${text(reason)}`,
  'grant-removed': () => 'Alexa’s leave to report changes has ended',
};

/** Named in every sentence, or of no use to a person. */
const HIDDEN = new Set(['account', 'attempt', 'function', 'result']);

/** One line for a person: when, where, what, how it went, and how long it took. */
export function toSentence({ at, function: name, awsRegion, level, event, fields }: Line): string {
  const when = at.toISOString().replace('T', ' ').replace('Z', '');
  const mark = level === 'error' ? '!!' : level === 'warn' ? '! ' : '  ';
  const what = SENTENCES[event]?.(fields) ?? `${event.replaceAll('-', ' ')}${otherFields(fields)}`;
  return `${when}  ${mark} ${name.padEnd(15)} ${awsRegion.padEnd(10)} ${what}`;
}

function otherFields(fields: Fields): string {
  const shown = Object.entries(fields)
    .filter(([name]) => !HIDDEN.has(name))
    // Of an error's stack the first line says it.
    .map(([name, value]) => `${name} ${text(value).split('\n')[0]}`);
  return shown.length > 0 ? `: ${shown.join(', ')}` : '';
}
