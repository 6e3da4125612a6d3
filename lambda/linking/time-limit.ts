import { withDeadline } from '../domain/deadline.ts';
import type { LinkingPorts } from './ports.ts';

/** Alexa waits 4.5 s for the answer (Amazon: configure an authorization code grant); half a second is kept for the network. */
const CLIENT_MS = 4_000;
/** A person waits: 10 s for the device cloud, the rest for the table. */
const PERSON_MS = 15_000;

/** Amazon answers after it has exchanged our code (4.5 s) and had its grant accepted (8 s). An HTTP API waits 30 s. */
const AMAZON_MS = 27_000;

/** What a person opens; all other addresses are for clients. */
const PAGES: ReadonlyMap<string, number> = new Map([
  ['/', PERSON_MS],
  ['/authorize', PERSON_MS],
  ['/reauth', PERSON_MS],
  ['/connections', PERSON_MS],
  ['/lamps', PERSON_MS],
  ['/alexa', PERSON_MS],
  ['/alexa/callback', AMAZON_MS],
]);

/** The pages about addresses for messages. */
export const isNoticesPath = (pathname: string): boolean => pathname === '/notices' || pathname.startsWith('/notices/');

/** How long the whole answer to a request may take, from its arrival, in milliseconds. */
export const timeLimitMs = (request: Request): number => {
  const { pathname } = new URL(request.url);
  return isNoticesPath(pathname) ? PERSON_MS : (PAGES.get(pathname) ?? CLIENT_MS);
};

/** A request, and what else is known about it. */
export interface Arrival {
  readonly request: Request;
  /** The caller's IP address. */
  readonly address: string;
  /** When the function got the request, before the secrets were fetched. */
  readonly at: Date;
}

/** What is left of the request's time, in milliseconds. */
export const timeLeftMs = ({ request, at }: Arrival, { clock }: Pick<LinkingPorts, 'clock'>): number =>
  Math.max(0, timeLimitMs(request) - (clock.now().getTime() - at.getTime()));

/**
 * Runs `work` within the time of its request. When that has passed, no further call to a store begins: somebody who was answered "try
 * again" must find everything as it was.
 * @throws DeadlineExceeded, and whatever `work` throws
 */
export function inRequestTime<T, Ports extends LinkingPorts>(
  arrival: Arrival,
  ports: Ports,
  work: (ports: Ports, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  return withDeadline(timeLeftMs(arrival, ports), ports, (signal, observed) =>
    work(
      {
        ...observed,
        links: untilAborted(observed.links, signal),
        accounts: untilAborted(observed.accounts, signal),
        throttle: untilAborted(observed.throttle, signal),
        grants: untilAborted(observed.grants, signal),
        enablements: untilAborted(observed.enablements, signal),
        consents: untilAborted(observed.consents, signal),
        noticeStore: untilAborted(observed.noticeStore, signal),
        ...(observed.addressBook && { addressBook: untilAborted(observed.addressBook, signal) }),
        accountData: untilAborted(observed.accountData, signal),
      },
      signal,
    ),
  );
}

/** The same store; once the signal has aborted every call fails with its reason. */
const untilAborted = <Store extends object>(store: Store, signal: AbortSignal): Store =>
  new Proxy(store, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) =>
        signal.aborted ? Promise.reject(signal.reason) : Reflect.apply(member, target, args);
    },
  });
