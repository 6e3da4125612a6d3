import { html, raw } from 'hono/html';
import { toMailAddress } from '../domain/mail-address.ts';
import { mayConfirm } from '../domain/notice-addresses.ts';
import { MOST_ADDRESSES, type NoticeAddress } from '../ports/notice-addresses.ts';
import { moment, ONLY_THIS } from './english.ts';
import { page } from './pages.ts';

type Html = ReturnType<typeof html>;

export const QUESTION = 'Where shall we write if a lamp stops working?';

const RARE =
  'We write when something does not work or will soon stop working, and when it works again. Each address first gets a mail with a button; no other message comes there before somebody has pressed it. You can stop the messages at any time. We keep addresses encrypted, and delete them when you remove them, or 90 days after the last connection with Alexa has ended.';

/** Of a typed address, on each of these pages. */
export const MALFORMED = 'One of these is not an e-mail address that we can write to. Please check the spelling.';

/** What a person typed on a page that asks for addresses. */
export interface TypedAddresses {
  readonly own: string;
  readonly helper: string;
}

/** A page that carries a sealed field from one request to the next. */
export interface SealedForm {
  /** Path that the form posts to. */
  readonly action: string;
  /** Name and value of the hidden field. */
  readonly field: string;
  readonly sealed: string;
}

const hidden = ({ field, sealed }: SealedForm): Html => html`<input type="hidden" name="${field}" value="${sealed}">`;

/** Names the field that is wrong, for those who hear the page. */
const invalid = (value: string, problem: string | undefined) =>
  problem === MALFORMED && value !== '' && toMailAddress(value) === undefined
    ? raw(' aria-invalid="true" aria-describedby="problem"')
    : '';

const emailInput = (
  name: string,
  label: string,
  value: string,
  required: boolean,
  problem?: string,
): Html => html`<label for="${name}">${label}</label>
<input id="${name}" name="${name}" type="email" value="${value}" autocomplete="${name === 'own' ? 'email' : 'off'}" autocapitalize="none" spellcheck="false" maxlength="254"${required ? raw(' required') : ''}${invalid(value, problem)}>`;

const alertOf = (problem: string | undefined): Html | '' =>
  problem === undefined ? '' : html`<p role="alert" id="problem">${problem}</p>`;

/** The question between the sign-in and Alexa. Both buttons lead on to Alexa. */
export function questionPage(
  form: SealedForm & { readonly attempt: string; readonly formAction: readonly string[] },
  typed: TypedAddresses,
  problem?: string,
): Promise<Response> {
  const { attempt, formAction } = form;
  const body = html`<p>You are signed in. One more question, then you are back in the Alexa app.</p>
${alertOf(problem)}
<form method="post" action="${form.action}">
${hidden(form)}
${emailInput('own', 'Your e-mail address', typed.own, false, problem)}
${emailInput('helper', 'Somebody who helps you (optional)', typed.helper, false, problem)}
<button type="submit" name="action" value="save">Continue</button>
<button class="plain" type="submit" name="action" value="skip" formnovalidate>Continue without messages</button>
</form>
<small>${RARE}</small>`;
  return page({ title: QUESTION, body, attempt, formAction });
}

/** The same question as a part of another page, for an account that nobody gets messages about. */
export const questionForm = (form: SealedForm, own: string): Html => html`<h2>${QUESTION}</h2>
<form method="post" action="${form.action}">
${hidden(form)}
${emailInput('own', 'Your e-mail address', own, false)}
${emailInput('helper', 'Somebody who helps you (optional)', '', false)}
<button type="submit" name="action" value="save">Save</button>
</form>
<small>${RARE}</small>`;

const STATE: Readonly<Record<NoticeAddress['state'], (since: string) => string>> = {
  pending: () => 'Not confirmed. Whoever reads it has to press the button in the mail that we send there.',
  confirmed: (since) => `Messages come here. It was confirmed on ${since}.`,
  unsubscribed: (since) => `No messages come here. Somebody stopped them on ${since}, with a link in a message.`,
  bounced: (since) => `No messages come here. A mail came back on ${since}. Please check the spelling.`,
  complained: (since) =>
    `No messages come here. On ${since} a message was marked as spam there, so we write no more to this address.`,
};

const ASK: Readonly<Partial<Record<NoticeAddress['state'], string>>> = {
  pending: 'Send the mail once more',
  unsubscribed: 'Write here again',
  bounced: 'Try once more',
};

function entry(form: SealedForm, address: NoticeAddress): Html {
  const { id, email, state, since } = address;
  const ask = state !== 'pending' || mayConfirm(address) ? ASK[state] : undefined;
  return html`<li>
<b>${email}</b>
<span>${STATE[state](moment(since))}</span>
<form method="post" action="${form.action}">
${hidden(form)}
<input type="hidden" name="id" value="${id}">
${ask === undefined ? '' : html`<button class="plain" type="submit" name="action" value="ask">${ask}</button>`}
<button class="plain" type="submit" name="action" value="remove">Remove</button>
</form>
</li>`;
}

