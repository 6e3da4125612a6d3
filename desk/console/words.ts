import type { Hop, LampState } from './protocol.ts';

/** How the page calls each hop, and what it adds for those who want to know. */
export const HOPS = {
  alexa: { name: 'Alexa', note: "Amazon's cloud" },
  skill: { name: 'Skill', note: 'skill' },
  'device-cloud': { name: 'Device cloud', note: 'My Leviton' },
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

/** What a person in the room would say of the lamp. */
export function lampWords({ plug, dimmable }: Pick<LampState, 'plug' | 'dimmable'>): string {
  if (!plug.online) return 'Unplugged';
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

/** `36 ms`, `0.4 s`, `12 s` */
export function durationWords(ms: number): string {
  if (ms < 100) return `${Math.round(ms)} ms`;
  return ms < 9_950 ? `${(ms / 1_000).toFixed(1)} s` : `${Math.round(ms / 1_000)} s`;
}
