import type { Observation, Outcome, Practice, Question } from './observation.ts';
import { PRACTICES, QUESTIONS } from './observation.ts';

/** What is true of one practice, with everything that was seen of it. */
export interface PracticeFinding {
  readonly practice: Practice;
  readonly title: string;
  readonly outcome: Outcome;
  /** One sentence. */
  readonly says: string;
  /** The worst first. */
  readonly observations: readonly Observation[];
}

/** The worst first. What is known comes before what somebody has to be asked. */
const WORST_FIRST: readonly Outcome[] = ['bridge', 'bad', 'unchecked', 'advice', 'ask', 'good'];
const rank = ({ outcome }: { readonly outcome: Outcome }): number => WORST_FIRST.indexOf(outcome);

/**
 * One finding for each practice, in their order. A question that nobody answered is one for the maker. One that an observation answers
 * is no longer asked: `ask` of one source gives way to what another source saw.
 */
export function conclude(observations: readonly Observation[]): readonly PracticeFinding[] {
  return (Object.keys(PRACTICES) as Practice[]).map((practice) => {
    const questions = (Object.keys(QUESTIONS) as Question[]).filter((one) => QUESTIONS[one].practice === practice);
    const answers = questions.flatMap((question) => answersTo(question, observations));
    const sorted = answers.toSorted((one, other) => rank(one) - rank(other));
    const [worst] = sorted;
    return {
      practice,
      title: PRACTICES[practice],
      outcome: worst?.outcome ?? 'ask',
      says: sentence(sorted),
      observations: sorted,
    };
  });
}

function answersTo(question: Question, observations: readonly Observation[]): readonly Observation[] {
  const all = observations.filter((one) => one.question === question);
  const seen = all.filter(({ outcome }) => outcome !== 'ask' && outcome !== 'unchecked');
  const unchecked = all.filter(({ outcome }) => outcome === 'unchecked');
  // What one probe saw does not stand for another that could not run. What a setting says does.
  const half = seen.some(({ by }) => by === 'linking-flow') ? unchecked.filter(({ by }) => by === 'linking-flow') : [];
  if (seen.length > 0) return [...seen, ...half.slice(0, 1)];
  if (unchecked.length > 0) return unchecked.slice(0, 1);
  return all.length > 0 ? all.slice(0, 1) : [unseen(question)];
}

/** A question that cannot be answered from outside. */
export const unseen = (question: Question, seen = 'cannot be seen from outside'): Observation => ({
  question,
  outcome: 'ask',
  what: QUESTIONS[question].ask,
  seen,
  wanted: 'an answer of whoever runs the server',
});

/** What the practice comes to, named by the worst that was seen. */
function sentence(sorted: readonly Observation[]): string {
  const [worst] = sorted;
  if (!worst) return 'nothing was looked at';
  const { outcome, what, seen, why } = worst;
  const also = sorted.filter((one) => one.outcome === outcome).length > 1 ? '; more below' : '';
  if (outcome === 'good') return [...new Set(sorted.map((one) => `${one.what}: ${one.seen}`))].join('; ');
  if (outcome === 'ask') return `ask ${what}${also}`;
  if (outcome === 'unchecked') return `not checked: ${seen}`;
  if (outcome === 'bridge') return `no setting can meet this: ${why ?? seen}`;
  return `${why ?? `${what} is ${seen}`}${also}`;
}
