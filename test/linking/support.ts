import { createHash } from 'node:crypto';
import { createAdaptorServer } from '@hono/node-server';
import type { DeskClock } from '../../desk/clock.ts';
import { listenOnLoopback } from '../../desk/loopback.ts';
import type { EmulatedMyLeviton } from '../../desk/my-leviton/contract.ts';
import { startMyLeviton } from '../../desk/my-leviton/emulator.ts';
import { type EmbeddedTable, startEmbeddedTable } from '../../desk/table/embedded-table.ts';
import { createSealer } from '../../lambda/adapters/aes-gcm/sealer.ts';
import { openStores, type Stores } from '../../lambda/adapters/dynamodb/stores.ts';
import { createTokenMac } from '../../lambda/adapters/hmac/token-mac.ts';
import { createLog } from '../../lambda/adapters/json-log/log.ts';
import { createConsentClient } from '../../lambda/adapters/lwa/consent-client.ts';
import { createMyLeviton } from '../../lambda/adapters/my-leviton/cloud.ts';
import { sealedBearer } from '../../lambda/domain/bearer.ts';
import type { NoticePorts } from '../../lambda/domain/notice-sending.ts';
import { createNotices } from '../../lambda/domain/notices.ts';
import type { LinkingPorts } from '../../lambda/linking/ports.ts';
import { createLinking } from '../../lambda/linking/server.ts';
import type { DeviceCloud } from '../../lambda/ports/device-cloud.ts';
import type { NoticeMessage } from '../../lambda/ports/notice-sender.ts';
import type { Notices } from '../../lambda/ports/notices.ts';
import type { LinkingClient, SealingKey } from '../../lambda/ports/secrets.ts';
import { testClock } from '../support/clock.ts';
import { type Asked, seedCode } from '../support/seed.ts';

export const EMAIL = 'mary@example.org';
export const PASSWORD = 'canary-Pa55 word&<b>';
export const REDIRECT = 'https://pitangui.amazon.com/api/skill/link/M1';
export const OTHER_REDIRECT = 'https://layla.amazon.com/api/skill/link/M1';
export const SECRET = 'canary-client-secret-1';
export const VERIFIER = 'canary-verifier-0123456789-abcdefghijklmnopqrs';
export const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url');

export const KEYS: readonly SealingKey[] = [{ id: 'k1', key: Buffer.alloc(32, 1).toString('base64') }];
export const NEWER_KEYS: readonly SealingKey[] = [{ id: 'k2', key: Buffer.alloc(32, 2).toString('base64') }, ...KEYS];

export const client = (fields: Partial<LinkingClient> = {}): LinkingClient => ({
  id: 'alexa',
  secrets: [{ secret: SECRET, retired: false }],
  retired: false,
  redirectUris: [REDIRECT, OTHER_REDIRECT],
  pkceRequired: false,
  rotates: false,
  ...fields,
});

/** The linking server on loopback, over the shipped adapters, an embedded table and the emulated device cloud. */
export interface LinkingDesk {
  readonly url: string;
  readonly clock: DeskClock;
  readonly table: EmbeddedTable;
  readonly myLeviton: EmulatedMyLeviton;
  readonly stores: Stores;
  readonly bearers: LinkingPorts['bearers'];
  /** Every line of the log. */
  readonly lines: string[];
  /** Every notice that was sent. */
  readonly notices: readonly NoticeMessage[];
  /** Raises a notice, whose message then is in `notices`. */
  raise: Notices['raise'];
  /** Closes notices; the message that they are solved then is in `notices`. */
  clear: Notices['clear'];
  /** The same, with some of their ports changed. */
  noticesWith(ports: Partial<NoticePorts>): Notices;
  /** The registry; tests write to it. */
  readonly clients: LinkingClient[];
  /** The server from now on with some of its ports changed. */
  change(ports: Partial<LinkingPorts>): void;
  /** The server from now on with another ring of keys. */
  useKeys(keys: readonly SealingKey[]): void;
  /** The code of somebody who has signed in, without our page; for Alexa and its first redirect URI by default. */
  seedCode(asked?: Partial<Asked>): Promise<string>;
  /** Answers a request without the wire, whatever address it names. */
  answer(request: Request): Promise<Response>;
  /** Where the next requests seem to come from. */
  address: string;
  close(): Promise<void>;
}

