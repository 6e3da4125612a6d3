import { WebSocket } from 'ws';
import type { Clock } from '../../ports/clock.ts';
import type { DeviceChange, DeviceFeed } from '../../ports/device-cloud.ts';
import { CloudUnreachable, type DeadlineExceeded, SessionRejected } from '../../ports/errors.ts';
import { abortError } from '../http/abort-error.ts';
import type { Login } from './credential.ts';
import { type changeReader, readFrame } from './frames.ts';

/** The longest wait for the connection, and then for the cloud to accept the token. It mostly stays silent about a bad one. */
const ANSWER_WITHIN_MS = 10_000;
/** The cloud closes a socket without pings. A ping without an answer shows that the connection is half open. */
const PING_EVERY_MS = 30_000;
const PONG_WITHIN_MS = 10_000;
/** Leviton's other push host falls silent after 60 minutes without closing, so the watcher opens the next channel before that. */
const LIFETIME_MS = 55 * 60_000;
/** Policy violation, and the 401 that SockJS servers send as a close code of their own. */
const REFUSING_CLOSES = [1008, 4401];

export interface ChannelParts {
  readonly token: Login;
  readonly deviceIds: readonly string[];
  readonly onChange: (change: DeviceChange) => void;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly changeOf: ReturnType<typeof changeReader>;
}

type Opened = ReturnType<DeviceFeed['watch']>;

/** One WebSocket to My Leviton's push server, from the connection to its end. */
export class PushChannel {
  readonly #socket: WebSocket;
  readonly #parts: ChannelParts;
  readonly #opened = withResolvers<Awaited<Opened>>();
  readonly #ended = withResolvers<string>();
  /** Aborts when the channel ends, so that no timer outlives it. */
  readonly #end = new AbortController();
  readonly #onAbort = () => this.#finish(abortError(this.#parts.signal));
  #listening = false;
  #malformed = 0;

  constructor(socket: WebSocket, parts: ChannelParts) {
    this.#socket = socket;
    this.#parts = parts;
  }

  /** Resolves once the cloud has accepted the token, with a promise of the reason for which the channel ends. */
  open(): Opened {
    const socket = this.#socket;
    this.#parts.signal.addEventListener('abort', this.#onAbort, { once: true });
    void this.#within(
      ANSWER_WITHIN_MS,
      () => socket.readyState !== WebSocket.CONNECTING,
      () => new CloudUnreachable('no push channel'),
    );
    socket.on('open', () => this.#signIn());
    socket.on('message', (data) => this.#receive(String(data)));
    socket.on('close', (code) => {
      const refused = REFUSING_CLOSES.includes(code);
      this.#finish(refused ? new SessionRejected(`closed with ${code}`) : new CloudUnreachable(`closed with ${code}`));
    });
    socket.on('error', (error) => this.#finish(new CloudUnreachable('the push channel failed', { cause: error })));
    return this.#opened.promise;
  }

  #signIn(): void {
    this.#authenticate();
    void this.#within(
      ANSWER_WITHIN_MS,
      () => this.#listening,
      () => new SessionRejected('the push channel stays silent to the session'),
    );
  }

  #authenticate(): void {
    this.#send({ token: this.#parts.token });
  }

  #receive(text: string): void {
    if (this.#end.signal.aborted) return; // frames of one packet come in a row
    const frame = readFrame(text);
    if (frame.kind === 'challenge')
      this.#authenticate(); // the nonce is for nobody
    else if (frame.kind === 'ready') this.#startListening();
    else if (frame.kind === 'malformed') this.#malformed++;
    else if (frame.kind === 'error' && !this.#listening)
      this.#finish(new SessionRejected('the push channel refuses the session'));
    else if (frame.kind === 'saved' && this.#listening) {
      const change = this.#parts.changeOf(frame.deviceId, frame.data);
      if (change) this.#parts.onChange(change);
    }
  }

  #startListening(): void {
    if (this.#listening) return; // `ready` may come twice
    this.#listening = true;
    for (const id of this.#parts.deviceIds)
      this.#send({ type: 'subscribe', subscription: { modelName: 'IotSwitch', modelId: Number(id) } });
    void this.#keepOpen();
    void this.#within(
      LIFETIME_MS,
      () => false,
      () => new CloudUnreachable('old enough'),
    );
    this.#opened.resolve({ ended: this.#ended.promise });
  }

  async #keepOpen(): Promise<void> {
    let answered = false;
    this.#socket.on('pong', () => {
      answered = true;
    });
    const { signal } = this.#end;
    const pause = () => this.#parts.clock.wait(PING_EVERY_MS - PONG_WITHIN_MS, signal).catch(() => undefined);
    for (await pause(); !signal.aborted; await pause()) {
      answered = false;
      this.#socket.ping(() => undefined);
      await this.#within(
        PONG_WITHIN_MS,
        () => answered,
        () => new CloudUnreachable('no pong'),
      );
    }
  }

  #send(frame: object): void {
    this.#socket.send(JSON.stringify(frame), () => undefined); // a failure closes the socket, too
  }

  /** Ends the channel if this is not done by then. */
  #within(ms: number, isDone: () => boolean, error: () => CloudUnreachable | SessionRejected): Promise<void> {
    return this.#parts.clock.wait(ms, this.#end.signal).then(
      () => {
        if (!isDone()) this.#finish(error());
      },
      () => undefined, // the channel ended first
    );
  }

  #finish(error: CloudUnreachable | DeadlineExceeded | SessionRejected): void {
    if (this.#end.signal.aborted) return;
    this.#end.abort();
    this.#parts.signal.removeEventListener('abort', this.#onAbort);
    this.#socket.terminate();
    if (!this.#listening) this.#opened.reject(error);
    const reason = this.#malformed > 0 ? `${error.message}; ${this.#malformed} frames were malformed` : error.message;
    this.#ended.resolve(reason);
  }
}

/** `Promise.withResolvers`, which Node 20 lacks. */
function withResolvers<T>() {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}
