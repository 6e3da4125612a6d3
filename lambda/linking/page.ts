import { html, raw } from 'hono/html';
import { LANGUAGES, OWN_NAMES, TAGS } from '../texts/languages.ts';
import { type Texts, textsOf } from '../texts/texts.ts';
import { sha256 } from './hash.ts';
import { inLanguage, type Reader } from './reader.ts';
import { STYLE } from './style.ts';

export type Html = ReturnType<typeof html>;

/** A page that carries a sealed field from one request to the next. */
export interface SealedForm {
  /** Path that the form posts to. */
  readonly action: string;
  /** Name and value of the hidden field. */
  readonly field: string;
  readonly sealed: string;
}

export const hidden = ({ field, sealed }: SealedForm): Html =>
  html`<input type="hidden" name="${field}" value="${sealed}">`;

/** A page that only says something. */
export interface PageText {
  readonly title: string;
  readonly text: string;
}

/**
 * How a reader gets the same page in another language: from its address; from its form, posted with nothing but the language; or the page shows
 * all languages. A page never repeats the address of a request that it refuses, or that holds what belongs to Alexa or Amazon.
 */
export type LanguageSwitch =
  | { readonly by: 'address' }
  | { readonly by: 'form'; readonly form: SealedForm }
  | { readonly by: 'page'; readonly say: (texts: Texts) => PageText };

interface PageOptions {
  readonly title: string;
  readonly body: Html;
  readonly languageSwitch: LanguageSwitch;
  /** Something that the person typed or did has not worked: the title of the document says so first. */
  readonly isProblem?: boolean;
  readonly status?: number;
  readonly attempt?: string | undefined;
  /** Where a form of the page may lead besides this server. Browsers check the redirects that follow against this list too. */
  readonly formAction?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  /** What this page adds to the style sheet, and its script, if it has one. */
  readonly extraStyle?: string;
  readonly script?: string;
}

/** Headers of every answer to a browser. */
export const BROWSER_HEADERS = {
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
} as const;

/** 303: the browser follows with a GET and does not send a password on (RFC 9700 section 4.12). */
export const redirect = (location: string): Response =>
  new Response(null, { status: 303, headers: { ...BROWSER_HEADERS, Location: location } });

const sourceOf = (text: string): string => `'sha256-${sha256(text).toString('base64')}'`;

/** A complete page with its headers, in the language of its reader. */
export async function page(reader: Reader, options: PageOptions): Promise<Response> {
  const {
    title,
    body,
    languageSwitch,
    isProblem = false,
    status = 200,
    attempt,
    formAction = [],
    headers,
    script,
  } = options;
  const style = STYLE + (options.extraStyle ?? '');
  const { texts, about } = reader;
  const whole = await html`<!doctype html>
<html lang="${TAGS[texts.language]}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${isProblem ? texts.pages.problem({ title }) : title}</title>
<style>${raw(style)}</style>
</head>
<body>
<header>
<p>${texts.pages.skill({ skill: about.skill })}</p>
${switchOf(languageSwitch, reader)}
</header>
<main>
<h1>${title}</h1>
${body}
${languageSwitch.by === 'page' ? await inOtherLanguages(languageSwitch.say, texts) : ''}
</main>
${footer(reader, attempt)}
${script === undefined ? '' : html`<script>${raw(script)}</script>`}
</body>
</html>
`;
  const policy = [
    "default-src 'none'",
    `style-src ${sourceOf(style)}`,
    ...(script === undefined ? [] : [`script-src ${sourceOf(script)}`]),
    `form-action ${["'self'", ...formAction].join(' ')}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ];
  return new Response(whole.toString(), {
    status,
    headers: {
      ...BROWSER_HEADERS,
      'Content-Type': 'text/html;charset=UTF-8',
      'Content-Security-Policy': policy.join('; '),
      Vary: 'Accept-Language, Cookie',
      ...headers,
    },
  });
}

const othersThan = (texts: Texts) => LANGUAGES.filter((language) => language !== texts.language);

/** The other languages by name. A form of its own, so that the Enter key in a field never changes the language. */
function switchOf(to: LanguageSwitch, { texts, address }: Reader): Html | '' {
  if (to.by === 'page') return '';
  const languages = othersThan(texts);
  if (to.by === 'address')
    return html`<nav aria-label="${texts.pages.otherLanguages}">${languages.map(
      (language) =>
        html`<a href="${inLanguage(address, language)}" lang="${TAGS[language]}" hreflang="${TAGS[language]}">${OWN_NAMES[language]}</a>`,
    )}</nav>`;
  const { form } = to;
  return html`<nav aria-label="${texts.pages.otherLanguages}"><form method="post" action="${form.action}">
${hidden(form)}
${languages.map(
  (language) =>
    html`<button type="submit" formaction="${inLanguage(form.action, language)}" lang="${TAGS[language]}">${OWN_NAMES[language]}</button>`,
)}
</form></nav>`;
}

async function inOtherLanguages(say: (texts: Texts) => PageText, texts: Texts): Promise<Html> {
  const others = await Promise.all(othersThan(texts).map(textsOf));
  return html`${others.map((other) => {
    const { title, text } = say(other);
    return html`<details lang="${TAGS[other.language]}"><summary>${OWN_NAMES[other.language]}</summary><p><b>${title}</b></p><p>${text}</p></details>`;
  })}`;
}

function footer({ texts: { pages }, about: { operator, privacyUrl } }: Reader, attempt: string | undefined): Html {
  return html`<footer>
${operator === undefined ? '' : html`<p>${pages.operator({ operator })}</p>`}
${privacyUrl === undefined ? '' : html`<p><a href="${privacyUrl}">${pages.privacy}</a></p>`}
${attempt === undefined ? '' : html`<p>${pages.attempt({ attempt })}</p>`}
</footer>`;
}

/** What went wrong. It gets the focus, so that a screen reader begins with it. */
export const alertOf = (problem: string | undefined): Html | '' =>
  problem === undefined ? '' : html`<p role="alert" id="problem" tabindex="-1" autofocus>${problem}</p>`;

/** What a button has done. It gets the focus as well. */
export const statusOf = (done: string | undefined): Html | '' =>
  done === undefined ? '' : html`<p role="status" tabindex="-1" autofocus>${done}</p>`;

/** A page for a request that cannot continue. */
export function refusal(
  reader: Reader,
  say: (texts: Texts) => PageText,
  options: Pick<PageOptions, 'status' | 'attempt' | 'headers'> & { readonly more?: Html },
): Promise<Response> {
  const { title, text } = say(reader.texts);
  const { more = '', ...rest } = options;
  const body = html`<p role="alert">${text}</p>
${more}`;
  return page(reader, { title, body, languageSwitch: { by: 'page', say }, ...rest });
}