/** No server is there: whoever links by consent brings their own. */
const NOWHERE = 'http://127.0.0.1:9/';

export async function startLinkingDesk(): Promise<LinkingDesk> {
  const clock = testClock();
  const lines: string[] = [];
  const log = createLog('info', clock, (line) => lines.push(line));
  const [table, myLeviton] = await Promise.all([startEmbeddedTable(), startMyLeviton({ clock })]);
  myLeviton.addAccount({ email: EMAIL, password: PASSWORD });
  const clients = [client()];

  const keyed = (keys: readonly SealingKey[]) => {
    const sealer = createSealer(keys);
    const stores = openStores({ tableName: table.tableName, endpoint: table.url }, sealer);
    return { sealer, stores, bearers: sealedBearer(sealer), tokenMac: createTokenMac(keys) };
  };
  const first = keyed(KEYS);
  const publicUrls: string[] = [];
  const sent: NoticeMessage[] = [];
  const noticesWith = (changed: Partial<NoticePorts>) =>
    createNotices({
      ...first,
      ...first.stores,
      sender: { send: async (message) => void sent.push(message) },
      clock,
      log,
      cloudName: 'My Leviton',
      publicUrl: 'https://link.example.org',
      hasAlexaPage: true,
      ...changed,
    });
  const notices = noticesWith({});
  const cloud = createMyLeviton({ url: myLeviton.url, clock });
  let ports: LinkingPorts = {
    ...first,
    ...first.stores,
    cloud,
    lampCloud: cloud,
    diagnostics: { gather: async () => ({}) },
    clients: async () => clients,
    consentClient: createConsentClient({ url: NOWHERE, clientId: 'amzn1.client', clientSecret: SECRET, clock }),
    alexaConsent: { authorizeUrl: NOWHERE, clientId: async () => 'amzn1.client', stage: 'development' },
    notices,
    cloudName: 'My Leviton',
    sessionDays: 60,
    about: { operator: undefined, privacyUrl: undefined, passwordHelpUrl: undefined },
    publicUrls,
    clock,
    log,
  };
  const answer = (request: Request) => createLinking(ports)(request, desk.address);
  const server = await listenOnLoopback(createAdaptorServer({ fetch: answer }));
  const { url } = server;
  publicUrls.push(url, 'https://old.example.org');

  const desk: LinkingDesk = {
    url,
    clock,
    table,
    myLeviton,
    stores: first.stores,
    bearers: first.bearers,
    lines,
    notices: sent,
    raise: notices.raise,
    clear: notices.clear,
    noticesWith,
    clients,
    answer,
    address: '203.0.113.7',
    seedCode: (asked) =>
      seedCode(
        { email: EMAIL, password: PASSWORD },
        { clientId: 'alexa', scope: 'lamps', redirectUri: REDIRECT, ...asked },
        ports,
      ),
    change: (changed) => {
      ports = { ...ports, ...changed };
    },
    useKeys: (keys) => {
      const { stores, ...others } = keyed(keys);
      ports = { ...ports, ...others, ...stores };
    },
    close: async () => {
      await Promise.all([server, table, myLeviton].map((one) => one.close()));
    },
  };
  return desk;
}

export const authorizationQuery = (fields: Readonly<Record<string, string | undefined>> = {}): string => {
  const all = {
    client_id: 'alexa',
    response_type: 'code',
    scope: 'lamps',
    state: 'st4te',
    redirect_uri: REDIRECT,
    ...fields,
  };
  return form(all);
};

/** Encodes a form; what is undefined is left out. */
export const form = (fields: Readonly<Record<string, string | undefined>>): string =>
  new URLSearchParams(
    Object.entries(fields).filter((pair): pair is [string, string] => pair[1] !== undefined),
  ).toString();

export interface Page {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The sealed hidden field, if the page has a form. */
  readonly hidden: string;
  readonly alert: string;
  readonly attempt: string;
}

