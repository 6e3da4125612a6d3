import type { Texts } from '../texts/texts.ts';
import type { SignInProblem } from './sign-in.ts';

/** Why a posted form did not lead on; shown on the same page. */
export type Problem = SignInProblem | 'incomplete' | 'code-missing' | 'code-too-late';

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
  'not-connected': ['email'],
  locked: [],
  'too-many-attempts': [],
  'cloud-busy': [],
  'cloud-down': [],
};

export function problemText(problem: Problem, { signIn }: Texts, cloud: string): string {
  const text: string | ((values: { readonly cloud: string }) => string) = signIn.problems[problem];
  return typeof text === 'string' ? text : text({ cloud });
}
