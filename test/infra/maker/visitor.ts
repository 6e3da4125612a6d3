import { createServer } from 'node:http';
import type { DeskClock } from '../../../desk/clock.ts';
import { listenOnLoopback } from '../../../desk/loopback.ts';
import { signInAsPerson } from '../../../desk/person.ts';
import type { Clock } from '../../../lambda/ports/clock.ts';

/** Signs in on pages as a person does, and says where the browser came back to. */
export interface ScriptedVisitor {
  readonly redirectUri: string;
  signIn(authorizationUrl: string): Promise<URL>;
  close(): Promise<void>;
}

export async function startVisitor(): Promise<ScriptedVisitor> {
  let back: URL | undefined;
  const server = createServer((request, response) => {
    back = new URL(request.url ?? '/', redirectUri);
    response.end('signed in');
  });
  const loopback = await listenOnLoopback(server);
  const redirectUri = `${loopback.url}/callback`;
  return {
    redirectUri,
    async signIn(url) {
      back = undefined;
      await signInAsPerson(url, { email: 'ada@example.org', password: 'right' });
      if (!back) throw new Error('the browser did not come back');
      return back;
    },
    close: () => loopback.close(),
  };
}

/** A clock on which nobody waits: time passes at once. */
export const impatient = (clock: DeskClock): Clock => ({
  now: () => clock.now(),
  wait: async (ms) => clock.advance(ms),
});