/** What an account's own people see and change: only after a sign-in at the device cloud. */
export function addressesPage(
  form: SealedForm,
  account: { readonly maskedEmail: string },
  addresses: readonly NoticeAddress[],
  shown: { readonly typed?: string; readonly problem?: string; readonly done?: string; readonly cookie?: string } = {},
): Promise<Response> {
  const nobody = !addresses.some(({ state }) => state === 'confirmed');
  const body = html`<p>Messages about the account ${account.maskedEmail}.</p>
${alertOf(shown.problem)}
${shown.done === undefined ? '' : html`<p role="status">${shown.done}</p>`}
${nobody ? html`<p role="note">At the moment nobody gets messages about this account.</p>` : ''}
${addresses.length === 0 ? '' : html`<ul class="addresses">${addresses.map((address) => entry(form, address))}</ul>`}
${
  addresses.length >= MOST_ADDRESSES
    ? html`<p>These are as many as an account can have. Remove one to add another.</p>`
    : html`<form method="post" action="${form.action}">
${hidden(form)}
${emailInput('email', 'Add an address: yours, or of somebody who helps you', shown.typed ?? '', true, shown.problem)}
<button type="submit" name="action" value="add">Add</button>
</form>`
}
<p><a href="/connections">See the connections of this account with Alexa, and end one</a></p>
<small>${RARE}</small>`;
  return page({ title: QUESTION, body });
}

/** What a link in a mail shows: nothing but its own address, masked. */
export const addressPage = (
  { account, address }: { readonly account: string; readonly address: string },
  state: NoticeAddress['state'],
  links: { readonly unsubscribe: string; readonly signIn: string },
): Promise<Response> =>
  page({
    title: 'Messages about your lamps',
    body: html`<p>${
      state === 'confirmed'
        ? `Messages about the account ${account} go to ${address}.`
        : `No messages about the account ${account} go to ${address} at the moment.`
    }</p>
${
  state === 'confirmed' || state === 'pending'
    ? html`<form method="post" action="${links.unsubscribe}"><button type="submit">Stop messages to this address</button></form>`
    : ''
}
<form method="get" action="/notices/sign-in"><input type="hidden" name="t" value="${links.signIn}"><button class="plain" type="submit">Sign in to see and change all addresses</button></form>`,
  });

export const confirmPage = (account: string, address: string, action: string): Promise<Response> =>
  page({
    title: 'Confirm this address',
    body: html`<p>Do you want messages about the lamps of the account ${account} at ${address}?</p>
<form method="post" action="${action}"><button type="submit">Yes, write to this address</button></form>
<small>${RARE}</small>
<small>If you do not know this account, close this page. ${ONLY_THIS}</small>`,
  });

export const confirmedPage = (account: string, address: string): Promise<Response> =>
  page({
    title: 'Confirmed',
    body: html`<p>Messages about the account ${account} go to ${address}. You can close this page.</p>`,
  });

export const unsubscribePage = (account: string, address: string, action: string): Promise<Response> =>
  page({
    title: 'Stop messages',
    body: html`<p>Do you want no more messages about the account ${account} at ${address}? Then nobody tells you there when a lamp stops working.</p>
<form method="post" action="${action}"><button type="submit">Stop messages to this address</button></form>`,
  });

export const unsubscribedPage = (): Promise<Response> =>
  page({
    title: 'No more messages',
    body: html`<p>No more messages go to this address. You can close this page.</p>`,
  });

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

const REFUSALS: Readonly<
  Record<AddressRefusal, { readonly title: string; readonly text: string; readonly status: number }>
> = {
  'no-link': {
    title: 'This link is not complete',
    text: 'Please open the link from the message again, or copy all of it. Nothing was changed.',
    status: 400,
  },
  'not-there': {
    title: 'This address gets no messages',
    text: 'It was removed, or the messages to it were stopped. Whoever can sign in to the account can add it again.',
    status: 410,
  },
  'too-old': {
    title: 'This link is too old',
    text: 'It works for 24 hours only. Whoever can sign in to the account can have another mail sent. Nothing was changed.',
    status: 410,
  },
  'form-too-old': {
    title: 'This page was open for too long',
    text: 'Please sign in again. Nothing was changed.',
    status: 400,
  },
  'other-browser': {
    title: 'This page was opened elsewhere',
    text: 'Please sign in again. If you see this page again, your browser does not accept cookies; it must accept the one of this page. Nothing was changed.',
    status: 400,
  },
  malformed: { title: 'This page cannot be shown', text: 'Please sign in again. Nothing was changed.', status: 400 },
  nobody: {
    title: 'Nobody gets messages about this account',
    text: 'No address of this account is confirmed, so a new link can be sent to nobody. Sign in here instead. Then you can add an address, too.',
    status: 410,
  },
  'no-mail': {
    title: 'This skill cannot write to you',
    text: 'Whoever runs this skill has not set up a sender of mails. So messages about your lamps go to them, and not to you.',
    status: 404,
  },
};

/** @param signInAt where the page leads to, if a sign-in helps */
export function addressRefusalPage(kind: AddressRefusal, signInAt?: string): Promise<Response> {
  const { title, text, status } = REFUSALS[kind];
  const body = html`<p role="alert">${text}</p>
${signInAt === undefined ? '' : html`<p><a href="${signInAt}">Sign in</a></p>`}`;
  return page({ title, body, status });
}
