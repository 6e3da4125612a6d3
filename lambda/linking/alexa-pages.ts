import { html } from 'hono/html';
import { SKILL_NAME } from '../domain/alexa-texts.ts';
import type { AlexaPageRefusal, NotConnected } from './alexa-refusals.ts';
import type { Consent } from './alexa-visit.ts';
import { AMAZON_PAGES } from './amazon-pages.ts';
import { type Html, page } from './pages.ts';
import type { LinkingPorts } from './ports.ts';
import type { Flow } from './sign-in-form.ts';

type PagePorts = Pick<LinkingPorts, 'alexaConsent' | 'cloudName'>;

/** A form of these pages may lead to Login with Amazon, and from there to any of Amazon's sign-in pages. */
const formAction = ({ alexaConsent: { authorizeUrl } }: PagePorts): string[] => [
  new URL(authorizeUrl).origin,
  ...AMAZON_PAGES,
];

/** For where this page cannot help. */
const STEPS = html`<ol>
<li>Open the Alexa app with the Amazon account of the Echo beside the lamp.</li>
<li>Tap More, then Skills &amp; Games, and search for ${SKILL_NAME}. A skill in development is under Your Skills, then Dev.</li>
<li>If the skill shows Disable Skill, tap it first. Then tap Enable to Use.</li>
<li>Sign in on the page that opens.</li>
</ol>`;

/** The steps in the Alexa app, where the skill does not know its own id. */
export const stepsPage = (): Promise<Response> =>
  page({
    title: 'Connect Alexa in the Alexa app',
    body: html`<p>This page cannot connect Alexa by itself. In the Alexa app it takes a minute:</p>${STEPS}`,
  });

const WATCH_BOX = html`<label class="keep" for="watch"><input id="watch" name="watch" type="checkbox" value="yes">
<span><b>Tell me when Alexa lets go</b>
If you tick this, this skill asks Amazon once a day whether Alexa is still connected, and sends a message if not. For that we keep Amazon's permission, encrypted. The permission could also switch this skill on or off in your Alexa; we use it for the question only. It ends when you disable the skill.</span></label>`;

const inDevelopment = ({ alexaConsent: { stage } }: PagePorts): Html | '' =>
  stage === 'live'
    ? ''
    : html`<small>This skill is in development. Amazon lets only the Amazon accounts of its developer and beta testers use it.</small>`;

const connectForm = (visit: string): Html => html`<form method="post" action="/alexa">
<input type="hidden" name="visit" value="${visit}">
${WATCH_BOX}
<p>On the next page, sign in with <b>the Amazon account of the Echo beside the lamp</b>, and tap Allow.</p>
<button type="submit" name="action" value="connect">Login with Amazon</button>
</form>`;

export interface VisitView {
  /** Masked. */
  readonly account: string;
  /** The sealed hidden field. */
  readonly visit: string;
  readonly attempt: string;
}

/** After the sign-in: one button to Amazon. */
export const consentPage = (
  { account, visit, attempt, mayInvite }: VisitView & { readonly mayInvite: boolean },
  ports: PagePorts,
): Promise<Response> =>
  page({
    title: 'Now allow it at Amazon',
    body: html`<p>You are signed in to the ${ports.cloudName} account ${account}. The last step is at Amazon: it connects Alexa with this account.</p>
${connectForm(visit)}
${inDevelopment(ports)}
${
  mayInvite
    ? html`<h2>Is the Echo somewhere else?</h2>
<p>You can make a link for the person who lives with it. It does only this last step, works once, and ends after 24 hours. Whoever opens it can connect their Alexa with the lamps of this account, so send it to that person only. A message tells you when it was used.</p>
<form method="post" action="/alexa">
<input type="hidden" name="visit" value="${visit}">
<button class="plain" type="submit" name="action" value="ready">Make a link to send</button>
</form>`
    : ''
}`,
    attempt,
    formAction: formAction(ports),
  });

/** What somebody sees who opens a ready link. */
export const readyPage = (
  { account, visit, attempt }: VisitView,
  ports: PagePorts,
  setCookie: string,
): Promise<Response> =>
  page({
    title: 'Connect your Alexa',
    body: html`<p>Somebody who has signed in to the ${ports.cloudName} account ${account} has made this link for you. With it you connect your Alexa with the lamps of that account. Please go on only if you know who sent you the link.</p>
${connectForm(visit)}
${inDevelopment(ports)}`,
    attempt,
    formAction: formAction(ports),
    headers: { 'Set-Cookie': setCookie },
  });

