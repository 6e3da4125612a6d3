/** The result of a check in one sentence; `failed` and `advice` have a remedy in another. */
export type Verdict =
  | { readonly outcome: 'passed' | 'skipped'; readonly says: string }
  /** `advice`: a person must decide. It does not make preflight fail. */
  | {
      readonly outcome: 'failed' | 'advice';
      readonly says: string;
      readonly remedy: string;
      /** It could not be looked at, so that nothing was found. */
      readonly didNotRun?: true;
    };

export type Finding = Verdict & { readonly check: string };

export const passed = (says: string): Verdict => ({ outcome: 'passed', says });
export const skipped = (says: string): Verdict => ({ outcome: 'skipped', says });
export const failed = (says: string, remedy: string): Verdict => ({ outcome: 'failed', says, remedy });
/** It could not be looked at. @param why what went wrong, in a sentence */
export const didNotRun = (why: string): Verdict => ({
  outcome: 'failed',
  says: `check did not run: ${why}`,
  remedy: 'Fix this error, and look again.',
  didNotRun: true,
});
export const advice = (says: string, remedy: string): Verdict => ({ outcome: 'advice', says, remedy });

/** `1 function`, `2 functions` */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** The first problem, else passed. */
export const firstOf = (wrong: readonly (Verdict | undefined | false)[], otherwise: string): Verdict =>
  wrong.find((verdict): verdict is Verdict => Boolean(verdict)) ?? passed(otherwise);
