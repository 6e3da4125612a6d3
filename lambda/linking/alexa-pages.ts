import { html } from 'hono/html';
import type { Texts } from '../texts/texts.ts';
import type { AlexaPageRefusal, NotConnected } from './alexa-refusals.ts';
import { AMAZON_PAGES } from './amazon-pages.ts';
import { type Html, hidden, page, refusal, type SealedForm } from './page.ts';
import type { LinkingPorts } from './ports.ts';
import type { Reader } from './reader.ts';
import { renewForm } from './reauth-pages.ts';

type ConsentPorts = Pick<LinkingPorts, 'alexaConsent' | 'cloudName'>;

/** A form of these pages may lead to Login with Amazon, and from there to any of Amazon's sign-in pages. */
const formAction = ({ alexaConsent: { authorizeUrl } }: ConsentPorts): string[] => [
  new URL(authorizeUrl).origin,
  ...AMAZON_PAGES,
];

/** For where this page cannot help. */
const stepsIn = ({ texts: { alexaPage }, about: { skill } }: Reader): Html => html`<ol>
<li>${alexaPage.steps.open}</li>
<li>${alexaPage.steps.find({ skill })}</li>
<li>${alexaPage.steps.enable}</li>
<li>${alexaPage.steps.signIn}</li>
</ol>`;

/** The steps in the Alexa app, where the skill does not know its own id. */
export function stepsPage(reader: Reader): Promise<Response> {
  const { title, text } = reader.texts.alexaPage.steps;
  const body = html`<p>${text}</p>${stepsIn(reader)}`;
  return page(reader, { title, body, languageSwitch: { by: 'address' } });
}

const watchBox = ({ alexaPage }: Texts): Html =>
  html`<label class="keep" for="watch"><input id="watch" name="watch" type="checkbox" value="yes">
<span><b>${alexaPage.watchBox}</b>
${alexaPage.watch}</span></label>`;

const inDevelopment = ({ alexaConsent: { stage } }: ConsentPorts, { alexaPage }: Texts): Html | '' =>
  stage === 'live' ? '' : html`<small>${alexaPage.inDevelopment}</small>`;

const visitForm = (visit: string): SealedForm => ({ action: '/alexa', field: 'visit', sealed: visit });

const connectForm = (visit: string, texts: Texts): Html => html`<form method="post" action="/alexa">
${hidden(visitForm(visit))}
${watchBox(texts)}
<p><b>${texts.alexaPage.atAmazon}</b></p>
<button type="submit" name="action" value="connect">${texts.alexaPage.login}</button>
</form>`;

export interface VisitView {
  /** Masked. */
  readonly account: string;
  /** The sealed hidden field. */
  readonly visit: string;
  readonly attempt: string;
}

/** After the sign-in: one button to Amazon. */
export function consentPage(
  reader: Reader,
  { account, visit, attempt }: VisitView,
  ports: ConsentPorts,
): Promise<Response> {
  const { texts } = reader;
  const { consent } = texts.alexaPage;
  const invitation = html`<h2>${consent.elsewhere}</h2>
<p>${consent.invite}</p>
${visitButton(visit, 'ready', consent.makeLink, 'plain')}`;
  const body = html`<p>${consent.text({ cloud: ports.cloudName, account })}</p>
${connectForm(visit, texts)}
${inDevelopment(ports, texts)}
${invitation}`;
  const languageSwitch = { by: 'form', form: visitForm(visit) } as const;
  return page(reader, { title: consent.title, body, languageSwitch, attempt, formAction: formAction(ports) });
}

/** What somebody sees who opens a ready link. */
export function readyPage(
  reader: Reader,
  { account, visit, attempt }: VisitView,
  ports: ConsentPorts,
  setCookie?: string,
): Promise<Response> {
  const { texts } = reader;
  const { title, text } = texts.alexaPage.ready;
  const body = html`<p>${text({ cloud: ports.cloudName, account })}</p>
${connectForm(visit, texts)}
${inDevelopment(ports, texts)}`;
  const languageSwitch = { by: 'form', form: visitForm(visit) } as const;
  const headers: Record<string, string> = setCookie === undefined ? {} : { 'Set-Cookie': setCookie };
  return page(reader, { title, body, languageSwitch, attempt, formAction: formAction(ports), headers });
}

/** The ready link itself, to be copied. */
export function readyLinkPage(
  reader: Reader,
  { url, expiresAt, visit, attempt }: Omit<VisitView, 'account'> & { readonly url: string; readonly expiresAt: Date },
): Promise<Response> {
  const { title, text, here } = reader.texts.alexaPage.readyLink;
  const until = reader.dates.moment(expiresAt);
  const body = html`<p>${text({ until })}</p>
<p class="link"><a href="${url}">${url}</a></p>
${visitButton(visit, 'offer', here, 'plain')}`;
  const say = ({ alexaPage: { readyLink } }: Texts) => ({ title: readyLink.title, text: readyLink.text({ until }) });
  return page(reader, { title, body, languageSwitch: { by: 'page', say }, attempt });
}