/** The ready link itself, to be copied. */
export const readyLinkPage = ({
  url,
  expiresAt,
  visit,
  attempt,
}: {
  readonly url: string;
  readonly expiresAt: Date;
  readonly visit: string;
  readonly attempt: string;
}): Promise<Response> =>
  page({
    title: 'Your link to send',
    body: html`<p>Copy this link and send it to the person at the Echo. It works once, until ${moment(expiresAt)}. Send it to nobody else.</p>
<p class="link"><a href="${url}">${url}</a></p>
${retryForm(visit, 'offer', 'Connect an Alexa here instead', 'plain')}`,
    attempt,
  });

const moment = (at: Date): string =>
  `${new Intl.DateTimeFormat('en-US', { dateStyle: 'long', timeZone: 'UTC' }).format(at)}, ${at.toISOString().slice(11, 16)} UTC`;

/** Amazon says that the account is linked. Also what a reload shows. */
export async function connectedPage(
  { subject: { visit, watches }, attempt }: Flow<Consent>,
  { devices, cloudName }: Pick<LinkingPorts, 'devices' | 'cloudName'>,
): Promise<Response> {
  // The page matters more than the name of a lamp.
  const known = await devices.list(visit.accountId).catch(() => []);
  const [lamp] = known.filter(({ removedSince }) => removedSince === undefined).map(({ device }) => device.name);
  return await page({
    title: 'Done',
    body: html`<p>Amazon has connected Alexa with the ${cloudName} account ${visit.account}.</p>
<p>Please try it now. Say: <b>Alexa, turn on ${lamp ?? 'the lamp'}.</b></p>
${watches ? html`<p>This skill asks Amazon once a day whether Alexa is still connected, and sends a message if not.</p>` : ''}
<p>You can close this page.</p>`,
    attempt,
  });
}

interface Why {
  readonly title: string;
  readonly text: string;
  readonly status: number;
  /** What the page offers: another try, another try that replaces a link, or the steps in the Alexa app. */
  readonly offers: readonly ('again' | 'replace' | 'steps')[];
}

const WHY: Readonly<Record<NotConnected, Why>> = {
  denied: {
    title: 'You said no at Amazon',
    text: 'Nothing was changed. If that was a mistake, try again.',
    status: 200,
    offers: ['again'],
  },
  'amazon-unavailable': {
    title: "Amazon's sign-in does not work at the moment",
    text: 'Amazon says so itself, and nothing was changed. Please try again in some minutes.',
    status: 503,
    offers: ['again'],
  },
  'request-refused': {
    title: 'Amazon does not accept this skill',
    text: 'Amazon does not accept what this skill has asked for. This is not your fault: the skill is not set up correctly, and whoever runs it must correct that. Until then, the way in the Alexa app may work:',
    status: 502,
    offers: ['steps'],
  },
  'consent-ended': {
    title: 'Amazon needs your permission once more',
    text: 'The permission that Amazon has just given does not hold any more. That happens when this page is opened twice, or after some minutes.',
    status: 400,
    offers: ['again'],
  },
  'not-permitted': {
    title: 'Amazon does not let this Amazon account use the skill',
    text: 'Amazon refuses this skill for this Amazon account. A skill in development works only for the Amazon accounts of its developer and beta testers. If that is not the reason, the skill is not set up correctly, and whoever runs it must correct that. The way in the Alexa app may work:',
    status: 403,
    offers: ['steps'],
  },
  'link-refused': {
    title: 'Amazon could not connect Alexa',
    text: 'Amazon tried to connect Alexa and did not succeed. This is not your fault. You can try again, or do it in the Alexa app:',
    status: 502,
    offers: ['again', 'steps'],
  },
  'linked-before': {
    title: 'Amazon says that Alexa is connected already',
    text: 'Amazon says that Alexa has this skill connected already, for the Amazon account that you used. So nothing was changed. If that is the Amazon account of the Echo beside the lamp, and the lamp does not react to Alexa, you can replace that connection. It may belong to another account of lamps, which Alexa then no longer controls.',
    status: 200,
    offers: ['replace'],
  },
  busy: {
    title: 'Amazon is too busy',
    text: 'Amazon did not answer as it should. Please try again in some minutes.',
    status: 503,
    offers: ['again'],
  },
  unknown: {
    title: 'We do not know yet',
    text: 'Amazon has not said whether Alexa is connected now. Please say something to Alexa in a minute. If she does not switch the lamp, try again.',
    status: 503,
    offers: ['again'],
  },
};

