import { html } from 'hono/html';
import { LINK_AGAIN } from './english.ts';
import { page, type SignInWords } from './pages.ts';

/** Why the sign-in-again page cannot be used. */
export type ReauthRefusal = 'no-link' | 'used' | 'too-old' | 'form-too-old' | 'other-browser' | 'malformed';

/** The request for the sign-in-again page cannot continue; shown as an error page. */
export class ReauthRefused extends Error {
  override readonly name = 'ReauthRefused';
  readonly kind: ReauthRefusal;
  constructor(kind: ReauthRefusal) {
    super(kind);
    this.kind = kind;
  }
}

const CONNECT_AGAIN =
  'If Alexa says that your account is not linked, connect Alexa here, or open this skill in the Alexa app and link the account again.';

/** @param account masked */
export const reauthWords = (account: string, cloudName: string): SignInWords => ({
  title: `Sign in to ${cloudName} again`,
  why: `The connection from this skill to the ${cloudName} account ${account} needs a sign-in. Sign in with that account, the one you use in the ${cloudName} app. This is not your Amazon account. This page changes nothing in the Alexa app.`,
  submit: 'Sign in',
});

const REFUSALS: Readonly<
  Record<ReauthRefusal, { readonly title: string; readonly text: string; readonly status: number }>
> = {
  'no-link': {
    title: 'This link is not complete',
    text: 'Please open the link from the message again, or copy all of it. Nothing was changed.',
    status: 400,
  },
  used: {
    title: 'This link was used already',
    text: `Somebody has signed in with it. If the lamps do not react to Alexa, look for a newer message and use the link in it. ${LINK_AGAIN}`,
    status: 410,
  },
  'too-old': {
    title: 'This link is too old',
    text: 'A link works for a few days only. The button sends a new one, the same way as the last one.',
    status: 410,
  },
  'form-too-old': {
    title: 'This page was open for too long',
    text: 'Please open the link from the message again. Nothing was changed.',
    status: 400,
  },
  'other-browser': {
    title: 'This page was opened elsewhere',
    text: 'Please open the link from the message again. If you see this page again, your browser does not accept cookies; it must accept the one of this page. Nothing was changed.',
    status: 400,
  },
  malformed: {
    title: 'This page cannot be shown',
    text: 'Please open the link from the message again. Nothing was changed.',
    status: 400,
  },
};

/** @param oldLink offers to have a new one sent */
export function reauthRefusalPage(
  kind: ReauthRefusal,
  attempt: string | undefined,
  oldLink?: string,
): Promise<Response> {
  const { title, text, status } = REFUSALS[kind];
  const body = html`<p role="alert">${text}</p>
${
  oldLink === undefined
    ? ''
    : html`<form method="post" action="/reauth">
<input type="hidden" name="t" value="${oldLink}">
<button type="submit" name="action" value="renew">Send me a new link</button>
</form>`
}`;
  return page({ title, body, status, attempt });
}

/**
 * @param visit the proof of this sign-in, for the page that connects Alexa; absent where that page cannot
 * @param question what the page asks besides
 * @param connections who is connected, with buttons that end it
 */
export const reauthDonePage = (
  attempt: string,
  cloudName: string,
  visit?: string,
  question?: ReturnType<typeof html>,
  connections?: ReturnType<typeof html>,
): Promise<Response> =>
  page({
    title: 'Done',
    body: html`<p>Done. This skill is signed in to ${cloudName} again. Please say something to Alexa. ${visit === undefined ? LINK_AGAIN : CONNECT_AGAIN}</p>
${
  visit === undefined
    ? ''
    : html`<form method="post" action="/alexa">
<input type="hidden" name="visit" value="${visit}">
<button class="plain" type="submit" name="action" value="offer">Connect Alexa again</button>
</form>`
}
${connections ?? ''}
${question ?? ''}`,
    attempt,
  });

/** @param retryAt the skill does not sign in before; absent when it may at any time */
export const waitingPage = (cloudName: string, retryAt: Date | undefined): Promise<Response> =>
  page({
    title: 'The skill tries again by itself',
    body: html`<p>${cloudName} has ended this skill's access, and the last sign-ins have not helped. The lamps do not react to Alexa at the moment.</p>
<p>This skill signs in again by itself${retryAt ? `, not before ${retryAt.toISOString().slice(11, 16)} UTC` : ' with the next command'}. Nobody needs to sign in here.</p>`,
  });

export const signedInPage = (cloudName: string): Promise<Response> =>
  page({
    title: 'Nobody needs to sign in',
    body: html`<p>This skill is signed in to ${cloudName}. Nobody needs to sign in here. ${LINK_AGAIN}</p>`,
  });

/** The cap of new links is reached. */
export const noMoreLinksPage = (): Promise<Response> =>
  page({
    title: 'No further link for now',
    body: html`<p>Several new links have been sent lately, so this page sends no other for some days. Please use the newest one. If that does not work either, disable the skill once in the Alexa app, enable it again and sign in there.</p>`,
  });

export const linkSentPage = (): Promise<Response> =>
  page({
    title: 'A new link is on its way',
    body: html`<p>It comes the same way as the one before. Please wait a few minutes, and an hour before you ask for another.</p>`,
  });
