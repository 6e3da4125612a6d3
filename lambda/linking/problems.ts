import type { SignInProblem } from './sign-in.ts';

/** Why a posted form did not lead on; shown on the same page. */
export type Problem = SignInProblem | 'incomplete' | 'code-missing' | 'code-too-late';

interface ProblemText {
  readonly text: (cloudName: string) => string;
  readonly status: number;
  readonly waitSeconds?: number;
}

/**
 * The text and status of each problem. What a person can correct on the page is a 200: an embedded web view might show a page of its own
 * in place of an error.
 */
export const PROBLEMS: Readonly<Record<Problem, ProblemText>> = {
  incomplete: { text: () => 'Please fill in both your e-mail address and your password.', status: 200 },
  'wrong-password': {
    text: (cloudName) =>
      `${cloudName} does not know this e-mail address with this password. Check both; capitals matter in the password.`,
    status: 200,
  },
  'code-missing': { text: () => 'Please fill in the code.', status: 200 },
  'wrong-code': {
    text: (cloudName) => `${cloudName} did not accept that code. Use the newest one you were sent.`,
    status: 200,
  },
  'code-too-late': { text: () => 'The code took too long. Please start again with your password.', status: 200 },
  'other-account': {
    text: (cloudName) => `This is another ${cloudName} account than the one your lamps are in. Sign in with that one.`,
    status: 200,
  },
  'not-connected': {
    text: (cloudName) =>
      `This ${cloudName} account is not connected with this skill, so there are no messages about it. Link it in the Alexa app first.`,
    status: 200,
  },
  locked: {
    text: (cloudName) =>
      `${cloudName} has locked this account for a while. That usually happens after too many failed sign-ins. Wait an hour before you try again. If the ${cloudName} app works for you then, this page will work too.`,
    status: 429,
    waitSeconds: 3600,
  },
  'too-many-attempts': {
    text: (cloudName) =>
      `There were too many attempts in a short time. This page waits, so that ${cloudName} does not lock the account.`,
    status: 429,
  },
  'cloud-busy': {
    text: (cloudName) =>
      `${cloudName} is too busy to answer. This has nothing to do with your account or your password. Please try again in a few minutes.`,
    status: 503,
    waitSeconds: 300,
  },
  'cloud-down': {
    text: (cloudName) =>
      `${cloudName} does not answer at the moment. This has nothing to do with your account or your password. Please try again in a few minutes.`,
    status: 503,
    waitSeconds: 60,
  },
};
