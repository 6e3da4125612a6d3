import type { ConsentAnswer } from '../../desk/alexa/consent-page.ts';
import { answerConsent } from '../../desk/person.ts';
import { formsOf, unescaped, wordsOf } from './page-forms.ts';

/** A page, or where it leads. */
export interface Visited {
  readonly url: string;
  readonly status: number;
  readonly headers: Headers;
  readonly html: string;
  /** What a person reads. */
  readonly words: string;
  readonly title: string;
  /** Where a redirect leads; empty for a page. */
  readonly location: string;
}

type Fields = Readonly<Record<string, string | undefined>>;

/** A person with a browser, which keeps cookies and the page that it shows, and follows no redirect. */
export class Visitor {
  readonly cookies = new Map<string, string>();
  page: Visited | undefined;
  readonly #language: string;

  constructor(language = 'en-US,en;q=0.9') {
    this.#language = language;
  }

  async open(url: string, init: RequestInit = {}): Promise<Visited> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const given = init.headers as Readonly<Record<string, string>> | undefined;
    const headers = { ...given, ...(cookie && { Cookie: cookie }), 'Accept-Language': this.#language };
    const response = await fetch(url, { ...init, redirect: 'manual', headers });
    for (const set of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      this.cookies.set(name, value);
    }
    this.page = await toVisited(url, response);
    return this.page;
  }

  /** Submits the form of a page that has this button, with what the form holds and what was typed. */
  async press(page: Visited, button: string, typed: Readonly<Record<string, string>> = {}): Promise<Visited> {
    const found = formsOf(page.html).find(({ buttons }) => buttons.some(({ label }) => label === button));
    const pressed = found?.buttons.find(({ label }) => label === button);
    if (!found || !pressed) throw new Error(`there is no button ${button} on: ${page.words}`);
    const fields = { ...found.fields, ...typed, ...(pressed.name && { [pressed.name]: pressed.value }) };
    const url = new URL(pressed.action || found.action, page.url).href;
    const body = new URLSearchParams(fields);
    return await (found.method === 'get' ? this.open(`${url}?${body}`) : this.open(url, { method: 'POST', body }));
  }

  /** Submits the form of the page shown whose button has this action. Of what the form holds only the hidden fields are sent. */
  async act(action: string, fields: Fields = {}): Promise<Visited> {
    const page = this.page;
    if (!page) throw new Error('no page is open');
    const found = formsOf(page.html).find(({ buttons }) => buttons.some(({ value }) => value === action));
    if (!found) throw new Error(`there is no button ${action} on: ${page.words}`);
    const body = new URLSearchParams(found.hidden);
    for (const [name, value] of Object.entries({ action, ...fields })) if (value !== undefined) body.set(name, value);
    return await this.open(new URL(found.action, page.url).href, { method: 'POST', body });
  }

  /** Chooses another language at the top of a page. */
  async choose(page: Visited, language: string): Promise<Visited> {
    const link = [...page.html.matchAll(/<a href="([^"]*)"[^>]*hreflang[^>]*>([^<]*)<\/a>/g)].find(
      ([, , name]) => name === language,
    );
    if (!link) return await this.press(page, language);
    return await this.open(new URL(unescaped(link[1] ?? ''), page.url).href);
  }

  /** Says this at the consent page of Amazon to which the last answer led, and comes back. */
  async consent(options?: { readonly answer?: ConsentAnswer; readonly account?: string }): Promise<Visited> {
    return await this.open(await answerConsent(this.page?.location ?? '', options));
  }
}

async function toVisited(url: string, response: Response): Promise<Visited> {
  const html = await response.text();
  const { status, headers } = response;
  const title = wordsOf(/<h1>([\s\S]*?)<\/h1>/.exec(html)?.[1] ?? '');
  return { url, status, headers, html, words: wordsOf(html), title, location: headers.get('location') ?? '' };
}
