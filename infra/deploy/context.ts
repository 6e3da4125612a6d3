import type { AskCli } from './ask.ts';
import type { AskProfile } from './ask-profile.ts';
import type { Aws } from './aws/aws.ts';
import type { Options } from './options.ts';
import type { Say } from './say.ts';

/** What every deploy step gets. */
export interface DeployContext {
  /** The project's folder. */
  readonly root: string;
  readonly options: Options;
  readonly profile: AskProfile;
  readonly ask: AskCli;
  readonly aws: Aws;
  readonly say: Say;
  /** Asks the person; absent without a terminal. */
  readonly question?: (text: string) => Promise<string>;
  /** Whether account linking answers at an origin. */
  readonly answers: (origin: string) => Promise<boolean>;
  /** How a run waits for what takes minutes; absent: a look every ten seconds for half an hour. The next run waits on. */
  readonly waiting?: { readonly everyMs: number; readonly looks: number };
  /** Builds and checks. @throws Failure */
  readonly build: () => Promise<void>;
  /** A fresh client secret. */
  readonly makeSecret: () => string;
}
