import type { AlexaEvidenceShown, DarkBecause, Hop, LampState, LinkState } from './protocol.ts';

/** How the page calls each hop, and what it adds for those who want to know. */
export const HOPS = {
  'account-linking': { name: 'Sign-in server', note: 'account-linking' },
  alexa: { name: 'Alexa', note: "Amazon's cloud" },
  skill: { name: 'Skill', note: 'skill' },
  'device-cloud': { name: 'Device cloud', note: 'of the maker' },
  plug: { name: 'Plug', note: 'and its lamp' },
  'device-watch': { name: 'Watcher', note: 'device-watch' },
  queue: { name: 'Queue', note: 'SQS FIFO' },
  'report-worker': { name: 'Reporter', note: 'report-worker' },
  lwa: { name: 'Amazon login', note: 'LWA tokens' },
  gateway: { name: 'Event gateway', note: 'v3/events' },
} as const satisfies Record<Hop, { name: string; note: string }>;

/** Of Alexa's ChangeReport causes (Alexa.API ChangeReport, `cause.type`). */
const CAUSES: Readonly<Record<string, string>> = {
  PHYSICAL_INTERACTION: "the plug's button",
  VOICE_INTERACTION: 'a voice command',
  APP_INTERACTION: 'another app',
  PERIODIC_POLL: 'a routine check',
};

export const causeWords = (cause: string): string => CAUSES[cause] ?? cause;

const DARK: Readonly<Record<DarkBecause, string>> = {
  'own-switch': 'Dark: its own switch is off',
  'level-too-low': 'Dark: too low for its bulb',
};

/** What a person in the room would say of the lamp. */
export function lampWords({ plug, dimmable, dark }: Pick<LampState, 'plug' | 'dimmable' | 'dark'>): string {
  if (!plug.online) return 'Not connected';
  if (dark) return DARK[dark];
  return stateWords(plug.power, dimmable ? plug.level : undefined);
}

/** `On · 30%`, `On`, `Off` */
export function stateWords(power: 'ON' | 'OFF' | undefined, percent: number | undefined): string {
  if (power === undefined) return 'Unknown';
  if (power === 'OFF') return 'Off';
  return percent === undefined ? 'On' : `On · ${percent}%`;
}

/** `just now`, `12 s ago`, `3 min ago`, `2 h ago`, `5 days ago` */
export function ageWords(ageMs: number): string {
  const seconds = Math.floor(ageMs / 1_000);
  if (seconds < 2) return 'just now';
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)} h ago`;
  const days = Math.floor(seconds / 86_400);
  return days === 1 ? 'a day ago' : `${days} days ago`;
}

/** `24 November 2027`, by the calendar of where the page is read. */
export const dateWords = (at: number, timeZone?: string): string =>
  new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', ...(timeZone !== undefined && { timeZone }) }).format(at);

/** `24 November 2027, 21:40` */
export const momentWords = (at: number, timeZone?: string): string => {
  const time = new Intl.DateTimeFormat('en-GB', {
    timeStyle: 'short',
    ...(timeZone !== undefined && { timeZone }),
  });
  return `${dateWords(at, timeZone)}, ${time.format(at)}`;
};

/** How often Alexa has refreshed its access token, and how often it was refused. */
export function refreshWords({ refreshes, refused }: Pick<LinkState, 'refreshes' | 'refused'>): string {
  if (refused > 0) return `refused ${times(refused)}, of ${refreshes}`;
  return refreshes === 0 ? 'not refreshed yet' : `refreshed ${times(refreshes)}, never refused`;
}

const times = (count: number): string => (count === 1 ? 'once' : count === 2 ? 'twice' : `${count} times`);

/** Why a session needs a person (`reason` of an account); in the wire's own word where it is a new one. */
const PERSON_REASONS: Readonly<Record<string, string>> = {
  'password-changed': 'the password was changed',
  'code-needed': 'signing in takes a code',
  locked: 'the account is locked for a while',
  'credentials-not-kept': 'the password was not kept',
  'two-step-account': 'signing in takes a code',
};

export const personReasonWords = (reason: string): string => PERSON_REASONS[reason] ?? reason;

/** `36 ms`, `0.4 s`, `12 s` */
export function durationWords(ms: number): string {
  if (ms < 100) return `${Math.round(ms)} ms`;
  return ms < 9_950 ? `${(ms / 1_000).toFixed(1)} s` : `${Math.round(ms / 1_000)} s`;
}

/** The certain signs that Alexa's half of the link is gone (`LossReason`); in the skill's own word where it is a new one. */
const LOSSES: Readonly<Record<string, string>> = {
  'skill-disabled': 'the skill was disabled',
  'ended-by-person': 'a person ended the link',
  'ended-for-safety': 'the skill ended the link, as a secret was used twice',
  'not-linked': 'Amazon says that the skill is not linked',
  'grant-revoked': 'Amazon took the permission to report back, and Alexa has not refreshed since',
};

/** What the skill knows of Alexa's half of the link, in a few words and with the reason. */
export function evidenceWords(
  { state, reason = '', since, lastUsedAt }: AlexaEvidenceShown,
  timeZone?: string,
): { readonly verdict: string; readonly why: string } {
  const at = (moment = '') => momentWords(Date.parse(moment), timeZone);
  if (state === 'used')
    return { verdict: 'Alexa has used the link', why: `in the last 24 hours, on ${at(lastUsedAt)}` };
  if (state === 'gone')
    return { verdict: "Alexa's half is gone", why: `${LOSSES[reason] ?? reason}; seen on ${at(since)}` };
  const why =
    lastUsedAt === undefined ? 'no refresh is noted' : `the last refresh that is noted is of ${at(lastUsedAt)}`;
  return { verdict: 'not known whether Alexa can use the link', why };
}

/** What the button for the link of a notice says: it leads to the page that connects Alexa again, or to the sign-in. */
export function noticeLinkWords(link: string): string {
  const { pathname } = new URL(link);
  if (pathname === '/lamps') return 'See how the lamps are';
  return pathname === '/alexa' ? 'Open the link to connect Alexa' : 'Open the sign-in link';
}
