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
/** For the connection to stand, and then for the cloud to take the token: a bad one is mostly met with silence. */
const PATIENCE_MS = 10_000;
/** Without them the cloud closes the socket; without their answers a half-open one looks healthy. */
const PING_EVERY_MS = 30_000;
const PONG_WITHIN_MS = 10_000;
/** Leviton's other push host stops telling after 60 minutes without closing; whoever watches opens the next one before. */
const LIFETIME_MS = 55 * 60_000;
const LONGEST_FRAME = 1024 * 1024;
/** Policy violation, and the 401 that SockJS servers send as a close code of their own. */
const REFUSING_CLOSES = [1008, 4401];

/**
 * My Leviton's push channel: token, `ready`, one subscription per device, then partial records as they are saved. What happens while no
 * channel is open is never told, so whoever watches reads once over REST when it stands.
 */
export function createMyLevitonFeed({ socketUrl, clock, isOurs = () => false }: MyLevitonFeedOptions): DeviceFeed {
  return {
    watch: async (session, deviceIds, onChange, signal) => {
      const token = toLogin(session);
      if (signal.aborted) throw givenUp(signal);
      const socket = new WebSocket(socketUrl, { origin: ORIGIN, perMessageDeflate: false, maxPayload: LONGEST_FRAME });
      return watchOver(socket, { token, deviceIds, onChange, signal, clock, isOurs });
    },
  };
}

interface Watch extends Required<Omit<MyLevitonFeedOptions, 'socketUrl'>> {
  readonly token: Login;
  readonly deviceIds: readonly string[];
  readonly onChange: (change: DeviceChange) => void;
  readonly signal: AbortSignal;
}

function watchOver(socket: WebSocket, watch: Watch): ReturnType<DeviceFeed['watch']> {
  const { token, deviceIds, onChange, signal, clock, isOurs } = watch;
  const changeOf = changeReader(clock, isOurs);
  /** Aborts with the channel, so that no timer outlives it. */
  const over = new AbortController();
  let listening = false;
  let malformed = 0;

  return new Promise((resolve, reject) => {
    let tellEnd: (reason: string) => void = () => undefined;
    const ended = new Promise<string>((end) => {
      tellEnd = end;
    });
    const finish = (error: CloudUnreachable | DeadlineExceeded | SessionRejected) => {
      if (over.signal.aborted) return;
      over.abort();
      signal.removeEventListener('abort', onAbort);
      socket.terminate();
      if (!listening) reject(error);
      tellEnd(malformed > 0 ? `${error.message}; ${malformed} frames were malformed` : error.message);
    };
    const onAbort = () => finish(givenUp(signal));
    const within = (ms: number, isDone: () => boolean, error: () => CloudUnreachable | SessionRejected) =>
      clock.wait(ms, over.signal).then(
        () => isDone() || finish(error()),
        () => undefined, // the channel was over first
      );
    const send = (frame: object) => socket.send(JSON.stringify(frame), () => undefined); // a failure closes the socket, too

    const authenticate = () => send({ token });
    const startListening = () => {
      if (listening) return; // `ready` may come twice
      listening = true;
      for (const id of deviceIds)
        send({ type: 'subscribe', subscription: { modelName: 'IotSwitch', modelId: Number(id) } });
      void maintainAccounts();
      void within(
        LIFETIME_MS,
        () => false,
        () => new CloudUnreachable('old enough'),
      );
      resolve({ ended });
    };
    const maintainAccounts = async () => {
      let answered = false;
      socket.on('pong', () => {
        answered = true;
      });
      const pause = () => clock.wait(PING_EVERY_MS - PONG_WITHIN_MS, over.signal).catch(() => undefined);
      for (await pause(); !over.signal.aborted; await pause()) {
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
      if (over.signal.aborted) return; // frames of one packet come in a row
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
      PATIENCE_MS,
      () => socket.readyState !== WebSocket.CONNECTING,
      () => new CloudUnreachable('no push channel'),
    );
    socket.on('open', () => {
      authenticate();
      void within(
        PATIENCE_MS,
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
