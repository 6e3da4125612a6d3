import { html, raw } from 'hono/html';
import type { Device } from '../ports/device-cloud.ts';
import type { Field } from './lamps-answers.ts';
import { type ChainLine, MOMENT } from './lamps-chain.ts';
import { historyPart } from './lamps-history.ts';
import { LAMPS_SCRIPT, LAMPS_STYLE } from './lamps-style.ts';
import type { LampLine, LampsView } from './lamps-view.ts';
import { type LampsContext, nameIn } from './lamps-words.ts';
import { type Html, page, type SealedForm } from './page.ts';
import type { Reader } from './reader.ts';

/** How the page is asked once more: by the link of a notice, or by the form of whoever has signed in. */
export type Access =
  | { readonly by: 'link'; readonly token: string }
  | { readonly by: 'sign-in'; readonly form: SealedForm };

/** What a button has led to. */
export interface Outcome {
  readonly text: string;
  readonly isProblem: boolean;
  /** The lamp has blinked, and the person is asked whether they saw it. */
  readonly asks?: 'blink' | 'speech' | 'tap' | 'press' | 'follow';
  /** The box that gives consent was not ticked: its section stays open. */
  readonly needsConsent?: true;
  /** The lamp was set back to this. */
  readonly setBack?: Pick<Device, 'id' | 'power' | 'level'>;
}

/** A moment as UTC; the browser shows it by its own clock. @param iso ISO 8601 */
const time = (iso: string, { dates }: LampsView): Html =>
  html`<time datetime="${iso}">${dates.moment(new Date(iso))}</time>`;

/** A text with its moment. */
function timed(text: string, at: string | undefined, view: LampsView): Html {
  const [before = '', after] = text.split(MOMENT);
  return after === undefined || at === undefined ? html`${text}` : html`${before}${time(at, view)}${after}`;
}

const fieldsOf = (access: Access): Html =>
  access.by === 'link'
    ? html`<input type="hidden" name="t" value="${access.token}">`
    : html`<input type="hidden" name="${access.form.field}" value="${access.form.sealed}">`;

const methodOf = ({ by }: Access): string => (by === 'link' ? 'get' : 'post');

/**
 * The page "How are my lamps?".
 * @param shared the text to send on
 */
export function lampsPage(
  reader: Reader,
  view: LampsView,
  shared: string,
  access: Access,
  outcome?: Outcome,
): Promise<Response> {
  const { texts } = view.context;
  const { lamps } = texts;
  const body = html`<p class="checked">${timed(lamps.checked({ moment: MOMENT }), view.at, view)}</p>
${outcome ? outcomePart(outcome, view, access) : ''}
${verdictPart(view, access)}
<form method="${methodOf(access)}" action="/lamps">${fieldsOf(access)}
<button type="submit"${access.by === 'link' ? '' : raw(' name="action" value="look"')}>${lamps.lookAgain}</button>
</form>
<h2>${lamps.lampsTitle}</h2>
${lampsPart(view)}
<h2>${lamps.chainTitle}</h2>
<ol class="chain">${view.chain.map((line) => chainPart(line, view))}</ol>
${view.hints.map((hint) => html`<small>${hint}</small>`)}
<h2>${lamps.tests.title}</h2>
${access.by === 'link' ? signInPart(view.context) : testsPart(view, access, outcome)}
${seenPart(view, access)}
${saidPart(view.context)}
${access.by === 'sign-in' ? historyPart(view, (iso) => time(iso, view)) : ''}
${sharePart(shared, view)}
${access.by === 'link' ? html`<small>${lamps.link.healthOnly}</small>` : ''}`;
  const languageSwitch =
    access.by === 'link' ? ({ by: 'address' } as const) : ({ by: 'form', form: access.form } as const);
  const isProblem = outcome?.isProblem ?? false;
  return page(reader, {
    title: lamps.title,
    body,
    languageSwitch,
    isProblem,
    extraStyle: LAMPS_STYLE,
    script: LAMPS_SCRIPT,
  });
}

