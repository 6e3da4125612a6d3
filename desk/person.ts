import type { ConsentAnswer } from './alexa/consent-page.ts';

/** What a person types on our sign-in page. */
export interface Typed {
  readonly email: string;
  readonly password: string;
  /** Ticks "keep my lamp connected". */
  readonly keep?: boolean;
  /** The two-factor code, should the page ask for one; or a function that asks for it then. */
  readonly code?: string | (() => Promise<string>);
  /** Where messages shall go, should the page ask for it; by default that question is skipped. */
  readonly messagesTo?: string;
}

const MOST_PAGES = 10;

/**
 * Does what a person with a browser does: opens an address, fills in our sign-in page as often as it asks, follows where it leads.
 * @returns the last page's text
 * @throws an Error with what the page says when it does not take what was typed
 */
export async function signInAsPerson(startUrl: string, typed: Typed): Promise<string> {
  const cookies = new Map<string, string>();
  let url = startUrl;
  let body: URLSearchParams | undefined;
  let asked = '';
  for (let pages = 0; pages < MOST_PAGES; pages++) {
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { Cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(body && { method: 'POST', body }),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      cookies.set(name, value);
    }
    body = undefined;
    const page = await response.text();
    const location = response.headers.get('location');
    if (location) {
      url = new URL(location, url).href;
      continue;
    }
    const question = /name="question" value="([^"]*)"/.exec(page)?.[1];
    if (question !== undefined) {
      body = new URLSearchParams({ question, ...answerTo(typed) });
      continue;
    }
    const connections = /name="connections" value="([^"]*)"/.exec(page)?.[1];
    if (connections !== undefined) {
      body = new URLSearchParams({ connections, action: 'keep' });
      continue;
    }
    const form = /name="form" value="([^"]*)"/.exec(page)?.[1];
    if (form === undefined || page.includes('/notices/addresses')) {
      if (!response.ok) throw new Error(wordsOf(page));
      return page;
    }
    const wanted = page.includes('name="code"') ? 'code' : 'password';
    // The same question again: what was typed was not taken.
    if (wanted === asked) throw new Error(/role="alert"[^>]*>([^<]*)</.exec(page)?.[1] ?? wordsOf(page));
    asked = wanted;
    body = new URLSearchParams({ form, action: 'sign-in', ...(await answersTo(wanted, typed)) });
    url = new URL(/<form[^>]* action="([^"]*)"/.exec(page)?.[1]?.replaceAll('&amp;', '&') ?? '', url).href;
  }
  throw new Error('The sign-in leads from page to page and to no end.');
}

/**
 * Answers Amazon's consent page, as a person does who is signed in there.
 * @param consentUrl where our page has sent the browser
 * @param account the id of the emulated customer; the first one by default
 * @returns the address that Amazon sends the browser back to
 * @throws an Error with what Amazon's own error page says
 */
export async function answerConsent(
  consentUrl: string,
  { answer = 'allow', account }: { readonly answer?: ConsentAnswer; readonly account?: string } = {},
): Promise<string> {
  const body = new URLSearchParams({ answer, ...(account !== undefined && { account }) });
  const response = await fetch(consentUrl, { method: 'POST', redirect: 'manual', body });
  const location = response.headers.get('location');
  if (location === null) throw new Error(wordsOf(await response.text()));
  return location;
}

const answerTo = ({ messagesTo }: Typed): Record<string, string> =>
  messagesTo === undefined ? { action: 'skip' } : { action: 'save', own: messagesTo };

async function answersTo(
  wanted: 'code' | 'password',
  { email, password, keep, code }: Typed,
): Promise<Record<string, string>> {
  if (wanted === 'code') return { code: (typeof code === 'function' ? await code() : code) ?? '' };
  return { email, password, ...(keep && { keep: 'yes' }) };
}

const wordsOf = (page: string): string =>
  page
    .replaceAll(/<(style|title)[^>]*>[\s\S]*?<\/\1>|<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