/**
 * Amazon says that the account is linked. Also what a reload shows.
 * @param account masked
 * @param lamp the name of one, if it is known
 */
export function connectedPage(
  reader: Reader,
  {
    account,
    lamp,
    watches,
    attempt,
  }: Omit<VisitView, 'visit'> & { readonly lamp: string | undefined; readonly watches: boolean },
  cloud: string,
  question?: Html,
): Promise<Response> {
  const { connected } = reader.texts.alexaPage;
  const say = ({ alexaPage }: Texts) => ({
    title: alexaPage.connected.title,
    text: alexaPage.connected.text({ cloud, account }),
  });
  const body = html`<p>${connected.text({ cloud, account })}</p>
<p>${connected.tryIt} <b>${lamp === undefined ? connected.sayAny : connected.sayLamp({ lamp })}</b></p>
${watches ? html`<p>${connected.watches}</p>` : ''}
<p>${connected.close}</p>
${question ?? ''}`;
  return page(reader, { title: connected.title, body, languageSwitch: { by: 'page', say }, attempt });
}

/** What the page offers: another try, another try that replaces a link, or the steps in the Alexa app. */
type Offer = 'again' | 'replace' | 'steps';

const WHY: Readonly<Record<NotConnected, { readonly status: number; readonly offers: readonly Offer[] }>> = {
  denied: { status: 200, offers: ['again'] },
  'amazon-unavailable': { status: 503, offers: ['again'] },
  'request-refused': { status: 502, offers: ['steps'] },
  'consent-ended': { status: 400, offers: ['again'] },
  'not-permitted': { status: 403, offers: ['steps'] },
  'link-refused': { status: 502, offers: ['again', 'steps'] },
  'linked-before': { status: 200, offers: ['replace'] },
  busy: { status: 503, offers: ['again'] },
  unknown: { status: 503, offers: ['again'] },
};

export interface NotConnectedView {
  readonly why: NotConnected;
  /** The skill was disabled for a new link, which did not come about. */
  readonly isDisabled: boolean;
  readonly visit: string;
  readonly attempt: string;
}

/** Why Alexa is not connected, as far as it is known, and what to do. Its address cannot be opened twice: Amazon's code is used. */
export function notConnectedPage(
  reader: Reader,
  { why, isDisabled, visit, attempt }: NotConnectedView,
  ports: ConsentPorts,
): Promise<Response> {
  const { status, offers } = WHY[why];
  const { alexaPage } = reader.texts;
  const { title, text } = alexaPage.notConnected[why];
  const offered = new Set<Offer>(isDisabled ? [...offers, 'again', 'steps'] : offers);
  const body = html`<p role="alert">${text}</p>
${isDisabled ? html`<p>${alexaPage.disabled}</p>` : ''}
${offered.has('again') ? visitButton(visit, 'offer', alexaPage.again) : ''}
${offered.has('replace') ? visitButton(visit, 'replace', alexaPage.replace) : ''}
${offered.has('steps') ? stepsIn(reader) : ''}`;
  const headers: Record<string, string> = status === 503 ? { 'Retry-After': '60' } : {};
  const languageSwitch = { by: 'page', say: (texts: Texts) => texts.alexaPage.notConnected[why] } as const;
  return page(reader, { title, body, languageSwitch, status, attempt, headers, formAction: formAction(ports) });
}

const visitButton = (
  visit: string,
  action: string,
  label: string,
  look = 'strong',
): Html => html`<form method="post" action="/alexa">
${hidden(visitForm(visit))}
<button class="${look}" type="submit" name="action" value="${action}">${label}</button>
</form>`;

const STATUS: Readonly<Record<AlexaPageRefusal, number>> = {
  'no-link': 400,
  used: 410,
  closed: 410,
  'link-too-old': 410,
  'ready-used': 410,
  'ready-too-old': 410,
  'too-long-ago': 400,
  'other-browser': 400,
  malformed: 400,
  'too-many': 429,
};

/** @param oldLink the link of a notice: offers to have a new one sent */
export function refusedPage(
  reader: Reader,
  kind: AlexaPageRefusal,
  attempt: string | undefined,
  oldLink?: string,
): Promise<Response> {
  const more = oldLink === undefined ? html`` : renewForm('/alexa', oldLink, reader.texts.alexaPage.sendLink);
  const say = ({ alexaPage }: Texts) => alexaPage.refusals[kind];
  return refusal(reader, say, { status: STATUS[kind], attempt, more });
}
