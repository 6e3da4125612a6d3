import type { ConsentAnswer } from '../../desk/alexa/consent-page.ts';
import { answerConsent } from '../../desk/person.ts';

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

/** A browser with a cookie jar for our pages. It follows no redirect, and keeps the hidden fields of the page that it shows. */
export class Visitor {
  readonly cookies = new Map<string, string>();
  page: Visited | undefined;

  open(url: string): Promise<Visited> {
    return this.#send(url, {});
  }

  /** Fills in the form of the page that has this button. */
  async press(action: string, fields: Fields = {}): Promise<Visited> {
    const page = this.page;
    if (!page) throw new Error('no page is open');
    const form = [...page.html.matchAll(/<form[^>]*action="([^"]*)"[^>]*>([\s\S]*?)<\/form>/g)].find(([, , inner]) =>
      inner?.includes(`value="${action}"`),
    );
    if (!form) throw new Error(`there is no button ${action} on: ${page.words}`);
    const [, target = '', inner = ''] = form;
    const hidden = [...inner.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)];
    const body = new URLSearchParams(hidden.map(([, name = '', value = '']) => [name, value]));
    for (const [name, value] of Object.entries({ action, ...fields })) if (value !== undefined) body.set(name, value);
    return await this.#send(new URL(target, page.url).href, { method: 'POST', body });
  }

  /** Says this at the consent page of Amazon to which the last answer led, and comes back. */
  async consent(options?: { readonly answer?: ConsentAnswer; readonly account?: string }): Promise<Visited> {
    return await this.open(await answerConsent(this.page?.location ?? '', options));
  }

  async #send(url: string, init: RequestInit): Promise<Visited> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { ...init, redirect: 'manual', headers: { ...(cookie && { cookie }) } });
    for (const set of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      this.cookies.set(name, value);
    }
    const html = await response.text();
    const { status, headers } = response;
    const title = wordsOf(/<h1>([\s\S]*?)<\/h1>/.exec(html)?.[1] ?? '');
    this.page = { url, status, headers, html, words: wordsOf(html), title, location: headers.get('location') ?? '' };
    return this.page;
  }
}

const wordsOf = (html: string): string =>
  html
    .replaceAll(/<(style|title)[^>]*>[\s\S]*?<\/\1>|<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .replaceAll('&#39;', "'")
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .trim();
