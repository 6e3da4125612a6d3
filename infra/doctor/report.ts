import { type Addressee, CAUSES, type CauseCode } from '../../lambda/domain/diagnosis/causes.ts';
import type { ChainLink, Diagnosis, Doubt } from '../../lambda/domain/diagnosis/diagnose.ts';
import type { EachLink } from '../../lambda/domain/diagnosis/evidence.ts';
import { ALL_HOPS, HOPS, type Hop } from '../../lambda/domain/diagnosis/hops.ts';
import { printable } from '../printable.ts';
import { okWords } from './ok-words.ts';
import { ACTS, DOUBTS, HOP_NAMES, hintWords, linkWords, toMinute, UNKNOWN, WHO, wordsOf } from './words.ts';

/** What is wrong with a hop, or that nothing is. */
export interface ReportLine {
  readonly hop: Hop;
  /** `F8` */
  readonly code: string;
  readonly state: 'ok' | 'broken' | 'unknown';
  readonly says: string;
  /** ISO 8601: since when it is broken, or when it was last seen to work. */
  readonly at?: string;
  readonly remedy?: string;
  readonly who?: Addressee;
  /** A finding of preflight says so. */
  readonly fromSetUp?: true;
}

/** A finding of preflight that belongs to a hop. */
export interface SetUpFinding {
  readonly hop: Hop;
  readonly outcome: 'failed' | 'advice';
  readonly check: string;
  readonly says: string;
  readonly remedy: string;
  /** It could not be looked at, so that nothing was found. */
  readonly didNotRun?: true;
}

export interface Report {
  readonly title: string;
  /** ISO 8601 */
  readonly at: string;
  readonly verdict: Hop | 'undecided' | 'healthy';
  /** Whether something could not be looked at, so that nothing can be said. */
  readonly blind: boolean;
  /** ISO 8601: since when, as far as that is known. */
  readonly since?: string;
  /** In one sentence. */
  readonly says: string;
  readonly remedy?: string;
  readonly who?: Addressee;
  readonly lines: readonly ReportLine[];
  readonly hints: readonly string[];
  readonly setUp: readonly SetUpFinding[];
  /** Of an account: each link of Alexa. */
  readonly links?: readonly string[];
  /** Of a whole deployment: what is stored of its accounts. */
  readonly accounts?: Accounts;
}

/** Accounts with the same finding. */
export interface Group {
  readonly hop: Hop;
  readonly cause: CauseCode;
  /** What is said of the first of them. */
  readonly example: string;
  readonly count: number;
  /** The ids of some of them. */
  readonly accounts: readonly string[];
}

export interface Accounts {
  readonly all: number;
  readonly looked: number;
  /** The most frequent first. */
  readonly found: readonly Group[];
}

export interface Looked {
  readonly title: string;
  readonly now: Date;
  readonly diagnosis: Diagnosis;
  /** What people call the device cloud. */
  readonly cloud: string;
  readonly setUp?: readonly SetUpFinding[];
  /** The links of an account, where they were read. */
  readonly links?: readonly EachLink[] | undefined;
}

/** Something could not be looked at. */
const BLIND: ReadonlySet<Doubt> = new Set<Doubt>(['looked-often', 'not-enough-known']);

/**
 * What the doctor says of a diagnosis. What the set-up lacks convicts only where the diagnosis names nobody: then nothing else explains
 * what people see.
 */
export function toReport({ title, now, diagnosis, cloud, setUp = [], links }: Looked): Report {
  const failures = setUp.filter(({ outcome }) => outcome === 'failed').sort(byChain);
  const lines = diagnosis.chain.map((link) => withFailure(toLine(link, cloud), failures));
  const common = {
    ...{ title, at: now.toISOString(), lines, setUp },
    hints: diagnosis.hints.map(hintWords),
    ...(links && { links: links.map(linkWords) }),
    blind: diagnosis.hop === 'undecided' && BLIND.has(diagnosis.doubt),
  };
  if (diagnosis.hop !== 'healthy' && diagnosis.hop !== 'undecided') {
    const { says, remedy, who } = wordsOf(diagnosis.cause, cloud);
    const { since } = diagnosis;
    return { ...common, verdict: diagnosis.hop, says, remedy, who, ...(since !== undefined && { since }) };
  }
  const [failed] = failures;
  if (failed) return { ...common, verdict: failed.hop, says: failed.says, remedy: failed.remedy, who: 'developer' };
  const says = diagnosis.hop === 'undecided' ? DOUBTS[diagnosis.doubt] : HEALTHY;
  return { ...common, verdict: diagnosis.hop, says };
}

/** A hop that nothing gets past, as the set-up is: what was seen to work there was before. */
function withFailure(line: ReportLine, failures: readonly SetUpFinding[]): ReportLine {
  const failure = failures.find(({ hop }) => hop === line.hop);
  if (line.state === 'broken' || !failure) return line;
  const { hop, code } = line;
  const { says, remedy } = failure;
  return { hop, code, state: 'broken', says, remedy, who: 'developer', fromSetUp: true };
}

const HEALTHY =
  'Everything that can be seen from here works. Only somebody at the lamp can see whether the bulb is lit.';

