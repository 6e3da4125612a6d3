import { html } from 'hono/html';
import type { Texts } from '../texts/texts.ts';
import { type Html, page, refusal } from './page.ts';
import type { SignInWords } from './pages.ts';
import type { Reader } from './reader.ts';

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

/** @param account masked */
export const reauthWords = ({ reauth, signIn }: Texts, account: string, cloud: string): SignInWords => ({
  title: reauth.title({ cloud }),
  why: reauth.why({ cloud, account }),
  submit: signIn.submit,
});

const STATUS: Readonly<Record<ReauthRefusal, number>> = {
  'no-link': 400,
  used: 410,
  'too-old': 410,
  'form-too-old': 400,
  'other-browser': 400,
  malformed: 400,
};

/** @param oldLink offers to have a new one sent */
export function reauthRefusalPage(
  reader: Reader,
  kind: ReauthRefusal,
  attempt: string | undefined,
  oldLink?: string,
): Promise<Response> {
  const say = ({ reauth, alexa }: Texts) => {
    const { title, text } = reauth.refusals[kind];
    return { title, text: kind === 'used' ? `${text} ${alexa.linkAgain}` : text };
  };
  const more = oldLink === undefined ? html`` : renewForm('/reauth', oldLink, reader.texts.reauth.sendLink);
  return refusal(reader, say, { status: STATUS[kind], attempt, more });
}

/** A button that has a new link sent in place of one that is too old. */
export const renewForm = (
  action: string,
  oldLink: string,
  label: string,
): Html => html`<form method="post" action="${action}">
<input type="hidden" name="t" value="${oldLink}">
<button type="submit" name="action" value="renew">${label}</button>
</form>`;

/**
 * @param visit the proof of this sign-in, for the page that connects Alexa; absent where that page cannot
 * @param question what the page asks besides
 * @param connections who is connected, with buttons that end it
 */
export function reauthDonePage(
  reader: Reader,
  attempt: string,
  cloud: string,
  visit?: string,
  question?: Html,
  connections?: Html,
): Promise<Response> {
  const say = ({ reauth, alexa }: Texts) => ({
    title: reauth.done.title,
    text: `${reauth.done.text({ cloud })} ${visit === undefined ? alexa.linkAgain : reauth.done.connectHere}`,
  });
  const { title, text } = say(reader.texts);
  const body = html`<p>${text}</p>
${
  visit === undefined
    ? ''
    : html`<form method="post" action="/alexa">
<input type="hidden" name="visit" value="${visit}">
<button class="plain" type="submit" name="action" value="offer">${reader.texts.reauth.done.connect}</button>
</form>`
}
${connections ?? ''}
${question ?? ''}`;
  return page(reader, { title, body, languageSwitch: { by: 'page', say }, attempt });
}

/** Another user of the device cloud has signed in, who sees every lamp of the account. */
export function otherUserDonePage(reader: Reader, attempt: string, cloud: string): Promise<Response> {
  const say = ({ reauth, alexa }: Texts) => ({
    title: reauth.done.title,
    text: `${reauth.done.text({ cloud })} ${reauth.done.asOtherUser} ${alexa.linkAgain}`,
  });
  const { title, text } = say(reader.texts);
  return page(reader, { title, body: html`<p>${text}</p>`, languageSwitch: { by: 'page', say }, attempt });
}

/** @param retryAt the skill does not sign in before; absent when it may at any time */
export function waitingPage(reader: Reader, cloud: string, retryAt: Date | undefined): Promise<Response> {
  const { waiting } = reader.texts.reauth;
  const body = html`<p>${waiting.text({ cloud })}</p>
<p>${retryAt ? waiting.until({ time: reader.dates.time(retryAt) }) : waiting.withNext}</p>`;
  const say = ({ reauth }: Texts) => ({ title: reauth.waiting.title, text: reauth.waiting.text({ cloud }) });
  return page(reader, { title: waiting.title, body, languageSwitch: { by: 'page', say } });
}

export const signedInPage = (reader: Reader, cloud: string): Promise<Response> =>
  saidPage(reader, ({ reauth, alexa }) => ({
    title: reauth.signedIn.title,
    text: `${reauth.signedIn.text({ cloud })} ${alexa.linkAgain}`,
  }));

/** The cap of new links is reached. */
export const noMoreLinksPage = (reader: Reader): Promise<Response> =>
  saidPage(reader, ({ reauth }) => reauth.noMoreLinks);

export const linkSentPage = (reader: Reader): Promise<Response> => saidPage(reader, ({ reauth }) => reauth.linkSent);

function saidPage(reader: Reader, say: (texts: Texts) => { readonly title: string; readonly text: string }) {
  const { title, text } = say(reader.texts);
  return page(reader, { title, body: html`<p>${text}</p>`, languageSwitch: { by: 'page', say } });
}
