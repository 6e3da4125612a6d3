import { html, raw } from 'hono/html';
import { toMailAddress } from '../domain/mail-address.ts';
import { mayConfirm } from '../domain/notice-addresses.ts';
import { MOST_ADDRESSES, type NoticeAddress } from '../ports/notice-addresses.ts';
import { DEFAULT_LANGUAGE, OWN_NAMES, toLanguage } from '../texts/languages.ts';
import type { Texts } from '../texts/texts.ts';
import { alertOf, type Html, hidden, page, refusal, type SealedForm, statusOf } from './page.ts';
import type { Reader } from './reader.ts';

/** What a person typed on a page that asks for addresses. */
export interface TypedAddresses {
  readonly own: string;
  readonly helper: string;
}

/** What the pages of addresses say came of a button, by its key in the catalogues. */
export type AddressProblem = 'malformed' | 'already-there' | 'full' | 'too-many' | 'not-there';
export type AddressDone = 'sent' | 'not-sent';

export function addressProblemText(problem: AddressProblem, { addresses }: Texts): string {
  const texts: Readonly<Record<AddressProblem, string>> = {
    malformed: addresses.malformed,
    'already-there': addresses.alreadyThere,
    full: addresses.removeFirst,
    'too-many': addresses.asked['too-many'],
    'not-there': addresses.asked['not-there'],
  };
  return texts[problem];
}

/** Names the field that is wrong, for those who hear the page. */
const invalid = (value: string, problem: AddressProblem | undefined) =>
  problem === 'malformed' && value !== '' && toMailAddress(value) === undefined
    ? raw(' aria-invalid="true" aria-describedby="problem"')
    : '';

const emailInput = (
  name: string,
  label: string,
  value: string,
  required: boolean,
  problem?: AddressProblem,
): Html => html`<label for="${name}">${label}</label>
<input id="${name}" name="${name}" type="email" value="${value}" autocomplete="${name === 'own' ? 'email' : 'off'}" autocapitalize="none" spellcheck="false" maxlength="254"${required ? raw(' required') : ''}${invalid(value, problem)}>`;

const alertFor = (problem: AddressProblem | undefined, { texts }: Reader): Html | '' =>
  alertOf(problem && addressProblemText(problem, texts));

/** The question between the sign-in and Alexa. Both buttons lead on to Alexa. */
export function questionPage(
  reader: Reader,
  form: SealedForm & { readonly attempt: string; readonly formAction: readonly string[] },
  typed: TypedAddresses,
  problem?: AddressProblem,
): Promise<Response> {
  const { attempt, formAction } = form;
  const { addresses } = reader.texts;
  const body = html`<p>${addresses.oneMore}</p>
${alertFor(problem, reader)}
<form method="post" action="${form.action}">
${hidden(form)}
${emailInput('own', addresses.own, typed.own, false, problem)}
${emailInput('helper', addresses.helper, typed.helper, false, problem)}
<button type="submit" name="action" value="save">${addresses.continue}</button>
<button class="plain" type="submit" name="action" value="skip" formnovalidate>${addresses.skip}</button>
</form>
<small>${addresses.howRare}</small>`;
  const isProblem = problem !== undefined;
  return page(reader, {
    title: addresses.question,
    body,
    languageSwitch: { by: 'form', form },
    isProblem,
    attempt,
    formAction,
  });
}

/** The same question as a part of another page, for an account that nobody gets messages about. */
export const questionForm = (
  { texts: { addresses } }: Reader,
  form: SealedForm,
  own: string,
): Html => html`<h2>${addresses.question}</h2>
<form method="post" action="${form.action}">
${hidden(form)}
${emailInput('own', addresses.own, own, false)}
${emailInput('helper', addresses.helper, '', false)}
<button type="submit" name="action" value="save">${addresses.save}</button>
</form>
<small>${addresses.howRare}</small>`;

const stateText = ({ state, since }: NoticeAddress, { texts, dates }: Reader): string => {
  const text: string | ((values: { readonly since: string }) => string) = texts.addresses.states[state];
  return typeof text === 'string' ? text : text({ since: dates.moment(new Date(since)) });
};

/** The button that has a confirming mail sent, where one may be sent. */
function askLabel(address: NoticeAddress, { addresses }: Texts): string | undefined {
  const labels: Readonly<Partial<Record<NoticeAddress['state'], string>>> = {
    ...(mayConfirm(address) && { pending: addresses.askPending }),
    unsubscribed: addresses.askUnsubscribed,
    bounced: addresses.askBounced,
  };
  return labels[address.state];
}

function entry(reader: Reader, form: SealedForm, address: NoticeAddress): Html {
  const { texts } = reader;
  const { addresses } = texts;
  const language = toLanguage(address.language) ?? DEFAULT_LANGUAGE;
  const ask = askLabel(address, texts);
  const labels = [
    ['ask', ask],
    ['language', language === texts.language ? undefined : addresses.writeInThis],
    ['remove', addresses.remove],
  ] as const;
  return html`<li>
<b>${address.email}</b>
<span>${stateText(address, reader)}</span>
<span>${addresses.writtenIn({ language: OWN_NAMES[language] })}</span>
<form method="post" action="${form.action}">
${hidden(form)}
<input type="hidden" name="id" value="${address.id}">
${labels.map(([action, label]) => (label === undefined ? '' : html`<button class="plain" type="submit" name="action" value="${action}">${label}</button>`))}
</form>
</li>`;
}

