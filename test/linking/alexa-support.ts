import { noteAlexaStatus } from '../../lambda/domain/alexa-signs.ts';
import type { Link } from '../../lambda/ports/link-store.ts';
import { EMAIL, openSetup, PASSWORD, type TestSetup, type TestSetupOptions } from '../support/setup.ts';
import { Visitor } from '../support/visitor.ts';

/** One linked account whose Alexa has let go, and the mail about it. */
export interface LostAlexa extends TestSetup {
  readonly accountId: string;
  /** The link that Alexa let go of. */
  readonly lost: Link;
  /** Where the mail leads to. */
  readonly mailLink: string;
  links(): Promise<Link[]>;
  /** Those that the page has made. */
  made(): Promise<Link[]>;
  logged(event: string): Record<string, unknown>[];
}

export async function openLostAlexa(options: TestSetupOptions = {}): Promise<LostAlexa> {
  const setup = await openSetup({ granted: true, ...options });
  const { system } = setup;
  await system.queue.idle();
  const accountId = String(setup.account.userId);
  const links = () => system.ports.links.ofAccount(accountId);
  const [lost] = await links();
  if (!lost) throw new Error('there is no link');
  setup.amazonAccount.unlink(); // Alexa forgets its tokens, and tells nobody
  setup.customer.letGo();
  await noteAlexaStatus(lost.id, 'NOT_LINKED', system.ports);
  await system.ports.notices.raise({
    ...{ accountId, cause: 'alexa-let-go', maskedEmail: 'a…e@example.org', subject: lost.id },
  });
  return {
    ...setup,
    ...{ accountId, lost, links },
    mailLink: /http\S+\/alexa\?t=\S+/.exec(system.notices.at(-1)?.text ?? '')?.[0] ?? '',
    made: async () => (await links()).filter(({ minted }) => minted),
    logged: (event) =>
      setup.lines.map((line): Record<string, unknown> => JSON.parse(line)).filter((line) => line.event === event),
  };
}

export const linkingUrl = ({ system }: Pick<TestSetup, 'system'>): string =>
  system.environment.PUBLIC_URLS?.split(',')[0] ?? '';

/** Opens the mail's link and signs in: the page with the button to Amazon. */
export async function signedIn(setup: LostAlexa, visitor = new Visitor()): Promise<Visitor> {
  await visitor.open(setup.mailLink);
  await visitor.act('sign-in', { email: EMAIL, password: PASSWORD, keep: 'yes' });
  return visitor;
}

/** On to Amazon's page. */
export async function atAmazon(
  setup: LostAlexa,
  fields: { readonly watch?: string } = {},
  visitor?: Visitor,
): Promise<Visitor> {
  const at = await signedIn(setup, visitor);
  await at.act('connect', fields);
  return at;
}

/** The whole way: mail, sign-in, Amazon's page, back. */
export async function connected(setup: LostAlexa, fields: { readonly watch?: string } = {}): Promise<Visitor> {
  const visitor = await atAmazon(setup, fields);
  await visitor.consent({ account: setup.customer.id });
  return visitor;
}

/** A ready link, from a person who has signed in. */
export async function readyLink(setup: LostAlexa): Promise<string> {
  const { html } = await (await signedIn(setup)).act('ready');
  return /<a href="([^"]*)"/.exec(html)?.[1] ?? '';
}
