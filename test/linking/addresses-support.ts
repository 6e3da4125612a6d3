import { linkTo, type ReceivedMail } from '../../desk/ses/mails.ts';
import { type EmulatedSes, startSes } from '../../desk/ses/ses.ts';
import { createSealer } from '../../lambda/adapters/aes-gcm/sealer.ts';
import { createLog } from '../../lambda/adapters/json-log/log.ts';
import { createMailer } from '../../lambda/adapters/ses/mailer.ts';
import { type AddressBook, createAddressBook } from '../../lambda/domain/address-book.ts';
import { type AddressLinkKind, addressUrl } from '../../lambda/domain/address-links.ts';
import type { Sealer } from '../../lambda/ports/sealer.ts';
import { authorizationQuery, EMAIL, form, KEYS, type LinkingDesk, PASSWORD, startLinkingDesk } from './support.ts';

export const SENDER = 'Lamps <lamps@skill.example.org>';

/** The linking server with a sender of mails. */
export interface AddressDesk {
  readonly desk: LinkingDesk;
  readonly ses: EmulatedSes;
  readonly addressBook: AddressBook;
  readonly sealer: Sealer;
  /** The lines of the log with this event. */
  logged(event: string): Record<string, unknown>[];
  close(): Promise<void>;
}

export async function startAddressDesk(): Promise<AddressDesk> {
  const desk = await startLinkingDesk();
  const ses = await startSes({ clock: desk.clock });
  const sealer = createSealer(KEYS);
  const addressBook = createAddressBook({
    ...desk.stores,
    mailer: createMailer({ from: SENDER, region: 'us-east-1', endpoint: ses.url }),
    sealer,
    clock: desk.clock,
    log: createLog('info', desk.clock, (line) => desk.lines.push(line)),
    publicUrl: desk.url,
  });
  desk.change({ addressBook });
  return {
    ...{ desk, ses, addressBook, sealer },
    logged: (event) =>
      desk.lines.map((line) => JSON.parse(line) as Record<string, unknown>).filter((line) => line.event === event),
    async close() {
      await Promise.all([desk, ses].map((one) => one.close()));
    },
  };
}

/** A page as a person sees it. */
export interface Seen {
  readonly url: string;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Without tags. */
  readonly words: string;
}

/** A person with a browser, which keeps cookies and follows no redirect. */
export class Visitor {
  readonly #cookies = new Map<string, string>();
  readonly #language: string;

  constructor(language = 'en-US,en;q=0.9') {
    this.#language = language;
  }

  async open(url: string, init: RequestInit = {}): Promise<Seen> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, {
      ...init,
      redirect: 'manual',
      headers: { ...(init.headers as Record<string, string>), Cookie: cookie, 'Accept-Language': this.#language },
    });
    for (const set of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      this.#cookies.set(name, value);
    }
    const text = await response.text();
    return { url, status: response.status, headers: response.headers, text, words: wordsOf(text) };
  }

  /** Submits the form of a page that has this button, with what was typed. */
  async press(page: Seen, button: string, typed: Readonly<Record<string, string>> = {}): Promise<Seen> {
    const found = formsOf(page.text).find(({ buttons }) => buttons.some(({ label }) => label === button));
    const pressed = found?.buttons.find(({ label }) => label === button);
    if (!found || !pressed) throw new Error(`there is no button ${button} on: ${page.words}`);
    const fields = { ...found.fields, ...typed, ...(pressed.name && { [pressed.name]: pressed.value }) };
    const url = new URL(pressed.action || found.action, page.url).href;
    if (found.method === 'get') return await this.open(`${url}?${form(fields)}`);
    return await this.open(url, {
      method: 'POST',
      body: form(fields),
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    });
  }

  /** Chooses another language at the top of a page. */
  async choose(page: Seen, language: string): Promise<Seen> {
    const link = [...page.text.matchAll(/<a href="([^"]*)"[^>]*hreflang[^>]*>([^<]*)<\/a>/g)].find(
      ([, , name]) => name === language,
    );
    if (!link) return await this.press(page, language);
    return await this.open(new URL(unescaped(link[1] ?? ''), page.url).href);
  }

  /** Signs in on the page about addresses. */
  async signIn(page: Seen, typed: Readonly<Record<string, string>> = {}): Promise<Seen> {
    return await this.press(page, 'Sign in', { email: EMAIL, password: PASSWORD, ...typed });
  }
}

/** What a person does and sees at such a desk. @param now the desk and the person of the test that runs */
export function stepsOf(now: () => { readonly at: AddressDesk; readonly visitor: Visitor }) {
  const open = (path: string, by = now().visitor) => by.open(now().at.desk.url + path);
  const accountId = (): string => String(now().at.logged('notice-address-added')[0]?.account);
  const mailTo = (to: string): ReceivedMail => {
    const mail = now().at.ses.mails.findLast((one) => one.to === to);
    if (!mail) throw new Error(`no mail went to ${to}`);
    return mail;
  };
  /** Somebody links the account, and is asked for addresses. */
  const asked = async (by = now().visitor): Promise<Seen> =>
    await by.press(await open(`/authorize?${authorizationQuery()}`, by), 'Sign in and connect', {
      email: EMAIL,
      password: PASSWORD,
    });
  return {
    ...{ open, accountId, mailTo, asked },
    states: async (): Promise<string[]> =>
      (await now().at.addressBook.read(accountId())).map(({ email, state }) => `${email} ${state}`),
    answered: async (own = EMAIL, helper = ''): Promise<Seen> =>
      await now().visitor.press(await asked(), 'Continue', { own, helper }),
    confirmed: async (email: string): Promise<Seen> => {
      const reader = new Visitor();
      const page = await reader.open(linkTo('/notices/confirm', mailTo(email)));
      return await reader.press(page, 'Yes, write to this address');
    },
    /** A link of a kind for the first address of the account. */
    linkOf: async (kind: AddressLinkKind): Promise<string> => {
      const { addressBook, desk, sealer } = now().at;
      const [first] = await addressBook.read(accountId());
      return addressUrl(kind, { accountId: accountId(), addressId: first?.id ?? '' }, desk.url, sealer);
    },
  };
}

const unescaped = (text: string): string =>
  text
    .replaceAll('&#39;', "'")
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');

const wordsOf = (page: string): string =>
  unescaped(
    page
      .replaceAll(/<(style|title)[^>]*>[\s\S]*?<\/\1>|<[^>]*>/g, ' ')
      .replaceAll(/\s+/g, ' ')
      .trim(),
  );

const attribute = (tag: string, name: string): string =>
  unescaped(new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1] ?? '');

const formsOf = (page: string) =>
  [...page.matchAll(/<form([^>]*)>([\s\S]*?)<\/form>/g)].map(([, tag = '', content = '']) => ({
    method: attribute(tag, 'method'),
    action: attribute(tag, 'action'),
    fields: Object.fromEntries(
      [...content.matchAll(/<input([^>]*)>/g)]
        // One of several, and none is chosen.
        .filter(([, input = '']) => attribute(input, 'type') !== 'radio' || / checked/.test(input))
        .map(([, input = '']) => [attribute(input, 'name'), attribute(input, 'value')]),
    ),
    buttons: [...content.matchAll(/<button([^>]*)>([^<]*)<\/button>/g)].map(([, button = '', label = '']) => ({
      label: unescaped(label),
      name: attribute(button, 'name'),
      value: attribute(button, 'value'),
      action: attribute(button, 'formaction'),
    })),
  }));