function verdictPart(view: LampsView, access: Access): Html {
  const { verdict, context } = view;
  const { lamps } = context.texts;
  return html`<section class="verdict" data-kind="${verdict.kind}" role="status">
<h2>${verdict.title}</h2>
<p class="what">${verdict.what}</p>
${verdict.since === undefined ? '' : html`<p>${timed(lamps.since({ moment: MOMENT }), verdict.since, view)}</p>`}
${verdict.who === undefined ? '' : html`<p class="who">${verdict.who}</p>`}
<p class="remedy">${verdict.remedy}</p>
${verdict.asksForSignIn && access.by === 'link' ? html`<a class="button" href="/lamps">${lamps.tests.signIn({ cloud: context.cloud })}</a>` : ''}
</section>`;
}

function outcomePart(outcome: Outcome, { context }: LampsView, access: Access): Html {
  const { blink, tap, press } = context.texts.lamps.tests;
  const said = html`<p role="${outcome.isProblem ? 'alert' : 'status'}" tabindex="-1" autofocus>${outcome.text}</p>`;
  if (outcome.asks === undefined) return said;
  if (outcome.asks === 'tap' || outcome.asks === 'press')
    return html`${said}
<form method="post" action="/lamps">${fieldsOf(access)}
<button type="submit" name="action" value="${outcome.asks}-look">${outcome.asks === 'tap' ? tap.done : press.done}</button>
</form>`;
  const [question, yes, no] = {
    blink: [outcome.text, blink.yes, blink.no],
    speech: [tap.spoke, tap.speaks, tap.silent],
    follow: [press.followed, press.yes, press.no],
  }[outcome.asks] as [string, string, string];
  return html`${outcome.asks === 'blink' ? html`<p role="status"><b>${question}</b></p>` : html`${said}<p><b>${question}</b></p>`}
<form method="post" action="/lamps">${fieldsOf(access)}
<button type="submit" name="action" value="${outcome.asks}-yes">${yes}</button>
<button class="plain" type="submit" name="action" value="${outcome.asks}-no">${no}</button>
</form>`;
}

function lampsPart({ lamps, context }: LampsView): Html {
  const { lamp, noLamps } = context.texts.lamps;
  if (lamps === undefined || lamps.length === 0) return html`<p>${lamps === undefined ? lamp.notLooked : noLamps}</p>`;
  return html`<ul class="lamps">${lamps.map((one) => lampPart(one, context))}</ul>`;
}

const lampPart = ({ name, state, isOffline }: LampLine, context: LampsContext): Html =>
  html`<li><b>${nameIn(name, context)}</b><span${isOffline ? raw(' data-offline') : ''}>${state}</span></li>`;

const ICONS: Readonly<Record<ChainLine['state'], string>> = {
  ok: '<path d="M4 10.5l4 4 8-9" fill="none" stroke="currentColor" stroke-width="2.5" stroke-linecap="round" stroke-linejoin="round"/>',
  broken:
    '<path d="M5 5l10 10M15 5L5 15" fill="none" stroke="currentColor" stroke-width="2.5" stroke-linecap="round"/>',
  unknown:
    '<circle cx="10" cy="10" r="6" fill="none" stroke="currentColor" stroke-width="2" stroke-dasharray="2.5 2.5"/>',
};

function chainPart(line: ChainLine, view: LampsView): Html {
  const { lamps } = view.context.texts;
  const since = line.state === 'broken' && line.at !== undefined ? lamps.since({ moment: MOMENT }) : undefined;
  return html`<li data-part="${line.part}" data-state="${line.state}">
<svg viewBox="0 0 20 20" aria-hidden="true">${raw(ICONS[line.state])}</svg><b>${line.name}</b><span class="mark">${lamps.marks[line.state]}</span>
<span class="detail">${timed(line.what, line.at, view)}${since === undefined ? '' : html` ${timed(since, line.at, view)}`}</span>
</li>`;
}

const signInPart = ({ texts, cloud }: LampsContext): Html => html`<p>${texts.lamps.tests.needSignIn({ cloud })}</p>
<a class="button plain" href="/lamps">${texts.lamps.tests.signIn({ cloud })}</a>`;

