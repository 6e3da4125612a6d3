import type { AskCli } from './ask.ts';
import type { AskProfile } from './ask-profile.ts';
import type { Aws } from './aws/aws.ts';
import type { Options } from './options.ts';
import type { Say } from './say.ts';

/** What deploying works with. */
export interface DeployContext {
  /** The project's folder. */
  readonly root: string;
  readonly options: Options;
  readonly profile: AskProfile;
  readonly ask: AskCli;
  readonly aws: Aws;
  readonly say: Say;
  /** Asks the person; absent where nobody is there to answer. */
  readonly question?: (text: string) => Promise<string>;
  /** Builds and checks. @throws Failure */
  readonly build: () => Promise<void>;
  /** A fresh client secret. */
  readonly makeSecret: () => string;
}