/** What an account's own people see and change: only after a sign-in at the device cloud. */
export function addressesPage(
  reader: Reader,
  form: SealedForm,
  account: { readonly maskedEmail: string },
  known: readonly NoticeAddress[],
  shown: { readonly typed?: string; readonly problem?: AddressProblem; readonly done?: AddressDone } = {},
): Promise<Response> {
  const { addresses } = reader.texts;
  const { problem, done } = shown;
  const nobody = !known.some(({ state }) => state === 'confirmed');
  const body = html`<p>${addresses.about({ account: account.maskedEmail })}</p>
${alertFor(problem, reader)}
${statusOf(done && addresses.asked[done])}
${nobody ? html`<p role="note">${addresses.nobody}</p>` : ''}
${known.length === 0 ? '' : html`<ul class="addresses">${known.map((address) => entry(reader, form, address))}</ul>`}
${
  known.length >= MOST_ADDRESSES
    ? html`<p>${addresses.full}</p>`
    : html`<form method="post" action="${form.action}">
${hidden(form)}
${emailInput('email', addresses.add, shown.typed ?? '', true, problem)}
<button type="submit" name="action" value="add">${addresses.addButton}</button>
</form>`
}
<p><a href="/connections">${addresses.toConnections}</a></p>
<small>${addresses.howRare}</small>`;
  const isProblem = problem !== undefined;
  return page(reader, { title: addresses.question, body, languageSwitch: { by: 'form', form }, isProblem });
}

/** What a link in a mail shows: nothing but its own address, masked. */
export function addressPage(
  reader: Reader,
  named: { readonly account: string; readonly address: string },
  state: NoticeAddress['state'],
  links: { readonly unsubscribe: string; readonly signIn: string },
): Promise<Response> {
  const { one } = reader.texts.addresses;
  const body = html`<p>${state === 'confirmed' ? one.on(named) : one.off(named)}</p>
${
  state === 'confirmed' || state === 'pending'
    ? html`<form method="post" action="${links.unsubscribe}"><button type="submit">${one.stop}</button></form>`
    : ''
}
<form method="get" action="/notices/sign-in"><input type="hidden" name="t" value="${links.signIn}"><button class="plain" type="submit">${one.signIn}</button></form>`;
  return page(reader, { title: one.title, body, languageSwitch: { by: 'address' } });
}

export function confirmPage(reader: Reader, account: string, address: string, action: string): Promise<Response> {
  const { addresses, mails } = reader.texts;
  const { title, ask, yes, unknownAccount } = addresses.confirm;
  const body = html`<p>${ask({ account, address })}</p>
<form method="post" action="${action}"><button type="submit">${yes}</button></form>
<small>${addresses.howRare}</small>
<small>${unknownAccount} ${mails.onlyThis}</small>`;
  return page(reader, { title, body, languageSwitch: { by: 'address' } });
}

/** Also what the link shows when it is opened once more. */
export function confirmedPage(reader: Reader, account: string, address: string): Promise<Response> {
  const { doneTitle: title, done } = reader.texts.addresses.confirm;
  return page(reader, { title, body: html`<p>${done({ account, address })}</p>`, languageSwitch: { by: 'address' } });
}

export function unsubscribePage(reader: Reader, account: string, address: string, action: string): Promise<Response> {
  const { unsubscribe, one } = reader.texts.addresses;
  const body = html`<p>${unsubscribe.ask({ account, address })}</p>
<form method="post" action="${action}"><button type="submit">${one.stop}</button></form>`;
  return page(reader, { title: unsubscribe.title, body, languageSwitch: { by: 'address' } });
}

/** Also what the link shows when it is opened once more. */
export function unsubscribedPage(reader: Reader): Promise<Response> {
  const { doneTitle: title, done } = reader.texts.addresses.unsubscribe;
  return page(reader, { title, body: html`<p>${done}</p>`, languageSwitch: { by: 'address' } });
}

/** Why a page about addresses cannot be shown. */
export type AddressRefusal =
  | 'no-link'
  | 'not-there'
  | 'too-old'
  | 'form-too-old'
  | 'other-browser'
  | 'malformed'
  | 'no-mail'
  | 'nobody';

const STATUS: Readonly<Record<AddressRefusal, number>> = {
  'no-link': 400,
  'not-there': 410,
  'too-old': 410,
  'form-too-old': 400,
  'other-browser': 400,
  malformed: 400,
  nobody: 410,
  'no-mail': 404,
};

/** @param signInAt where the page leads to, if a sign-in helps */
export function addressRefusalPage(reader: Reader, kind: AddressRefusal, signInAt?: string): Promise<Response> {
  const more =
    signInAt === undefined ? html`` : html`<p><a href="${signInAt}">${reader.texts.connections.signIn}</a></p>`;
  return refusal(reader, ({ addresses }) => addresses.refusals[kind], { status: STATUS[kind], more });
}
