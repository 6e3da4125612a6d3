import { html } from 'hono/html';
import type { Connection } from '../domain/connections.ts';
import type { TokensStop } from '../domain/links.ts';
import type { SealedForm } from './address-pages.ts';
import { dayOf, moment } from './english.ts';
import { type Html, page, type SignInWords } from './pages.ts';

export const CONNECTIONS_TITLE = 'Who is connected';

export const connectionWords = (cloudName: string): SignInWords => ({
  title: CONNECTIONS_TITLE,
  why: `Sign in with your ${cloudName} account, the one you use in the ${cloudName} app. Then you see which Alexa connections may use it, and can end them. This page changes nothing in the Alexa app.`,
  submit: 'Sign in',
});

const hidden = ({ field, sealed }: SealedForm): Html => html`<input type="hidden" name="${field}" value="${sealed}">`;

/** The links that a button ends, so that it ends what the person has seen and nothing else. */
const ending = (ids: readonly string[]): Html => html`<input type="hidden" name="links" value="${ids.join(' ')}">`;

const sinceText = ({ state, since }: Connection): string =>
  state === 'live' ? `Connected since ${moment(since)}.` : `Begun on ${moment(since)}, and not finished.`;

const useText = ({ state, lastUsedAt }: Connection): string => {
  if (state === 'pending') return '';
  return lastUsedAt === undefined
    ? 'When Alexa last used it is not known.'
    : `Alexa last used it on ${dayOf(lastUsedAt)} (UTC).`;
};

const supersededText = ({ isSuperseded }: Connection): string =>
  isSuperseded ? 'The same Amazon account has made a newer connection.' : '';

/** What is known of one connection. */
const facts = (connection: Connection): Html => html`<b>${sinceText(connection)}</b>
<span>${useText(connection)} ${supersededText(connection)}</span>`;

export const connectionFacts = (connections: readonly Connection[]): Html =>
  html`<ul class="addresses">${connections.map((connection) => html`<li>${facts(connection)}</li>`)}</ul>`;

function entry(form: SealedForm, connection: Connection, all: readonly Connection[]): Html {
  const others = all.filter(({ id }) => id !== connection.id).map(({ id }) => id);
  return html`<li>
${facts(connection)}
<form method="post" action="${form.action}">
${hidden(form)}
${ending([connection.id])}
<button class="plain" type="submit" name="action" value="end">Disconnect</button>
</form>
${
  others.length === 0
    ? ''
    : html`<form method="post" action="${form.action}">
${hidden(form)}
${ending(others)}
<button class="plain" type="submit" name="action" value="end">Keep this one, disconnect all others</button>
</form>`
}
</li>`;
}

/** @param account masked */
const countText = (count: number, account: string): string => {
  if (count === 0) return `The account ${account} has no connection with Alexa.`;
  return count === 1
    ? `One Alexa connection may use the account ${account}.`
    : `${count} Alexa connections may use the account ${account}.`;
};

export const UNKNOWN_WHOSE =
  'Whose Amazon account a connection belongs to is not known here. A person who links again may have an older connection as well.';

/** The connections of an account with their buttons, as a part of a page. */
export const connectionList = (
  form: SealedForm,
  account: { readonly maskedEmail: string },
  connections: readonly Connection[],
): Html => html`<p>${countText(connections.length, account.maskedEmail)}</p>
${
  connections.length === 0
    ? ''
    : html`<ul class="addresses">${connections.map((one) => entry(form, one, connections))}</ul>
<small>${UNKNOWN_WHOSE}</small>`
}`;

const STOPPED: Readonly<Record<TokensStop, (count: number) => string>> = {
  now: (count) => (count === 1 ? 'Its access has stopped.' : 'Their access has stopped.'),
  later: (count) => `${count === 1 ? 'Its' : 'Their'} access may last for up to 65 minutes.`,
};

/** What became of a button that ends connections. */
export function endedText(count: number, tokensStop: TokensStop): string {
  if (count === 0) return 'Nothing was changed: there is no such connection any more.';
  return `${count === 1 ? 'One connection was ended.' : `${count} connections were ended.`} ${STOPPED[tokensStop](count)}`;
}

