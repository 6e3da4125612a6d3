import { LAMPS_LINK_MS, sealLampsLink } from '../../lambda/domain/lamps-link.ts';
import { EMAIL, openSetup, PASSWORD, type TestSetup, type TestSetupOptions } from '../support/setup.ts';
import type { Visited } from '../support/visitor.ts';
import { Visitor } from '../support/visitor.ts';

/** One account with its page of lamps. */
export interface LampsSetup extends TestSetup {
  readonly url: string;
  readonly accountId: string;
  /** Whoever is at the lamp. */
  readonly person: Visitor;
  /** The link of a notice that is sent now. */
  link(livesMs?: number): Promise<string>;
  signedIn(typed?: Readonly<Record<string, string>>, by?: Visitor): Promise<Visited>;
  logged(event: string): string[];
  /** Every write that has reached the device cloud, by path. */
  readonly writes: readonly string[];
}

export async function openLamps(options: TestSetupOptions = {}): Promise<LampsSetup> {
  const setup = await openSetup({ granted: true, ...options });
  const { system, clock } = setup;
  const url = `${system.environment.PUBLIC_URLS?.split(',')[0]}/lamps`;
  const person = new Visitor();
  const writes: string[] = [];
  system.myLeviton.onExchange(({ request: { method, path } }) => {
    if (method === 'PUT') writes.push(path);
  });
  const accountId = String(setup.account.userId);
  return {
    ...setup,
    ...{ url, accountId, person, writes },
    async link(livesMs = LAMPS_LINK_MS) {
      const expiresAt = new Date(clock.now().getTime() + livesMs);
      const sealer = await system.ports.sealer();
      return `${url}?t=${encodeURIComponent(sealLampsLink(accountId, expiresAt, sealer))}`;
    },
    signedIn: async (typed = {}, by = person) =>
      await by.press(await by.open(url), 'Sign in', { email: EMAIL, password: PASSWORD, ...typed }),
    logged: (event) => setup.lines.filter((line) => line.includes(`"${event}"`)),
  };
}

/** How each part of the chain is marked on a page: `alexa unknown`, `plug broken`. */
export const chainIn = ({ html }: Visited): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...html.matchAll(/data-part="(\w+)" data-state="(\w+)"/g)].map(([, part = '', state = '']) => [part, state]),
  );

/** The sentence of the verdict. */
export const verdictIn = ({ html }: Visited): string =>
  /<p class="what">([^<]*)/.exec(html)?.[1]?.replaceAll('&#39;', "'") ?? '';
