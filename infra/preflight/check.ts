import type { Verdict } from './finding.ts';
import type { Link } from './linking-flow.ts';
import type { Target } from './target.ts';

/** A target on which one linking flow has been played, or will be when somebody asks. */
export interface CheckContext extends Target {
  /** @throws an Error with one sentence that says where the linking flow ended */
  linked(): Promise<Link>;
}

export interface Check {
  /** What is found is told under this name, which stays the same. */
  readonly name: string;
  /** What is looked at, in words. */
  readonly title: string;
  /** Checks without which this one says nothing: it is skipped when one of them has failed or was skipped. */
  readonly after?: readonly string[];
  run(context: CheckContext): Promise<Verdict>;
}