/** What an account's own people see and change: only after a sign-in at the device cloud. */
export function connectionsPage(
  form: SealedForm,
  account: { readonly maskedEmail: string },
  connections: readonly Connection[],
  shown: { readonly cloudName: string; readonly done?: string; readonly problem?: string },
): Promise<Response> {
  const body = html`${shown.problem === undefined ? '' : html`<p role="alert">${shown.problem}</p>`}
${shown.done === undefined ? '' : html`<p role="status">${shown.done}</p>`}
${connectionList(form, account, connections)}
<p>Does somebody else know the password of this account? Then change it in the ${shown.cloudName} app first. Whoever knows it can connect again.</p>
<h2>Erase everything</h2>
<p>This ends every connection, and deletes what this skill keeps about the account. It is also deleted by itself, 90 days after the last connection has ended.</p>
<form method="post" action="${form.action}">
${hidden(form)}
<button class="plain" type="submit" name="action" value="ask-erase">Erase everything</button>
</form>`;
  return page({ title: CONNECTIONS_TITLE, body });
}

/** Asks once more, and says what goes and what stays. */
export const erasePage = (
  form: SealedForm,
  account: { readonly maskedEmail: string },
  cloudName: string,
): Promise<Response> =>
  page({
    title: 'Erase everything?',
    body: html`<p>This ends every Alexa connection of the account ${account.maskedEmail}. It cannot be undone.</p>
<p>These are deleted: the password, the sign-in to ${cloudName}, the e-mail addresses for messages, the permissions to report to Alexa, the list of lamps, and the messages.</p>
<form method="post" action="${form.action}">
${hidden(form)}
<button type="submit" name="action" value="erase">Erase everything now</button>
<button class="plain" type="submit" name="action" value="show">Go back</button>
</form>
<small>What stays: when each connection was made, last used and ended, and the number that ${cloudName} gives the account. Alexa learns from it that a connection has ended. A fingerprint of the number that Amazon gives each Amazon account for this skill stays as well.</small>
<small>Backups of the database keep what was deleted for up to 35 days. Log lines name the account by its number, and some by its shortened e-mail address, usually for 30 days. Messages that were sent stay where they went.</small>
<small>The Alexa app may go on showing the lamps. You can remove them there.</small>`,
  });

const ERASED: Readonly<Record<TokensStop, (cloudName: string) => string>> = {
  now: () => 'Their access has stopped.',
  later: (cloudName) =>
    `${cloudName} has not confirmed the end of our sign-in, so their access may last for up to 65 minutes.`,
};

export const erasedPage = (tokensStop: TokensStop, cloudName: string): Promise<Response> =>
  page({
    title: 'Erased',
    body: html`<p>Every connection was ended, and what this skill kept about the account was deleted. ${ERASED[tokensStop](cloudName)}</p>
<p>Backups of the database keep it for up to 35 days. You can close this page.</p>`,
  });

export const CHANGED_MEANWHILE =
  'The connections have changed meanwhile. Please look at the list once more. Nothing was erased.';

/** Why the page of connections cannot be shown. */
export type ConnectionRefusal = 'form-too-old' | 'other-browser' | 'malformed';

const REFUSALS: Readonly<Record<ConnectionRefusal, { readonly title: string; readonly text: string }>> = {
  'form-too-old': {
    title: 'This page was open for too long',
    text: 'Please sign in again. Nothing was changed.',
  },
  'other-browser': {
    title: 'This page was opened elsewhere',
    text: 'Please sign in again. If you see this page again, your browser does not accept cookies; it must accept the one of this page. Nothing was changed.',
  },
  malformed: { title: 'This page cannot be shown', text: 'Please sign in again. Nothing was changed.' },
};

export function connectionRefusalPage(kind: ConnectionRefusal): Promise<Response> {
  const { title, text } = REFUSALS[kind];
  const body = html`<p role="alert">${text}</p>
<p><a href="/connections">Sign in</a></p>`;
  return page({ title, body, status: 400 });
}