/** What switches a lamp, or shows what people did: only after a sign-in. */
function testsPart({ lamps, context }: LampsView, access: Access, outcome?: Outcome): Html {
  const { blink, tap, press } = context.texts.lamps.tests;
  const blinking = (lamps ?? []).filter(({ isOffline }) => !isOffline);
  return html`${
    blinking.length === 0
      ? ''
      : html`<details${outcome?.needsConsent ? raw(' open') : ''}><summary>${blink.title}</summary>
<p>${blink.what}</p>
<form method="post" action="/lamps">${fieldsOf(access)}
<label class="consent"><input type="checkbox" name="consent" value="yes">${blink.consent}</label>
${blinking.map(({ id, name }) => html`<button class="plain" type="submit" name="action" value="blink ${id}">${blink.button({ name: nameIn(name, context) })}</button>`)}
</form></details>`
  }
<details><summary>${tap.title}</summary>
<p>${tap.what}</p>
<form method="post" action="/lamps">${fieldsOf(access)}
<button class="plain" type="submit" name="action" value="tap">${tap.button}</button>
</form></details>
<details><summary>${press.title({ cloud: context.cloud })}</summary>
<p>${press.what({ cloud: context.cloud })}</p>
<form method="post" action="/lamps">${fieldsOf(access)}
<button class="plain" type="submit" name="action" value="press">${press.button}</button>
</form></details>`;
}

/** What a person sees, and no machine can. It switches nothing, so the link of a notice is enough. */
function seenPart({ context, answers }: LampsView, access: Access): Html {
  const { tests } = context.texts.lamps;
  const question = (field: Field, legend: string, choices: Readonly<Record<string, string>>): Html =>
    html`<fieldset><legend>${legend}</legend>${Object.entries(choices).map(
      ([value, label]) =>
        html`<label class="choice"><input type="radio" name="${field}" value="${value}"${answers[field] === value ? raw(' checked') : ''}>${label}</label>`,
    )}</fieldset>`;
  return html`<details><summary>${tests.more}</summary>
<form method="${methodOf(access)}" action="/lamps">${fieldsOf(access)}
${question('light', tests.light, tests.lights)}
${question('internet', tests.internet, tests.internets)}
${question('app', tests.skillPage({ skill: context.skill }), tests.skillPages)}
${question('tile', tests.tile, tests.tiles)}
<button class="plain" type="submit"${access.by === 'link' ? '' : raw(' name="action" value="seen"')}>${tests.answer}</button>
</form></details>`;
}

const saidPart = ({ texts, cloud }: LampsContext): Html => {
  const { said } = texts.lamps;
  return html`<details><summary>${said.title}</summary>
<p>${said.clue}</p>
<dl class="said">${Object.values(said.sentences).map(
    ({ says, points }) => html`<dt>${says}</dt><dd>${typeof points === 'string' ? points : points({ cloud })}</dd>`,
  )}</dl></details>`;
};

/** The same as text: the sentence, the remedy and the chain. It names no account, address, person or id. */
export function shareText(view: LampsView): string {
  const { lamps } = view.context.texts;
  const moment = (iso: string) => view.dates.moment(new Date(iso));
  const { verdict } = view;
  const fill = (text: string, at: string | undefined) => text.replace(MOMENT, at === undefined ? '' : moment(at));
  const lines = view.chain.map(({ name, state, what, at }) => `${name}: ${lamps.marks[state]}. ${fill(what, at)}`);
  return [
    lamps.share.heading({ moment: moment(view.at) }),
    lamps.share.from({ skill: view.context.skill }),
    '',
    verdict.title,
    verdict.what,
    ...(verdict.since === undefined ? [] : [lamps.since({ moment: moment(verdict.since) })]),
    [verdict.who, verdict.remedy].filter(Boolean).join(': '),
    '',
    ...lines,
  ].join('\n');
}

const sharePart = (shared: string, view: LampsView): Html => {
  const { share } = view.context.texts.lamps;
  return html`<details><summary>${share.title}</summary>
<p>${share.what}</p>
<textarea id="share" readonly aria-label="${share.title}">${shared}</textarea>
<button id="copy" class="plain" type="button" hidden data-done="${share.copied}">${share.copy}</button>
</details>`;
};
