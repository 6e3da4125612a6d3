import { printable } from '../../printable.ts';
import type { Finding } from '../finding.ts';
import type { PracticeFinding } from './conclude.ts';
import type { Observation, Outcome } from './observation.ts';

const MARK = {
  good: 'ok         ',
  advice: 'ok, but    ',
  bad: 'NOT MET    ',
  bridge: 'USE BRIDGE ',
  ask: 'ask        ',
  unchecked: 'NOT CHECKED',
} as const satisfies Record<Outcome, string>;

const INDENT = ' '.repeat(18);

/** One line for each practice, the verdict first; below it what to do. A command that answers several practices is shown once. */
export function toReport(findings: readonly PracticeFinding[]): string {
  const shownAt = new Map<string, string>();
  return findings.map((finding) => toLines(finding, shownAt)).join('\n');
}

/** @param shownAt the practice that each command was shown at */
function toLines(
  { practice, title, outcome, says, observations }: PracticeFinding,
  shownAt: Map<string, string>,
): string {
  const of = (...outcomes: readonly Outcome[]) => observations.filter((one) => outcomes.includes(one.outcome));
  const good = of('good').map(({ what, seen }) => `${what}: ${seen}`);
  const isWrong = outcome === 'bad' || outcome === 'bridge';
  const commands = of('bad', 'bridge', 'advice').flatMap(({ remedy }) => remedy?.command ?? []);
  const below = [
    ...of('bad', 'bridge', 'advice').flatMap((one) => detailsOf(one, observations)),
    ...of('ask').map(({ what }) => `ask: ${what}`),
    ...[...new Set(commands)].map((command) => commandLine(command, practice, shownAt)),
    ...(isWrong || good.length === 0 ? [] : [`seen: ${[...new Set(good)].join('; ')}`]),
  ];
  const head = `${MARK[outcome]}  ${practice}  ${title}${outcome === 'good' || outcome === 'ask' ? '' : `: ${says}`}`;
  return [printable(head), ...new Set(below.map((line) => INDENT + printable(line)))].join('\n');
}

function commandLine(command: string, practice: string, shownAt: Map<string, string>): string {
  const before = shownAt.get(command);
  if (before !== undefined && before !== practice) return `command: the one of ${before} does this as well`;
  shownAt.set(command, practice);
  return `command: ${command}`;
}

/** What the linking flow saw needs no remedy of its own where a setting explains it. */
function detailsOf(one: Observation, all: readonly Observation[]): readonly string[] {
  const { what, seen, wanted, remedy, question, by } = one;
  const explains = (other: Observation) =>
    other.question === question && other.outcome === 'bad' && other.by === 'settings';
  const isExplained = by === 'linking-flow' && all.some(explains);
  return [
    `${what}: ${seen}; wanted: ${wanted}`,
    ...(remedy?.console && !isExplained ? [`console: ${remedy.console}`] : []),
    ...(remedy?.text && !isExplained ? [`do: ${remedy.text}`] : []),
  ];
}

/** Whether nothing is wrong. A question for the maker is not wrong; a check that could not run is. */
export const isSound = (findings: readonly PracticeFinding[]): boolean =>
  findings.every(({ outcome }) => outcome === 'good' || outcome === 'advice' || outcome === 'ask');

/** The last lines. */
export function summary(findings: readonly PracticeFinding[]): string {
  const named = (holds: (finding: PracticeFinding) => boolean) =>
    findings.filter(holds).map(({ practice }) => practice);
  const is = (outcome: Outcome) => (finding: PracticeFinding) => finding.outcome === outcome;
  const asks = ({ observations }: PracticeFinding) => observations.some(({ outcome }) => outcome === 'ask');
  const parts = [
    sentence(
      named(is('bridge')),
      'cannot be met by any setting of this server: put this skill’s own server in front of it (LINK_MODE=bridge).',
    ),
    sentence(
      named((finding) => is('bad')(finding) && finding.practice !== 'OAuth'),
      'will end links of people: change what is named above before anybody links.',
    ),
    findings.some((finding) => is('bad')(finding) && finding.practice === 'OAuth')
      ? 'OAuth is not kept to: change what is named above before anybody links.'
      : '',
    sentence(named(is('unchecked')), 'could not be checked.'),
    sentence(named(asks), 'cannot be seen from outside in every part: ask whoever runs the server.'),
  ].filter((part) => part !== '');
  return parts.length === 0 ? 'All practices are met.' : parts.join('\n');
}

const sentence = (practices: readonly string[], says: string): string =>
  practices.length === 0 ? '' : `${practices.length === 1 ? 'Practice' : 'Practices'} ${practices.join(', ')} ${says}`;

const AS_CHECK = {
  good: 'passed',
  advice: 'advice',
  bad: 'failed',
  bridge: 'failed',
  ask: 'advice',
  unchecked: 'skipped',
} as const;

/** The same as a finding of preflight, for whoever lists both. */
export function toFinding({ practice, outcome, says, observations }: PracticeFinding): Finding {
  const check = `maker-${practice.toLowerCase()}`;
  const as = AS_CHECK[outcome];
  if (as === 'passed' || as === 'skipped') return { check, outcome: as, says };
  const remedy = observations[0]?.remedy;
  const todo = remedy?.command ?? remedy?.text ?? remedy?.console ?? 'Ask whoever runs the server.';
  return { check, outcome: as, says, remedy: todo };
}
