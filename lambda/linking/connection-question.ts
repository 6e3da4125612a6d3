import { html } from 'hono/html';
import * as v from 'valibot';
import { asError } from '../basics/as-error.ts';
import { type Connection, connectionsOf } from '../domain/connections.ts';
import { withDeadline } from '../domain/deadline.ts';
import { AuthorizationRequest } from './authorization-request.ts';
import { connectionFacts, connectionList } from './connection-pages.ts';
import { type Html, hidden, page } from './page.ts';
import type { LinkingPorts, PagePorts } from './ports.ts';
import type { Reader } from './reader.ts';
import { type Flow, sealFlow } from './sign-in-form.ts';
import { CONNECTIONS, SignedIn, signedInForm } from './signed-in.ts';

type ReadingPorts = Pick<LinkingPorts, 'links' | 'clock' | 'log'>;

/** The page that follows a sign-in does not wait longer than this for the table. */
const READ_MS = 500;

/** The connections that Alexa has tokens of. Never throws: where they cannot be read, a sign-in goes on without them. */
async function liveConnections(accountId: string, ports: ReadingPorts): Promise<Connection[]> {
  try {
    const links = await withDeadline(READ_MS, ports, (_, observed) => observed.links.ofAccount(accountId));
    return connectionsOf(links, ports.clock.now()).filter(({ state }) => state === 'live');
  } catch (error) {
    ports.log.warn('connections-not-shown', { account: accountId, error: asError(error) });
    return [];
  }
}

/**
 * Who is connected, as a part of the page of a sign-in that is done.
 * @param fewest with fewer connections there is nothing to show
 */
export async function connectionsPart(
  account: SignedIn,
  fewest: number,
  request: Request,
  ports: PagePorts,
): Promise<Html | undefined> {
  const connections = await liveConnections(account.id, ports);
  if (connections.length < fewest) return undefined;
  const { reader } = ports;
  const form = signedInForm(CONNECTIONS, account, request, ports);
  return connectionsSection(reader, connectionList(reader, form, account, connections));
}

export const connectionsSection = (
  { texts: { connections } }: Reader,
  list: Html,
): Html => html`<h2>${connections.title}</h2>
<p>${connections.stays}</p>
${list}`;

/** A person has signed in with a password that may be new, and is asked about the other connections; then Alexa gets its code. */
export const LinkConnections = v.object({
  asked: AuthorizationRequest,
  account: SignedIn,
  /** What the page showed. */
  links: v.array(v.string()),
});
type LinkConnections = v.InferOutput<typeof LinkConnections>;
export const LINK_CONNECTIONS = 'link-connections';

/** @returns nothing where nobody else is connected */
export async function askAboutOthers(
  { subject, waiting: _, ...flow }: Flow<Omit<LinkConnections, 'links'>>,
  formAction: readonly string[],
  ports: PagePorts,
): Promise<Response | undefined> {
  const others = await liveConnections(subject.account.id, ports);
  if (others.length === 0) return undefined;
  const links = others.map(({ id }) => id);
  const startedAt = ports.clock.now().toISOString();
  const sealed = sealFlow(LINK_CONNECTIONS, { ...flow, startedAt, subject: { ...subject, links } }, ports);
  return await othersPage(ports.reader, sealed, subject.account, others, { attempt: flow.attempt, formAction });
}

export function othersPage(
  reader: Reader,
  sealed: string,
  { maskedEmail: account }: Pick<SignedIn, 'maskedEmail'>,
  all: readonly Connection[],
  shown: { readonly attempt: string; readonly formAction: readonly string[] },
): Promise<Response> {
  const { addresses, connections } = reader.texts;
  const { title, some, end, keep } = connections.others;
  const count = all.length;
  const form = { action: '/authorize', field: 'connections', sealed };
  const body = html`<p>${addresses.oneMore}</p>
<p>${some({ count, account })} ${connections.stays}</p>
${connectionFacts(reader, all)}
<form method="post" action="${form.action}">
${hidden(form)}
<button type="submit" name="action" value="end">${end({ count })}</button>
<button class="plain" type="submit" name="action" value="keep">${keep({ count })}</button>
</form>
<small>${connections.unknownWhose}</small>`;
  return page(reader, { title, body, languageSwitch: { by: 'form', form }, ...shown });
}
