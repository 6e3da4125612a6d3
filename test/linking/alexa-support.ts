import { sealAlexaLink } from '../../lambda/domain/alexa-link.ts';
import type { Link } from '../../lambda/ports/link-store.ts';
import { EMAIL, openSetup, PASSWORD, type TestSetup, type TestSetupOptions } from '../support/setup.ts';
import { Visitor } from '../support/visitor.ts';

const DAY = 86_400_000;

/** One linked account whose Alexa has let go, and the link of the notice about it. */
export interface LostAlexa extends TestSetup {
  readonly accountId: string;
  /** The link that Alexa let go of. */
  readonly lost: Link;
  /** What the notice's mail leads to. */
  readonly mailLink: string;
  links(): Promise<Link[]>;
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
  const notice = { accountId, cause: 'grant-revoked', maskedEmail: 'a…e@example.org', subject: lost.id } as const;
  await system.ports.notices.raise(notice);
  const record = await (await system.ports.stores()).noticeStore.get(notice);
  if (!record) throw new Error('there is no notice');
  const until = new Date(setup.clock.now().getTime() + 7 * DAY);
  const token = sealAlexaLink({ ...record, cause: 'grant-revoked' }, until, await system.ports.sealer());
  const mailLink = `${linkingUrl(setup)}/alexa?t=${token}`;
  const logged = (event: string) =>
    setup.lines.map((line): Record<string, unknown> => JSON.parse(line)).filter((line) => line.event === event);
  return { ...setup, accountId, lost, mailLink, links, logged };
}

export const linkingUrl = ({ system }: Pick<TestSetup, 'system'>): string =>
  system.environment.PUBLIC_URLS?.split(',')[0] ?? '';

/** Opens the mail's link and signs in: the page with the button to Amazon. */
export async function signedIn(home: LostAlexa, typed: { password?: string; keep?: string } = {}): Promise<Visitor> {
  const visitor = new Visitor();
  await visitor.open(home.mailLink);
  await visitor.press('sign-in', { email: EMAIL, password: PASSWORD, ...typed });
  return visitor;
}

/** The whole way: mail, sign-in, Amazon's page, back. */
export async function connected(home: LostAlexa, fields: { readonly watch?: string } = {}): Promise<Visitor> {
  const visitor = await signedIn(home);
  await visitor.press('connect', fields);
  await visitor.consent({ account: home.customer.id });
  return visitor;
}
