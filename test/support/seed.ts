import type { AmazonCustomer } from '../../desk/amazon-customer.ts';
import type { LocalSystem } from '../../desk/local-system.ts';
import type { Typed } from '../../desk/person.ts';
import type { LinkingPorts } from '../../lambda/linking/ports.ts';
import { signIn } from '../../lambda/linking/sign-in.ts';
import { CODE_SECONDS, newCode, newLinkId } from '../../lambda/linking/tokens.ts';
import type { AlexaRegion } from '../../lambda/ports/grant-store.ts';
import type { Link } from '../../lambda/ports/link-store.ts';
import type { Throttle } from '../../lambda/ports/throttle.ts';

/** What a code is asked for. */
export type Asked = Pick<Link, 'clientId' | 'scope'> & Pick<Link['code'], 'redirectUri' | 'challenge'>;

/** Counts nothing: what counts attempts is tested where the pages are. */
const unthrottled: Throttle = { take: async () => ({ taken: true, giveBack: async () => undefined }) };

/**
 * What is in the table once somebody has signed in on our page, and the code that Alexa gets of it; no page is shown, and no attempt
 * counted, which makes up most of what a sign-in costs.
 */
export async function seedCode(
  { email, password, keep = false }: Typed,
  { challenge, ...asked }: Asked,
  ports: Pick<LinkingPorts, 'cloud' | 'accounts' | 'links' | 'clock' | 'log'>,
): Promise<string> {
  const outcome = await signIn(
    { email, password, keep },
    { address: '127.0.0.1' },
    { ...ports, throttle: unthrottled },
  );
  if (outcome.kind !== 'signed-in') throw new Error(`the device cloud does not take ${email}: ${outcome.kind}`);
  const id = newLinkId();
  const { code, hash } = newCode(id);
  const { clientId, scope, redirectUri } = asked;
  const now = ports.clock.now();
  const expiresAt = new Date(now.getTime() + CODE_SECONDS * 1000).toISOString();
  await ports.links.create({
    ...{ id, accountId: outcome.account.id, clientId, scope, state: 'pending', createdAt: now.toISOString() },
    code: { hash, redirectUri, expiresAt, ...(challenge !== undefined && { challenge }) },
  });
  return code;
}

/** `local system.link` without our page: Alexa asks, and has its code exchanged, as ever. */
export async function seedLink(
  system: LocalSystem,
  typed: Typed,
  options?: { readonly region?: AlexaRegion },
): Promise<AmazonCustomer> {
  const amazonCustomer = system.addAccount(options);
  const { headers } = await fetch(amazonCustomer.account.startUrl, { redirect: 'manual' });
  const asked = new URL(headers.get('location') ?? '').searchParams;
  const of = (name: string) => asked.get(name) ?? '';
  const request = {
    clientId: of('client_id'),
    scope: of('scope'),
    redirectUri: of('redirect_uri'),
    challenge: of('code_challenge'),
  };
  const code = await seedCode(typed, request, system.ports);
  const answer = await fetch(`${request.redirectUri}?${new URLSearchParams({ code, state: of('state') })}`);
  if (!answer.ok) throw new Error(await answer.text());
  return amazonCustomer;
}

/** A link of an account's whose code was made now, without the account. */
export const addLink = ({ ports }: LocalSystem, accountId: string, state: 'pending' | 'live'): Promise<Link> => {
  const now = ports.clock.now();
  return ports.links.create({
    id: `link-of-${accountId}`,
    accountId,
    clientId: 'alexa-desk',
    scope: 'lamps',
    state,
    code: {
      hash: 'hash',
      redirectUri: 'https://alexa.example.org/back',
      expiresAt: new Date(now.getTime() + CODE_SECONDS * 1000).toISOString(),
    },
    createdAt: now.toISOString(),
  });
};
