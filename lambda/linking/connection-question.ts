import { html } from 'hono/html';
import * as v from 'valibot';
import { asError } from '../basics/as-error.ts';
import { type Connection, connectionsOf } from '../domain/connections.ts';
import { withDeadline } from '../domain/deadline.ts';
import { AuthorizationRequest } from './authorization-request.ts';
import { connectionFacts, connectionList, UNKNOWN_WHOSE } from './connection-pages.ts';
import { type Html, page } from './pages.ts';
import type { LinkingPorts } from './ports.ts';
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

const STAYS = 'A new password does not end a connection. If one is not yours, disconnect it here.';

/**
 * Who is connected, as a part of the page of a sign-in that is done.
 * @param fewest with fewer connections there is nothing to show
 */
export async function connectionsPart(
  account: SignedIn,
  fewest: number,
  request: Request,
  ports: LinkingPorts,
): Promise<Html | undefined> {
  const connections = await liveConnections(account.id, ports);
  if (connections.length < fewest) return undefined;
  return connectionsSection(connectionList(signedInForm(CONNECTIONS, account, request, ports), account, connections));
}

export const connectionsSection = (list: Html): Html => html`<h2>Who is connected</h2>
<p>${STAYS}</p>
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
  ports: LinkingPorts,
): Promise<Response | undefined> {
  const others = await liveConnections(subject.account.id, ports);
  if (others.length === 0) return undefined;
  const links = others.map(({ id }) => id);
  const startedAt = ports.clock.now().toISOString();
  const sealed = sealFlow(LINK_CONNECTIONS, { ...flow, startedAt, subject: { ...subject, links } }, ports);
  return await othersPage(sealed, subject.account, others, { attempt: flow.attempt, formAction });
}

export function othersPage(
  sealed: string,
  { maskedEmail }: Pick<SignedIn, 'maskedEmail'>,
  others: readonly Connection[],
  shown: { readonly attempt: string; readonly formAction: readonly string[] },
): Promise<Response> {
  const isOne = others.length === 1;
  const body = html`<p>You are signed in. One more question, then you are back in the Alexa app.</p>
<p>${isOne ? 'One other Alexa connection' : `${others.length} other Alexa connections`} may use the account ${maskedEmail}. ${STAYS}</p>
${connectionFacts(others)}
<form method="post" action="/authorize">
<input type="hidden" name="connections" value="${sealed}">
<button type="submit" name="action" value="end">${isOne ? 'Disconnect it and continue' : 'Disconnect them and continue'}</button>
<button class="plain" type="submit" name="action" value="keep">${isOne ? 'Keep it and continue' : 'Keep them and continue'}</button>
</form>
<small>${UNKNOWN_WHOSE}</small>`;
  return page({ title: 'Who else is connected', body, ...shown });
}