const DISABLED =
  'Alexa has switched this skill off in the meantime, and it may still be off. Please try again now, or enable the skill in the Alexa app.';

export interface NotConnectedView {
  readonly why: NotConnected;
  /** The skill was disabled for a new link, which did not come about. */
  readonly isDisabled: boolean;
  readonly visit: string;
  readonly attempt: string;
}

/** Why Alexa is not connected, as far as it is known, and what to do. */
export function notConnectedPage(
  { why, isDisabled, visit, attempt }: NotConnectedView,
  ports: PagePorts,
): Promise<Response> {
  const { title, text, status, offers } = WHY[why];
  const offered = new Set(isDisabled ? [...offers, 'again' as const, 'steps' as const] : offers);
  const body = html`<p role="alert">${text}</p>
${isDisabled ? html`<p>${DISABLED}</p>` : ''}
${offered.has('again') ? retryForm(visit, 'offer', 'Try again') : ''}
${offered.has('replace') ? retryForm(visit, 'replace', 'Replace the connection') : ''}
${offered.has('steps') ? STEPS : ''}`;
  const headers: Record<string, string> = status === 503 ? { 'Retry-After': '60' } : {};
  return page({ title, body, status, attempt, headers, formAction: formAction(ports) });
}

const retryForm = (
  visit: string,
  action: string,
  label: string,
  look = 'strong',
): Html => html`<form method="post" action="/alexa">
<input type="hidden" name="visit" value="${visit}">
<button class="${look}" type="submit" name="action" value="${action}">${label}</button>
</form>`;

const REFUSALS: Readonly<Record<AlexaPageRefusal, { title: string; text: string; status: number }>> = {
  'no-link': {
    title: 'This link is not complete',
    text: 'Please open the link from the message again, or copy all of it. Nothing was changed.',
    status: 400,
  },
  used: {
    title: 'This link was used already',
    text: 'Somebody has connected Alexa with it. If the lamp does not react to Alexa, look for a newer message and use the link in it.',
    status: 410,
  },
  closed: {
    title: 'This message is no longer open',
    text: 'So no new link was sent. If the lamp does not react to Alexa, look for a newer message, or enable the skill again in the Alexa app.',
    status: 410,
  },
  'link-too-old': {
    title: 'This link is too old',
    text: 'A link works for a few days only. The button sends a new one, the same way as the last one.',
    status: 410,
  },
  'ready-used': {
    title: 'This link was used already',
    text: 'Somebody has connected an Alexa with it, or is doing that just now. It works once. Ask the person who sent it for another one.',
    status: 410,
  },
  'ready-too-old': {
    title: 'This link is too old',
    text: 'It worked for 24 hours. Ask the person who sent it for another one. Nothing was changed.',
    status: 410,
  },
  'too-long-ago': {
    title: 'This took too long',
    text: 'For safety this page waits ten minutes at most. Please open the link that led you here again. Nothing was changed.',
    status: 400,
  },
  'other-browser': {
    title: 'This page belongs to another browser',
    text: 'Please open the link that led you here again, and stay in one browser. If you see this page again, your browser does not accept cookies; it must accept the one of this page. Nothing was changed.',
    status: 400,
  },
  malformed: {
    title: 'This page cannot be shown',
    text: 'Please open the link that led you here again. Nothing was changed.',
    status: 400,
  },
  'too-many': {
    title: 'Too many attempts',
    text: 'For one account this page leads to Amazon five times an hour at most. Please try again in an hour. Nothing was changed.',
    status: 429,
  },
};

/** @param oldLink the link of a notice: offers to have a new one sent */
export function refusedPage(kind: AlexaPageRefusal, attempt: string | undefined, oldLink?: string): Promise<Response> {
  const { title, text, status } = REFUSALS[kind];
  const body = html`<p role="alert">${text}</p>
${
  oldLink === undefined
    ? ''
    : html`<form method="post" action="/alexa">
<input type="hidden" name="t" value="${oldLink}">
<button type="submit" name="action" value="renew">Send me a new link</button>
</form>`
}`;
  return page({ title, body, status, attempt });
}
