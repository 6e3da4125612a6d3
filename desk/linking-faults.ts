import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { join } from 'node:path';
import type { Clock } from '../lambda/ports/clock.ts';
import { addRemovable } from './add-removable.ts';
import type { LinkingSettings } from './alexa/token-endpoint.ts';
import { listenOnLoopback } from './loopback.ts';
import { projectRoot } from './project-root.ts';

/** What can be wrong with our linking server, and with what the console says of it. Each holds until the returned function is called. */
export interface LinkingFaults {
  /** A path answers 503 with HTML. */
  fail(path: '/authorize' | '/token'): () => void;
  /** The token endpoint answers so much later than it acts. */
  delay(ms: number): () => void;
  /** In each exchange of a code, one answer of the table comes later than Alexa waits. Refreshes are answered in time. */
  stallExchanges(): () => void;
  /** Alexa presents refresh tokens that we have not issued. */
  spoilRefreshTokens(): () => void;
  /** The console says this instead of what is right. */
  misconfigure(settings: Partial<LinkingSettings>): () => void;
  /** Nobody gets to the server any more, as its name is not in the DNS, or its certificate has ended. */
  hide(why: 'name-unknown' | 'certificate-ended'): Promise<() => void>;
}

/** The address at which everybody finds the server. */
export interface PublicAddress {
  readonly origin: string;
  /** Whom to trust for it, as PEM. */
  readonly ca?: string;
}

/** What is wrong with the linking server at the moment. */
export interface LinkingFaultStates {
  readonly isHidden: boolean;
  /** The answer in place of the right one, if this path fails. Waits where answers are late. */
  around(request: Request, answer: (request: Request) => Promise<Response>): Promise<Response>;
  console(right: LinkingSettings): LinkingSettings;
  address(right: string | undefined): PublicAddress | undefined;
}

const OUT_OF_SERVICE = '<html><h1>503 Service Temporarily Unavailable</h1></html>';
/** A name with an empty label is in no DNS: the resolver of the machine says so without asking. */
const NO_NAME = 'https://lamps..example';

interface LinkingFaultEffects {
  readonly hidden: () => void;
  /** The next read of a link is late, until the returned function is called. */
  readonly stallRead: () => () => void;
}

export function createLinkingFaults(
  clock: Clock,
  { hidden, stallRead }: LinkingFaultEffects,
): LinkingFaults & LinkingFaultStates {
  const failing: string[] = [];
  const delays: number[] = [];
  const stalls: object[] = [];
  const spoilers: object[] = [];
  const consoles: Partial<LinkingSettings>[] = [];
  const addresses: PublicAddress[] = [];
  return {
    fail: (path) => addRemovable(failing, path),
    delay: (ms) => addRemovable(delays, ms),
    stallExchanges: () => addRemovable(stalls, {}),
    spoilRefreshTokens: () => addRemovable(spoilers, {}),
    misconfigure: (settings) => addRemovable(consoles, settings),
    async hide(why) {
      const served = why === 'certificate-ended' ? await serveEndedCertificate() : { origin: NO_NAME };
      const end = addRemovable(addresses, served);
      hidden();
      return () => {
        end();
        if ('close' in served) void served.close();
      };
    },
    get isHidden() {
      return addresses.length > 0;
    },
    async around(request, answer) {
      const { pathname } = new URL(request.url);
      const grant = pathname === '/token' ? await grantOf(request) : undefined;
      if (failing.includes(pathname))
        return new Response(OUT_OF_SERVICE, { status: 503, headers: { 'Content-Type': 'text/html' } });
      const end = grant?.has('code') && stalls.length > 0 ? stallRead() : undefined;
      const asked = grant?.has('refresh_token') && spoilers.length > 0 ? spoilt(request, grant) : request;
      const response = await answer(asked).finally(end);
      if (pathname === '/token') for (const ms of delays) await clock.wait(ms);
      return response;
    },
    console: (right) => Object.assign({}, right, ...consoles),
    address: (right) => addresses.at(-1) ?? (right === undefined ? undefined : { origin: right }),
  };
}

const grantOf = async (request: Request): Promise<URLSearchParams> => new URLSearchParams(await request.clone().text());

/** The same request, with a refresh token whose seal is not ours. */
function spoilt({ url, method, headers }: Request, grant: URLSearchParams): Request {
  const body = new URLSearchParams(grant);
  body.set('refresh_token', `${grant.get('refresh_token')?.slice(0, -8)}AAAAAAAA`);
  return new Request(url, { method, headers, body: body.toString() });
}

const file = (name: string): string => readFileSync(join(projectRoot(), 'desk/certificates', name), 'utf8');

/** Serves a certificate that has ended in 2020, and that would be trusted until then. Its key protects nothing. */
async function serveEndedCertificate(): Promise<PublicAddress & { readonly close: () => Promise<void> }> {
  const ca = file('ended.pem');
  const { url, close } = await listenOnLoopback(createServer({ key: file('key.pem'), cert: ca }));
  return { origin: url.replace('http:', 'https:'), ca, close };
}