/** A browser with one cookie jar that follows no redirect. */
export class Browser {
  readonly #url: string;
  readonly cookies = new Map<string, string>();

  constructor(desk: { readonly url: string }) {
    this.#url = desk.url;
  }

  get(query: string): Promise<Page> {
    return this.#send(`/authorize?${query}`, {});
  }

  post(fields: Readonly<Record<string, string | undefined>>): Promise<Page> {
    return this.#send('/authorize', {
      method: 'POST',
      body: form(fields),
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    });
  }

  async #send(path: string, { headers, ...init }: RequestInit): Promise<Page> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(this.#url + path, {
      ...init,
      redirect: 'manual',
      headers: { ...(headers as Record<string, string>), ...(cookie && { Cookie: cookie }) },
    });
    for (const set of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      if (name && value) this.cookies.set(name, value);
    }
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      hidden: /name="form" value="([^"]*)"/.exec(text)?.[1] ?? '',
      alert: /<p role="alert"[^>]*>([^<]*)<\/p>/.exec(text)?.[1] ?? '',
      attempt: /Attempt (\d+)/.exec(text)?.[1] ?? '',
    };
  }
}

/** Opens the sign-in page and signs in. */
export async function signInAt(
  desk: LinkingDesk,
  query: string = authorizationQuery(),
  typed: Readonly<Record<string, string | undefined>> = {},
): Promise<Page> {
  const browser = new Browser(desk);
  const page = await browser.get(query);
  return await browser.post({ form: page.hidden, email: EMAIL, password: PASSWORD, ...typed });
}

/** A device cloud that answers a sign-in so, and is asked for nothing else. */
export const cloudThat = (signIn: DeviceCloud['signIn']): Pick<DeviceCloud, 'signIn' | 'signOut' | 'probeSignIn'> => ({
  ...{ signIn, signOut: async () => undefined, probeSignIn: async () => undefined },
});

export const locationOf = (page: { readonly headers: Headers }): URL => new URL(page.headers.get('location') ?? '');

/** Signs in on our page and answers with the code that Alexa would get. */
export async function codeFrom(desk: LinkingDesk, query?: string): Promise<string> {
  const code = locationOf(await signInAt(desk, query)).searchParams.get('code');
  if (!code) throw new Error('there was no code');
  return code;
}

export interface TokenAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Posts to the token endpoint, with Basic authentication by default. */
export async function askToken(
  desk: { readonly url: string },
  fields: Readonly<Record<string, string | undefined>> | string,
  options: {
    readonly basic?: string | undefined;
    readonly path?: string;
    readonly headers?: Record<string, string>;
  } = {},
): Promise<TokenAnswer> {
  const { basic = `alexa:${SECRET}`, path = '/token', headers = {} } = options;
  const response = await fetch(desk.url + path, {
    method: 'POST',
    body: typeof fields === 'string' ? fields : form(fields),
    headers: {
      'Content-Type': 'application/x-www-form-urlencoded;charset=UTF-8',
      ...(basic === '' ? {} : { Authorization: `Basic ${Buffer.from(basic).toString('base64')}` }),
      ...headers,
    },
  });
  const text = await response.text();
  const { status } = response;
  return { status, headers: response.headers, text, body: JSON.parse(text) as Record<string, unknown> };
}

export const exchange = (code: string, fields: Readonly<Record<string, string | undefined>> = {}) => ({
  grant_type: 'authorization_code',
  code,
  redirect_uri: REDIRECT,
  ...fields,
});

export const refreshing = (token: string, fields: Readonly<Record<string, string | undefined>> = {}) => ({
  grant_type: 'refresh_token',
  refresh_token: token,
  ...fields,
});

export interface Tokens {
  readonly access: string;
  readonly refresh: string;
}

export function tokensOf({ status, body, text }: TokenAnswer): Tokens {
  if (status !== 200) throw new Error(`${status} ${text}`);
  return { access: String(body.access_token), refresh: String(body.refresh_token) };
}

/** Somebody has signed in; exchanges the code. */
export const linkUp = async (desk: LinkingDesk): Promise<Tokens> =>
  tokensOf(await askToken(desk, exchange(await desk.seedCode())));
