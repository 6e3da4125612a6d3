import type { Verdict } from './finding.ts';
import type { Link } from './linking-flow.ts';
import type { Target } from './target.ts';

/** A target, and one linking flow that runs when the first check asks for it. */
export interface CheckContext extends Target {
  /** @throws an Error with one sentence that says where the linking flow ended */
  linked(): Promise<Link>;
}

export interface Check {
  /** The fixed name of the check in every output. */
  readonly name: string;
  /** What should be true, in words. */
  readonly title: string;
  /** Checks that must pass first: this one is skipped if one of them failed or was skipped. */
  readonly after?: readonly string[];
  run(context: CheckContext): Promise<Verdict>;
}
