import { printReport, toReport } from '../../infra/doctor/report.ts';
import { DOUBTS, HOP_NAMES, UNKNOWN, WHO } from '../../infra/doctor/words.ts';
import { convictions, diagnose } from '../../lambda/domain/diagnosis/diagnose.ts';
import type { Evidence } from '../../lambda/domain/diagnosis/evidence.ts';
import { ALL_HOPS, HOPS, type Hop } from '../../lambda/domain/diagnosis/hops.ts';
import { knownAt } from '../../lambda/domain/diagnosis/known.ts';
import { NOW } from '../domain/diagnosis/support.ts';
import { JUDGED_CAUSES, JUDGED_HINTS, JUDGED_OK, JUDGED_REMEDIES, type Judged } from './doctor-truth.ts';

/** A sentence as it stands in the output. */
export interface Printed {
  readonly kind: 'broken' | 'ok' | 'unknown' | 'remedy' | 'doubt' | 'hint';
  readonly hop?: Hop;
  readonly says: string;
  /** `2026-03-01 12:00` */
  readonly moment?: string;
}

const HEALTHY = /^HEALTHY: Everything that can be seen from here works\. Only somebody at the lamp/;
const MARKS = { 'ok    ': 'ok', BROKEN: 'broken', '  -   ': 'unknown' } as const;
const hopOf = (code: string): Hop | undefined => ALL_HOPS.find((hop) => HOPS[hop].code === code);
const addressees = Object.values(WHO).join('|');

function read(line: string): Printed | undefined {
  const [, code = '', rest = ''] = /^([SFB]\d+) +(.*)$/.exec(line) ?? [];
  const hop = hopOf(code);
  if (hop) return ofHop(hop, rest);
  const [, remedy] = new RegExp(`^ +(?:${addressees}): (.*)$`).exec(line) ?? [];
  if (remedy !== undefined) return { kind: 'remedy', says: remedy };
  const [, doubt] = /^UNDECIDED: (.*)$/.exec(line) ?? [];
  if (doubt !== undefined) return { kind: 'doubt', says: doubt };
  const [, hint] = /^ {2}([A-Z"\d].*)$/.exec(line) ?? [];
  return hint === undefined ? undefined : { kind: 'hint', says: hint };
}

function ofHop(hop: Hop, rest: string): Printed | undefined {
  const name = HOP_NAMES[hop];
  const [, since, verdict] = new RegExp(`^${name} BROKEN(?: since (.*) UTC)?: (.*)$`).exec(rest) ?? [];
  if (verdict !== undefined) return { kind: 'broken', hop, says: verdict, ...(since && { moment: since }) };
  const mark = rest.slice(17, 23) as keyof typeof MARKS;
  const kind = MARKS[mark];
  if (kind === undefined || !rest.startsWith(name)) return undefined;
  const end = kind === 'broken' ? / \(since (.{16}) UTC\)$/ : /, (\d{4}-\d\d-\d\d \d\d:\d\d) UTC$/;
  const [whole = '', moment] = end.exec(rest) ?? [];
  const says = rest.slice(25, rest.length - whole.length);
  return { kind, hop, says, ...(moment && { moment }) };
}

const reportOf = (evidence: Evidence): string =>
  printReport(toReport({ title: 'The skill', now: NOW, diagnosis: diagnose(evidence, NOW), cloud: 'Acme Home' }));

/** Every sentence that the doctor prints of this evidence. */
export const printed = (evidence: Evidence): Printed[] =>
  reportOf(evidence)
    .split('\n')
    .flatMap((line) => read(line) ?? []);

/** What is wrong with a sentence where this is known. */
export function judgedBy(judged: Judged, says: string, evidence: Evidence): 'true' | 'false' | 'not judged' {
  const matching = judged.filter(([sentence]) => sentence.test(says));
  if (matching.length === 0) return 'not judged';
  const isTrue = matching.every(([sentence, shown]) => shown(evidence, ...(sentence.exec(says) ?? []).slice(1)));
  return isTrue ? 'true' : 'false';
}

const DOUBT_OF: Judged = [
  [
    new RegExp(`^${DOUBTS['link-not-completed']}$`),
    ({ link, table, cloud }) => link?.state === 'not-completed' && table?.state === 'ok' && cloud?.state === 'ok',
  ],
  [
    new RegExp(`^${DOUBTS['alexa-not-heard']}$`),
    ({ goodDirective, refresh, table, cloud }) =>
      goodDirective === undefined && refresh === undefined && table?.state === 'ok' && cloud?.state === 'ok',
  ],
  [new RegExp(`^${DOUBTS['looked-often']}$`), ({ limited, cloud }) => limited !== undefined && cloud === undefined],
  [new RegExp(`^${DOUBTS['not-enough-known'].replace('.', '\\.')}$`), () => true],
];

function verdictOn({ kind, hop, says }: Printed, evidence: Evidence): 'true' | 'false' | 'not judged' {
  switch (kind) {
    case 'broken': {
      const [found] = convictions(diagnose(evidence, NOW)).filter((one) => one.hop === hop);
      return judgedBy(found ? JUDGED_CAUSES[found.cause.code] : [], says, evidence);
    }
    case 'ok':
      return judgedBy((hop && JUDGED_OK[hop]) ?? [], says, evidence);
    case 'unknown':
      return says === ((hop && UNKNOWN[hop]) ?? 'not known') ? 'true' : 'not judged';
    case 'remedy': {
      const facts = JUDGED_REMEDIES.filter(([sentence]) => sentence.test(says));
      return facts.every(([, shown]) => shown(evidence)) ? 'true' : 'false';
    }
    case 'doubt':
      return judgedBy(DOUBT_OF, says, evidence);
    case 'hint':
      return judgedBy(JUDGED_HINTS, says, evidence);
  }
}

/** A moment that is named must be in what is known. */
const isShown = (moment: string | undefined, evidence: Evidence): boolean =>
  moment === undefined || JSON.stringify(evidence).includes(moment.replace(' ', 'T'));

/** What the doctor prints of this evidence and it does not show. @param change of what is printed, to try this itself */
export function falseIn(evidence: Evidence, change: (report: string) => string = (report) => report): string[] {
  const known = knownAt(evidence, NOW);
  const [, , ...lines] = change(reportOf(evidence)).split('\n');
  return lines.flatMap((line) => {
    if (['', 'May soon matter:'].includes(line) || HEALTHY.test(line)) return [];
    const one = read(line);
    if (!one) return [`not judged: ${line}`];
    const verdict = verdictOn(one, known);
    if (verdict !== 'true') return [`${verdict}: ${line}`];
    return isShown(one.moment, known) ? [] : [`moment of nothing: ${line}`];
  });
}
