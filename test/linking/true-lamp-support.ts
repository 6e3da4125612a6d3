import { type Conviction, convictions, diagnose } from '../../lambda/domain/diagnosis/diagnose.ts';
import type { Evidence } from '../../lambda/domain/diagnosis/evidence.ts';
import type { Hop } from '../../lambda/domain/diagnosis/hops.ts';
import { viewOf } from '../../lambda/linking/lamps-view.ts';
import { datesOf } from '../../lambda/texts/dates.ts';
import { en } from '../../lambda/texts/en.ts';
import { es } from '../../lambda/texts/es.ts';
import { fr } from '../../lambda/texts/fr.ts';
import type { Fault } from '../domain/diagnosis/faults.ts';
import { HEALTHY, NOW } from '../domain/diagnosis/support.ts';
import { JUDGED, JUDGED_CAUSES } from './judged-lamp-texts.ts';

const texts = [en, es, fr];
export const viewsOf = (evidence: Evidence) =>
  texts.map((one) =>
    viewOf(
      { evidence, records: [], answers: {}, blinks: [], now: NOW },
      { texts: one, cloud: 'Acme Home', skill: 'Bridge' },
      datesOf(one.language),
    ),
  );

/** What is said as a fact, in English: of what is wrong, and of each part of the chain. */
export function saidOf(evidence: Evidence): string[] {
  const [english] = viewsOf(evidence);
  if (!english) throw new Error('no English');
  const { verdict, chain } = english;
  return [
    verdict.title,
    verdict.what,
    ...chain.map(({ name, state, what }) => `${name} ${state}: ${what.replace('\0', '…')}`),
  ];
}

/** Whether a sentence that a person reads is true where these faults are real. */
function isTrue(sentence: string, faults: readonly Fault[]): boolean {
  const [, cause = sentence] = /^[\w -]+ broken: (.*)$/.exec(sentence) ?? [];
  if (faults.some((fault) => JUDGED_CAUSES[fault.cause].includes(cause))) return true;
  const judged = JUDGED[sentence];
  if (judged === undefined) return false;
  if (judged === 'always') return true;
  if (judged === 'nothing is wrong') return faults.length === 0;
  if (judged === 'nothing keeps a command from the lamps') return faults.every(({ dark }) => !dark);
  return faults.every(({ hop }) => hop !== judged.works);
}

/** Whether a sentence that a person reads is true where these causes were found; that evidence shows them, the doctor's matrix judges. */
function isTrueFor(sentence: string, found: readonly (Conviction & { readonly hop: Hop })[]): boolean {
  const [, cause = sentence] = /^[\w -]+ broken: (.*)$/.exec(sentence) ?? [];
  if (found.some((one) => JUDGED_CAUSES[one.cause.code].includes(cause))) return true;
  const judged = JUDGED[sentence];
  if (judged === undefined) return false;
  if (judged === 'always') return true;
  if (judged === 'nothing is wrong') return found.length === 0;
  if (judged === 'nothing keeps a command from the lamps') return found.every(({ darkens }) => !darkens);
  return found.every(({ hop }) => hop !== judged.works);
}

/** The sentences that a page shows where this is known, and that are false or that nobody has judged. */
export const wrongWith = (evidence: Evidence): string[] => {
  const found = convictions(diagnose(evidence, NOW));
  return saidOf(evidence).filter((sentence) => !isTrueFor(sentence, found));
};

/** The false sentences that a page shows where these faults are real. */
export const wrongIn = (faults: readonly Fault[]): string[] => {
  const evidence = Object.assign({}, HEALTHY, ...faults.map((fault) => fault.evidence)) as Evidence;
  return saidOf(evidence)
    .filter((sentence) => !isTrue(sentence, faults))
    .map((sentence) => `${faults.map(({ fault }) => fault).join(' and ') || 'healthy'}: ${sentence}`);
};
