import type { AmazonCustomer } from '../../desk/amazon-customer.ts';
import type { Link } from '../../lambda/ports/link-store.ts';
import { seedLink } from '../support/seed.ts';
import { EMAIL, openSetup, PASSWORD, type TestSetup } from '../support/setup.ts';
import { type Visited, Visitor } from '../support/visitor.ts';

export const MINUTE = 60_000;
export const DAY = 24 * 60 * MINUTE;
export const KEEP = 'Keep this one, disconnect all others';

/** One account that two Amazon accounts are linked with: its owner's, and a day later a partner's. */
export interface SharedAccount extends TestSetup {
  readonly url: string;
  readonly accountId: string;
  readonly partner: AmazonCustomer;
  /** Whoever opens the page. */
  readonly owner: Visitor;
  signedIn(typed?: Readonly<Record<string, string>>, by?: Visitor): Promise<Visited>;
  /** The oldest first. */
  links(): Promise<Link[]>;
  states(): Promise<string[]>;
  grants(): Promise<number>;
  logged(event: string): string[];
  /** What a directive with this access token is answered, although Alexa may have forgotten it. */
  withToken(token: string): Promise<string>;
}

export async function openSharedAccount(): Promise<SharedAccount> {
  const setup = await openSetup({ granted: true });
  const { system, clock } = setup;
  clock.advance(DAY);
  const partner = await seedLink(system, { email: EMAIL, password: PASSWORD, keep: true });
  await partner.customer.acceptGrant();
  await partner.customer.discover();
  const owner = new Visitor();
  const url = `${system.environment.PUBLIC_URLS?.split(',')[0]}/connections`;
  const accountId = String(setup.account.userId);
  const links = async () =>
    (await system.ports.links.ofAccount(accountId)).sort((one, other) => one.createdAt.localeCompare(other.createdAt));
  return {
    ...setup,
    ...{ url, accountId, partner, owner, links },
    signedIn: async (typed = {}, by = owner) =>
      await by.press(await by.open(url), 'Sign in', { email: EMAIL, password: PASSWORD, ...typed }),
    states: async () => (await links()).map(({ state }) => state),
    grants: async () => (await system.ports.grants.list(accountId)).length,
    logged: (event) => setup.lines.filter((line) => line.includes(`"${event}"`)),
    async withToken(token) {
      const answer = (await system.skill('NA')(turnOnWith(token, setup.endpointId))) as {
        event: { header: { name: string }; payload: { type?: string } };
      };
      return answer.event.payload.type ?? answer.event.header.name;
    },
  };
}

const turnOnWith = (token: string, endpointId: string) => ({
  directive: {
    header: {
      ...{ namespace: 'Alexa.PowerController', name: 'TurnOn', payloadVersion: '3' },
      ...{ messageId: 'message', correlationToken: 'correlation' },
    },
    endpoint: { scope: { type: 'BearerToken', token }, endpointId },
    payload: {},
  },
});
