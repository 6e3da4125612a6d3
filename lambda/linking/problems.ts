import { TAGS } from '../texts/languages.ts';
import type { Texts } from '../texts/texts.ts';
import type { SignInProblem } from './sign-in.ts';

/** Why a posted form did not lead on; shown on the same page. */
export type Problem = SignInProblem | 'incomplete' | 'code-missing' | 'code-too-late';

/** What the text of a problem may name besides. */
export interface ProblemDetails {
  readonly retryAfterSeconds?: number;
  /** Names of lamps that the person sees at the device cloud. */
  readonly lamps?: readonly string[];
}

interface ProblemAnswer {
  readonly status: number;
  readonly waitSeconds?: number;
}

/**
 * The status of each problem. What a person can correct on the page is a 200: an embedded web view might show a page of its own in place of
 * an error.
 */
export const PROBLEMS: Readonly<Record<Problem, ProblemAnswer>> = {
  incomplete: { status: 200 },
  'wrong-password': { status: 200 },
  'code-missing': { status: 200 },
  'wrong-code': { status: 200 },
  'code-too-late': { status: 200 },
  'other-account': { status: 200 },
  'fewer-lamps': { status: 200 },
  'not-connected': { status: 200 },
  locked: { status: 429, waitSeconds: 3600 },
  'too-many-attempts': { status: 429 },
  'cloud-busy': { status: 503, waitSeconds: 300 },
  'cloud-down': { status: 503, waitSeconds: 60 },
};

/** The fields whose content each problem is about. */
export const INVALID_FIELDS: Readonly<Record<Problem, readonly ('email' | 'password' | 'code')[]>> = {
  incomplete: ['password'],
  'wrong-password': ['email', 'password'],
  'code-missing': ['code'],
  'wrong-code': ['code'],
  'code-too-late': [],
  'other-account': ['email'],
  'fewer-lamps': ['email'],
  'not-connected': ['email'],
  locked: [],
  'too-many-attempts': [],
  'cloud-busy': [],
  'cloud-down': [],
};

export function problemText(
  problem: Problem,
  { signIn, language }: Texts,
  cloud: string,
  lamps: readonly string[] = [],
): string {
  type Values = { readonly cloud: string; readonly lamps: string };
  const text: string | ((values: Values) => string) = signIn.problems[problem];
  if (typeof text === 'string') return text;
  return text({ cloud, lamps: new Intl.ListFormat(TAGS[language]).format(lamps) });
}
