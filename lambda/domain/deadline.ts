import type { Clock } from '../ports/clock.ts';
import { DeadlineExceeded, type Dependency } from '../ports/errors.ts';

/** The ports whose calls may take long, and who is asked by them. A port that stands here is named when a deadline passes. */
const DEPENDENCY_OF: Readonly<Record<string, Dependency>> = {
  cloud: 'device cloud',
  feed: 'device cloud',
  lampCloud: 'device cloud',
  accounts: 'table',
  devices: 'table',
  enablements: 'table',
  evidence: 'table',
  grants: 'table',
  idempotency: 'table',
  canary: 'table',
  leases: 'table',
  links: 'table',
  noteDevices: 'table',
  developerMail: 'table',
  noticeAddresses: 'table',
  noticeStore: 'table',
  throttle: 'table',
  bearers: 'secrets',
  clients: 'secrets',
  newerClients: 'secrets',
  key: 'secrets',
  secrets: 'secrets',
  tokens: 'Login with Amazon',
  consentClient: 'Login with Amazon',
  alexaEnablement: 'Skill Enablement API',
  consents: 'table',
  gateway: 'event gateway',
  queue: 'report queue',
  redelivery: 'report queue',
  notices: 'notices',
  addressBook: 'notices',
  clock: 'pause',
};

export interface DeadlinePorts {
  readonly clock: Clock;
  /** Whether the secrets are being fetched just now: most stores need them first, so this names what such a store waits for. */
  readonly isFetchingSecrets?: () => boolean;
}

/** An abort without a reason makes one, with a stack, which costs more than all the rest of a deadline. */
const IN_TIME = new Error('the work was finished in time');

/**
 * Runs `work` with a signal that aborts after `ms`. Work that does not heed the signal goes on in the background, and nobody waits for it.
 * @param work gets the signal, and the ports to use: calls made through them are what `DeadlineExceeded` can name
 * @throws DeadlineExceeded when the time is up; it is the signal's reason as well. And whatever `work` throws
 */
export async function withDeadline<Ports extends DeadlinePorts, T>(
  ms: number,
  ports: Ports,
  work: (signal: AbortSignal, ports: Ports) => Promise<T>,
): Promise<T> {
  const pending = new Set<PendingCall>();
  const deadline = new AbortController();
  const finished = new AbortController();
  const timeUp = ports.clock.wait(ms, finished.signal).then(() => {
    const error = new DeadlineExceeded(ms, waitingFor(pending, ports));
    deadline.abort(error);
    throw error;
  });
  timeUp.catch(() => undefined); // it rejects when the work was finished first
  try {
    return await Promise.race([work(deadline.signal, observed(ports, pending)), timeUp]);
  } finally {
    finished.abort(IN_TIME);
  }
}

interface PendingCall {
  readonly dependency: Dependency;
}

/** What the oldest pending call waits for. A pause between attempts counts only where no call is pending. */
function waitingFor(pending: ReadonlySet<PendingCall>, { isFetchingSecrets }: DeadlinePorts): Dependency | undefined {
  if (isFetchingSecrets?.()) return 'secrets';
  const [oldest = undefined] = [...pending].filter(({ dependency }) => dependency !== 'pause');
  return oldest?.dependency ?? (pending.size > 0 ? 'pause' : undefined);
}

/**
 * The same ports; calls that have not been answered yet are in `pending`. Every directive and report passes here and uses a few of the ports,
 * so each is wrapped when it is first used.
 */
function observed<Ports extends DeadlinePorts>(ports: Ports, pending: Set<PendingCall>): Ports {
  const wrapped = new Map<PropertyKey, unknown>();
  return new Proxy(ports, {
    get: (target, name) => {
      const port: unknown = Reflect.get(target, name);
      const dependency = typeof name === 'string' && Object.hasOwn(DEPENDENCY_OF, name) && DEPENDENCY_OF[name];
      if (!dependency) return port;
      if (!wrapped.has(name)) wrapped.set(name, observedPort(port, dependency, pending));
      return wrapped.get(name);
    },
  });
}

function observedPort(port: unknown, dependency: Dependency, pending: Set<PendingCall>): unknown {
  const observe = (result: unknown): unknown => {
    if (!(result instanceof Promise)) return result;
    const call = { dependency };
    pending.add(call);
    const done = () => pending.delete(call);
    result.then(done, done);
    return result;
  };
  if (typeof port === 'function') return (...args: unknown[]) => observe(Reflect.apply(port, undefined, args));
  if (typeof port !== 'object' || port === null) return port;
  return new Proxy(port, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name);
      return typeof member === 'function'
        ? (...args: unknown[]) => observe(Reflect.apply(member, target, args))
        : member;
    },
  });
}
