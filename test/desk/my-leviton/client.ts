import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { Account, EmulatedMyLeviton, EmulatorOptions, IotSwitch } from '../../../desk/my-leviton/contract.ts';
import { startMyLeviton } from '../../../desk/my-leviton/emulator.ts';
import type { Clock } from '../../../lambda/ports/clock.ts';

/** A clock that stands still until it is withFastClock forward. */
export class StillClock implements Clock {
  #now = Date.parse('2026-09-01T08:00:00.000Z');
  readonly #waiters = new Set<{ due: number; wake: () => void }>();

  now(): Date {
    return new Date(this.#now);
  }

  wait(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const waiter = { due: this.#now + ms, wake: resolve };
      this.#waiters.add(waiter);
      signal?.addEventListener('abort', () => this.#waiters.delete(waiter) && reject(signal.reason), { once: true });
    });
  }

  /** How many wait. */
  get waiting(): number {
    return this.#waiters.size;
  }

  /** Winds forward and lets everything that became due happen, in order. */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms;
    for (;;) {
      const next = [...this.#waiters].filter(({ due }) => due <= until).sort((a, b) => a.due - b.due)[0];
      if (!next) break;
      this.#now = Math.max(this.#now, next.due);
      this.#waiters.delete(next);
      next.wake();
      await new Promise(setImmediate);
    }
    this.#now = until;
  }
}

export interface Setting {
  readonly clock: StillClock;
  readonly cloud: EmulatedMyLeviton;
  readonly account: Account;
  readonly residenceId: number;
  readonly lamp: IotSwitch;
}

export const EMAIL = 'ada@example.org';
export const PASSWORD = 'correct horse';

/** A cloud with one account and one lamp in it, off at 40. */
export async function setUp(options: Partial<EmulatorOptions> = {}, fields: Partial<IotSwitch> = {}): Promise<Setting> {
  const clock = new StillClock();
  const cloud = await startMyLeviton({ clock, ...options });
  const account = cloud.addAccount({ email: EMAIL, password: PASSWORD });
  const residenceId = account.residenceIds[0] ?? 0;
  const lamp = cloud.addSwitch(residenceId, { name: 'Bedroom lamp', brightness: 40, ...fields });
  return { clock, cloud, account, residenceId, lamp };
}

export interface Reply {
  readonly status: number;
  readonly text: string;
  /** Parsed, where it is JSON. */
  readonly body: unknown;
  readonly type: string | null;
}

export interface Ask {
  readonly method?: string;
  readonly token?: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  readonly signal?: AbortSignal;
}

/** One request, on the wire. `path` is below `/api`. */
export async function ask(cloud: EmulatedMyLeviton, path: string, how: Ask = {}): Promise<Reply> {
  const { method = how.body === undefined ? 'GET' : 'POST', token, body, headers, signal } = how;
  const response = await fetch(cloud.url + path, {
    method,
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(token !== undefined && { authorization: token }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    ...(signal && { signal }),
  });
  const text = await response.text();
  return { status: response.status, text, body: parse(text), type: response.headers.get('content-type') };
}

/** The error envelope's message and code. */
export function errorOf({ body }: Reply): { message?: unknown; code?: unknown; name?: unknown } {
  return (body as { error?: object }).error ?? {};
}

export interface LoginObject {
  readonly id: string;
  readonly ttl: number;
  readonly created: string;
  readonly userId: number;
  readonly [field: string]: unknown;
}

export async function signIn(cloud: EmulatedMyLeviton, email = EMAIL, password = PASSWORD): Promise<LoginObject> {
  const reply = await ask(cloud, '/Person/login?include=user', { body: { email, password } });
  if (reply.status !== 200) throw new Error(`login answered ${reply.status}`);
  return reply.body as LoginObject;
}

export interface Frame {
  readonly type?: string;
  readonly status?: string;
  readonly notification?: { readonly data: Record<string, unknown>; readonly modelId: unknown };
  readonly [field: string]: unknown;
}

/** A push socket as a client holds it. */
export class Listener {
  readonly ws: WebSocket;
  readonly texts: string[] = [];
  readonly #closed: Promise<number>;
  #read = 0;

  private constructor(ws: WebSocket) {
    this.ws = ws;
    ws.on('message', (data) => this.texts.push(String(data)));
    this.#closed = new Promise((resolve) => ws.on('close', resolve));
    ws.on('error', () => undefined); // what became of it shows in `closed` and in `open`
  }

  static async open(url: string): Promise<Listener> {
    const listener = new Listener(new WebSocket(url));
    await once(listener.ws, 'open');
    return listener;
  }

  /** Opens, signs in and subscribes. */
  static async subscribed(cloud: EmulatedMyLeviton, login: object, ids: readonly number[]): Promise<Listener> {
    const listener = await Listener.open(cloud.socketUrl);
    listener.send({ token: login });
    for (const id of ids) listener.subscribe(id);
    await listener.idle();
    return listener;
  }

  send(frame: unknown): void {
    this.ws.send(JSON.stringify(frame));
  }

  subscribe(modelId: unknown): void {
    this.send({ type: 'subscribe', subscription: { modelName: 'IotSwitch', modelId } });
  }

  /** Resolves with the close code once the socket has closed. */
  get closed(): Promise<number> {
    return this.#closed;
  }

  /** Waits until all that was sent so far has been taken in and answered: frames and pongs keep their order. */
  async idle(): Promise<void> {
    this.ws.ping();
    await once(this.ws, 'pong');
  }

  /** The frames that came since the last call. */
  async frames(): Promise<Frame[]> {
    await this.idle();
    const texts = this.texts.slice(this.#read);
    this.#read = this.texts.length;
    return texts.map((text) => JSON.parse(text.replace(/\0$/, '')) as Frame);
  }

  /** The notifications' data that came since the last call. */
  async data(): Promise<Record<string, unknown>[]> {
    const frames = await this.frames();
    return frames.flatMap(({ notification }) => (notification ? [notification.data] : []));
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
