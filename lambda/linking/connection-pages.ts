import { html } from 'hono/html';
import type { Connection } from '../domain/connections.ts';
import type { TokensStop } from '../domain/links.ts';
import type { Texts } from '../texts/texts.ts';
import { alertOf, type Html, hidden, page, refusal, type SealedForm, statusOf } from './page.ts';
import type { SignInWords } from './pages.ts';
import type { Reader } from './reader.ts';

export const connectionWords = ({ connections, signIn }: Texts, cloud: string): SignInWords => ({
  title: connections.title,
  why: connections.signInWhy({ cloud }),
  submit: signIn.submit,
});

/** The links that a button ends, so that it ends what the person has seen and nothing else. */
const ending = (ids: readonly string[]): Html => html`<input type="hidden" name="links" value="${ids.join(' ')}">`;

const sinceText = ({ state, since }: Connection, { texts: { connections }, dates }: Reader): string => {
  const moment = { since: dates.moment(new Date(since)) };
  return state === 'live' ? connections.connectedSince(moment) : connections.begun(moment);
};

const useText = ({ state, lastUsedAt }: Connection, { texts: { connections }, dates }: Reader): string => {
  if (state === 'pending') return '';
  return lastUsedAt === undefined
    ? connections.useUnknown
    : connections.lastUsed({ day: dates.day(new Date(lastUsedAt)) });
};

/** What is known of one connection. */
const facts = (connection: Connection, reader: Reader): Html => html`<b>${sinceText(connection, reader)}</b>
<span>${useText(connection, reader)} ${connection.isSuperseded ? reader.texts.connections.superseded : ''}</span>`;

export const connectionFacts = (reader: Reader, connections: readonly Connection[]): Html =>
  html`<ul class="addresses">${connections.map((connection) => html`<li>${facts(connection, reader)}</li>`)}</ul>`;

function entry(reader: Reader, form: SealedForm, connection: Connection, all: readonly Connection[]): Html {
  const { connections } = reader.texts;
  const others = all.filter(({ id }) => id !== connection.id).map(({ id }) => id);
  const button = (ids: readonly string[], label: string) => html`<form method="post" action="${form.action}">
${hidden(form)}
${ending(ids)}
<button class="plain" type="submit" name="action" value="end">${label}</button>
</form>`;
  return html`<li>
${facts(connection, reader)}
${button([connection.id], connections.disconnect)}
${others.length === 0 ? '' : button(others, connections.keepOnly)}
</li>`;
}

/** The connections of an account with their buttons, as a part of a page. */
export function connectionList(
  reader: Reader,
  form: SealedForm,
  { maskedEmail: account }: { readonly maskedEmail: string },
  all: readonly Connection[],
): Html {
  const { connections } = reader.texts;
  const count = all.length;
  return html`<p>${count === 0 ? connections.none({ account }) : connections.some({ count, account })}</p>
${
  count === 0
    ? ''
    : html`<ul class="addresses">${all.map((one) => entry(reader, form, one, all))}</ul>
<small>${connections.unknownWhose}</small>`
}`;
}

/** What became of a button that ends connections. */
export function endedText(count: number, tokensStop: TokensStop, { connections }: Texts): string {
  if (count === 0) return connections.nothingEnded;
  return tokensStop === 'now' ? connections.endedNow({ count }) : connections.endedLater({ count });
}

/** What an account's own people see and change: only after a sign-in at the device cloud. */
export function connectionsPage(
  reader: Reader,
  form: SealedForm,
  account: { readonly maskedEmail: string },
  all: readonly Connection[],
  shown: { readonly cloudName: string; readonly done?: string; readonly problem?: string },
): Promise<Response> {
  const { connections } = reader.texts;
  const body = html`${alertOf(shown.problem)}
${statusOf(shown.done)}
${connectionList(reader, form, account, all)}
<p>${connections.changePassword({ cloud: shown.cloudName })}</p>
<h2>${connections.erase.title}</h2>
<p>${connections.erase.what}</p>
<form method="post" action="${form.action}">
${hidden(form)}
<button class="plain" type="submit" name="action" value="ask-erase">${connections.erase.button}</button>
</form>`;
  const isProblem = shown.problem !== undefined;
  return page(reader, { title: connections.title, body, languageSwitch: { by: 'form', form }, isProblem });
}

/** Asks once more, and says what goes and what stays. */
export function erasePage(
  reader: Reader,
  form: SealedForm,
  { maskedEmail: account }: { readonly maskedEmail: string },
  cloud: string,
): Promise<Response> {
  const { erase } = reader.texts.connections;
  const body = html`<p>${erase.ask({ account })}</p>
<p>${erase.deleted({ cloud })}</p>
<form method="post" action="${form.action}">
${hidden(form)}
<button type="submit" name="action" value="erase">${erase.now}</button>
<button class="plain" type="submit" name="action" value="show">${erase.back}</button>
</form>
<small>${erase.stays({ cloud })}</small>
<small>${erase.backups}</small>
<small>${erase.appMayShow}</small>`;
  return page(reader, { title: erase.askTitle, body, languageSwitch: { by: 'form', form } });
}

export function erasedPage(reader: Reader, tokensStop: TokensStop, cloud: string): Promise<Response> {
  const say = ({ connections: { erase } }: Texts) => ({
    title: erase.doneTitle,
    text: tokensStop === 'now' ? erase.doneNow : erase.doneLater({ cloud }),
  });
  const { title, text } = say(reader.texts);
  const body = html`<p>${text}</p>
<p>${reader.texts.connections.erase.doneBackups}</p>`;
  return page(reader, { title, body, languageSwitch: { by: 'page', say } });
}

/** Why the page of connections cannot be shown. */
export type ConnectionRefusal = 'form-too-old' | 'other-browser' | 'malformed';

export function connectionRefusalPage(reader: Reader, kind: ConnectionRefusal): Promise<Response> {
  const more = html`<p><a href="/connections">${reader.texts.connections.signIn}</a></p>`;
  return refusal(reader, ({ connections }) => connections.refusals[kind], { status: 400, more });
}
