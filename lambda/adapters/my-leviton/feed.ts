import { WebSocket } from 'ws';
import type { Clock } from '../../ports/clock.ts';
import type { DeviceChange, DeviceFeed } from '../../ports/device-cloud.ts';
import { CloudUnreachable, type DeadlineExceeded, SessionRejected } from '../../ports/errors.ts';
import { type Login, toLogin } from './credential.ts';
import { changeReader, readFrame } from './frames.ts';
import { givenUp } from './http.ts';

export interface MyLevitonFeedOptions {
  /** `wss://my.leviton.com/socket/websocket`, the raw leg of its SockJS server, or an emulator's. */
  readonly socketUrl: string;
  readonly clock: Clock;
  /** Whether a push's `client_id` marks a write of this skill; by default none does, see `changeReader`. */
  readonly isOurs?: (clientId: string) => boolean;
}

const ORIGIN = 'https://my.leviton.com';
/** The longest wait for the connection, and then for the cloud to accept the token. It mostly stays silent about a bad one. */
const ANSWER_WITHIN_MS = 10_000;
/** The cloud closes a socket without pings. A ping without an answer shows that the connection is half open. */
const PING_EVERY_MS = 30_000;
const PONG_WITHIN_MS = 10_000;
/** Leviton's other push host falls silent after 60 minutes without closing, so the watcher opens the next channel before that. */
const LIFETIME_MS = 55 * 60_000;
const LONGEST_FRAME = 1024 * 1024;
/** Policy violation, and the 401 that SockJS servers send as a close code of their own. */
const REFUSING_CLOSES = [1008, 4401];

/**
 * My Leviton's push channel: token, `ready`, one subscription per device, then partial records as they are saved. It never sends what
 * happened while no channel was open, so the watcher reads once over REST when it is open.
 */
export function createMyLevitonFeed({ socketUrl, clock, isOurs = () => false }: MyLevitonFeedOptions): DeviceFeed {
  return {
    watch: async (session, deviceIds, onChange, signal) => {
      const token = toLogin(session);
      if (signal.aborted) throw givenUp(signal);
      const socket = new WebSocket(socketUrl, { origin: ORIGIN, perMessageDeflate: false, maxPayload: LONGEST_FRAME });
      return watchChannel(socket, { token, deviceIds, onChange, signal, clock, isOurs });
    },
  };
}

interface Watch extends Required<Omit<MyLevitonFeedOptions, 'socketUrl'>> {
  readonly token: Login;
  readonly deviceIds: readonly string[];
  readonly onChange: (change: DeviceChange) => void;
  readonly signal: AbortSignal;
}

function watchChannel(socket: WebSocket, watch: Watch): ReturnType<DeviceFeed['watch']> {
  const { token, deviceIds, onChange, signal, clock, isOurs } = watch;
  const changeOf = changeReader(clock, isOurs);
  /** Aborts when the channel ends, so that no timer outlives it. */
  const channel = new AbortController();
  let listening = false;
  let malformed = 0;

  return new Promise((resolve, reject) => {
    let resolveEnded: (reason: string) => void = () => undefined;
    const ended = new Promise<string>((end) => {
      resolveEnded = end;
    });
    const finish = (error: CloudUnreachable | DeadlineExceeded | SessionRejected) => {
      if (channel.signal.aborted) return;
      channel.abort();
      signal.removeEventListener('abort', onAbort);
      socket.terminate();
      if (!listening) reject(error);
      resolveEnded(malformed > 0 ? `${error.message}; ${malformed} frames were malformed` : error.message);
    };
    const onAbort = () => finish(givenUp(signal));
    const within = (ms: number, isDone: () => boolean, error: () => CloudUnreachable | SessionRejected) =>
      clock.wait(ms, channel.signal).then(
        () => isDone() || finish(error()),
        () => undefined, // the channel ended first
      );
    const send = (frame: object) => socket.send(JSON.stringify(frame), () => undefined); // a failure closes the socket, too

    const authenticate = () => send({ token });
    const startListening = () => {
      if (listening) return; // `ready` may come twice
      listening = true;
      for (const id of deviceIds)
        send({ type: 'subscribe', subscription: { modelName: 'IotSwitch', modelId: Number(id) } });
      void keepOpen();
      void within(
        LIFETIME_MS,
        () => false,
        () => new CloudUnreachable('old enough'),
      );
      resolve({ ended });
    };
    const keepOpen = async () => {
      let answered = false;
      socket.on('pong', () => {
        answered = true;
      });
      const pause = () => clock.wait(PING_EVERY_MS - PONG_WITHIN_MS, channel.signal).catch(() => undefined);
      for (await pause(); !channel.signal.aborted; await pause()) {
        answered = false;
        socket.ping(() => undefined);
        await within(
          PONG_WITHIN_MS,
          () => answered,
          () => new CloudUnreachable('no pong'),
        );
      }
    };
    const receive = (text: string) => {
      if (channel.signal.aborted) return; // frames of one packet come in a row
      const frame = readFrame(text);
      if (frame.kind === 'challenge')
        authenticate(); // the nonce is for nobody
      else if (frame.kind === 'ready') startListening();
      else if (frame.kind === 'malformed') malformed++;
      else if (frame.kind === 'error' && !listening)
        finish(new SessionRejected('the push channel refuses the session'));
      else if (frame.kind === 'saved' && listening) {
        const change = changeOf(frame.deviceId, frame.data);
        if (change) onChange(change);
      }
    };

    signal.addEventListener('abort', onAbort, { once: true });
    void within(
      ANSWER_WITHIN_MS,
      () => socket.readyState !== WebSocket.CONNECTING,
      () => new CloudUnreachable('no push channel'),
    );
    socket.on('open', () => {
      authenticate();
      void within(
        ANSWER_WITHIN_MS,
        () => listening,
        () => new SessionRejected('the push channel stays silent to the session'),
      );
    });
    socket.on('message', (data) => receive(String(data)));
    socket.on('close', (code) => {
      const refused = REFUSING_CLOSES.includes(code);
      finish(refused ? new SessionRejected(`closed with ${code}`) : new CloudUnreachable(`closed with ${code}`));
    });
    socket.on('error', (error) => finish(new CloudUnreachable('the push channel failed', { cause: error })));
  });
}