const byChain = (one: SetUpFinding, other: SetUpFinding): number =>
  ALL_HOPS.indexOf(one.hop) - ALL_HOPS.indexOf(other.hop);

function toLine(link: ChainLink, cloud: string): ReportLine {
  const { hop } = link;
  const { code } = HOPS[hop];
  switch (link.state) {
    case 'ok':
      return { hop, code, state: 'ok', says: okWords(hop, link.proof), at: link.at };
    case 'unknown':
      return { hop, code, state: 'unknown', says: UNKNOWN[hop] ?? 'not known' };
    case 'broken': {
      const { says, remedy, who } = wordsOf(link.cause, cloud);
      return { hop, code, state: 'broken', says, remedy, who, ...(link.since !== undefined && { at: link.since }) };
    }
  }
}

/**
 * 0: nothing is broken as far as can be seen. 1: a hop is named. 2: the check did not run. For a whole deployment, an account counts only
 * where the developer has to act: in a large one, some plug is always offline.
 */
export function exitCodeOf({ verdict, blind, accounts }: Report): 0 | 1 | 2 {
  const isNamed = verdict !== 'healthy' && verdict !== 'undecided';
  if (isNamed || accounts?.found.some(({ cause }) => CAUSES[cause].who === 'developer')) return 1;
  return blind ? 2 : 0;
}

const MARKS = { ok: 'ok    ', broken: 'BROKEN', unknown: '  -   ' } as const;
const moment = toMinute;

/** The report for a terminal. The answer comes first; what is broken is named with its remedy, one line for each hop. */
export function printReport(report: Report): string {
  const { title, at, verdict, since, says, remedy, who, lines, hints, setUp, links = [], accounts } = report;
  const named = verdict === 'healthy' || verdict === 'undecided' ? verdict.toUpperCase() : nameOf(verdict, since);
  return [
    `${title}, looked at ${moment(at)}`,
    '',
    `${named}: ${says}`,
    ...(remedy === undefined ? [] : [`  ${WHO[who ?? 'developer']}: ${remedy}`]),
    '',
    ...lines.flatMap((line) => [lineOf(line, at), ...remedyOf(line)]),
    ...section(
      'Set-up',
      setUp
        .filter((one) => !isSaid(one, lines))
        .flatMap((one) => [`${HOPS[one.hop].code.padEnd(4)}${one.says} [${one.check}]`, `    you: ${one.remedy}`]),
    ),
    ...section('Links of Alexa', links),
    ...(accounts ? accountLines(accounts) : []),
    ...section('May soon matter', hints),
  ]
    .map(printable)
    .join('\n');
}

/** Where our address does not answer, none of these can be looked at. */
const AT_ADDRESS: ReadonlySet<Hop> = new Set<Hop>(['sign-in-page', 'code-exchange', 'token-refresh']);

/** What stops a hop is in its line: in these words, or in those of what was found there. */
const isSaid = ({ hop, outcome, says, didNotRun }: SetUpFinding, lines: readonly ReportLine[]): boolean => {
  const isAddressBroken = lines.some((one) => one.state === 'broken' && AT_ADDRESS.has(one.hop));
  if (didNotRun && AT_ADDRESS.has(hop) && isAddressBroken) return true;
  const line = lines.find((one) => one.hop === hop && one.state === 'broken');
  return line !== undefined && outcome === 'failed' && (line.says === says || line.fromSetUp !== true);
};

const nameOf = (hop: Hop, since: string | undefined): string =>
  `${HOPS[hop].code} ${HOP_NAMES[hop]} BROKEN${since === undefined ? '' : ` since ${moment(since)}`}`;

function lineOf({ code, hop, state, says, at }: ReportLine, now: string): string {
  const when = at === undefined ? '' : state === 'broken' ? ` (since ${moment(at)})` : seenAt(at, now);
  return `${code.padEnd(4)}${HOP_NAMES[hop].padEnd(17)}${MARKS[state]}  ${says}${when}`;
}

/** A minute is as exact as the report is. */
const seenAt = (at: string, now: string): string => (moment(at) === moment(now) ? '' : `, ${moment(at)}`);

const remedyOf = ({ remedy, who }: ReportLine): string[] =>
  remedy === undefined || who === undefined ? [] : [`${' '.repeat(29)}${WHO[who]}: ${remedy}`];

function accountLines({ all, looked, found }: Accounts): string[] {
  const title = `Accounts: ${looked} of ${all}, by what is stored; no device cloud was asked`;
  if (found.length === 0) return ['', `${title}. None is known to have a fault.`];
  const lines = found.flatMap(({ hop, cause, count, example, accounts: ids }) => {
    const more = count > ids.length ? ', ...' : '';
    const name = `${HOPS[hop].code.padEnd(4)}${HOP_NAMES[hop].padEnd(17)}`;
    const what = count === 1 ? example : `such as: ${example}`;
    return [
      `${name}${count} of ${looked}: ${what}`,
      `${' '.repeat(21)}${ACTS[CAUSES[cause].who]} For --account: ${ids.join(', ')}${more}`,
    ];
  });
  return section(title, lines);
}

const section = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : ['', `${title}:`, ...lines.map((line) => `  ${line}`)];
