import type { Observation, Question } from '../observation.ts';
import type { MakerServer } from '../server.ts';
import type { FlowClient, FlowPorts } from './client.ts';
import type { Discovery } from './discovery.ts';

export interface ProbeContext {
  readonly server: MakerServer;
  readonly ports: FlowPorts;
  readonly client: FlowClient;
  readonly discovery: Discovery;
}

/** One question to the server. Each makes its own links, since a server may end the link that it is asked with. */
export interface Probe {
  /** What the links are for, in a few words; a person reads it before each sign-in. */
  readonly title: string;
  /** How often somebody has to sign in. */
  readonly links: number;
  /** The same where Alexa sends a challenge. */
  readonly linksWithPkce?: number;
  /** What it answers: so much is not checked if it cannot run. */
  readonly questions: readonly Question[];
  /** Only where time can be moved. */
  readonly passesTime?: boolean;
  /** @throws LinkNotMade, or an Error with one sentence */
  run(context: ProbeContext): Promise<readonly Observation[]>;
}
