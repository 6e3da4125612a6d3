import { randomBytes, randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { parseJson } from '../../lambda/basics/json.ts';
import type { Clock } from '../../lambda/ports/clock.ts';
import { mayEnter, type Person } from './accounts.ts';
import { gatewayPage } from './answers.ts';
import type { Exchange, Fault } from './contract.ts';
import type { FaultOf, Faults } from './faults.ts';
import { type Cloud, type Fields, fieldsOf } from './rest-call.ts';
import type { Counts } from './server.ts';
import { after } from './time.ts';

const MAX_FRAME_BYTES = 64 * 1024;

export interface SocketParts {
  readonly cloud: Cloud;
  readonly clock: Clock;
  readonly faults: Faults;
  readonly counts: Counts;
  readonly tell: (exchange: Exchange) => void;
}

interface Connection {
  readonly ws: WebSocket;
  readonly path: string;
  readonly openedAt: Date;
  /** Aborts when the socket has closed. */
  readonly closed: AbortController;
  /** Whose token it showed; set once it is ready. */
  person?: Person;
  readonly subscriptions: Set<number>;
  /** Faults that have struck this socket and stay with it until they are taken away. */
  readonly struck: Set<Fault>;
  /** A notification that waits for the next one to overtake it. */
  held: object | undefined;
}

/**
 * The push channel. It has two fronts: `/socket/websocket` as at my.leviton.com, which greets with a challenge (whose nonce no client
 * needs), and `/` as at socket.cloud.leviton.com, which waits for the token and gives the connection an id.
 */
export class PushChannel {
  readonly #connections = new Set<Connection>();
  readonly #server = new WebSocketServer({ noServer: true, autoPong: false, maxPayload: MAX_FRAME_BYTES });
  readonly #parts: SocketParts;

  constructor(parts: SocketParts) {
    this.#parts = parts;
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const [path = '/'] = (request.url ?? '/').split('?');
    const status = this.#refusal(path);
    if (status !== undefined) {
      const { type, text } = gatewayPage(status);
      const length = Buffer.byteLength(text);
      socket.on('error', () => socket.destroy());
      socket.end(
        `HTTP/1.1 ${status} Refused\r\nserver: nginx\r\ncontent-type: ${type}\r\ncontent-length: ${length}\r\n` +
          `connection: close\r\n\r\n${text}`,
      );
    } else {
      this.#server.handleUpgrade(request, socket, head, (ws) => this.#open(ws, path));
    }
    this.#parts.tell(this.#exchange({ method: 'GET', path }, { status: status ?? 101 }));
  }

  /** Tells those who subscribed to a switch what was saved of it. */
  notify(modelId: number, data: Readonly<Record<string, unknown>>): void {
    const frame = (fields: object) => ({
      type: 'notification',
      notification: { event: 'saved', modelName: 'IotSwitch', modelId, data: fields },
    });
    const idle = frame({ rssi: -55, lastUpdated: this.#parts.clock.now().toISOString() });
    for (const connection of this.#connections) {
      if (connection.subscriptions.has(modelId)) this.#deliver(connection, frame(data), idle);
    }
  }

  cut(code: 1000 | 1006 | 1008): void {
    for (const { ws } of this.#connections) {
      if (code === 1006) ws.terminate();
      else ws.close(code);
    }
  }

  /** Sockets that are open already grow old, too. */
  injected(fault: Fault): void {
    if (fault.kind !== 'socket-lifetime') return;
    for (const connection of this.#connections) this.#endAtAge(connection, fault);
  }

  /** What was held back is let go. */
  removed(fault: Fault): void {
    for (const connection of this.#connections) {
      connection.struck.delete(fault);
      if (fault.kind === 'socket-reorder') this.#release(connection);
    }
  }

  #refusal(path: string): 404 | 502 | undefined {
    if (this.#parts.faults.take(['socket-upgrade-502'], { email: undefined, path, method: 'GET' })) return 502;
    return /^\/(socket\/websocket\/?)?$/i.test(path) ? undefined : 404;
  }

  #open(ws: WebSocket, path: string): void {
    const { clock, counts, faults } = this.#parts;
    counts.sockets++;
    const connection: Connection = {
      ws,
      path,
      openedAt: clock.now(),
      closed: new AbortController(),
      subscriptions: new Set(),
      struck: new Set(),
      held: undefined,
    };
    setMaxListeners(0, connection.closed.signal);
    this.#connections.add(connection);
    ws.on('error', () => ws.terminate());
    ws.on('close', () => {
      this.#connections.delete(connection);
      connection.closed.abort();
    });
    ws.on('ping', (data) => {
      if (!this.#isStruck(connection, 'socket-half-open')) ws.pong(data);
    });
    ws.on('message', (data) => this.#receive(connection, String(data)));
    for (const fault of faults.all('socket-lifetime')) this.#endAtAge(connection, fault);
    if (path === '/') return;
    this.#send(connection, { type: 'status', status: 'not ready' });
    this.#send(connection, { type: 'challenge', nonce: randomBytes(16).toString('hex') });
  }

  #receive(connection: Connection, text: string): void {
    const frame = fieldsOf(parseJson(text));
    this.#parts.tell(this.#exchange({ method: 'FRAME', path: connection.path, body: frame }, { status: 101 }));
    if (this.#isStruck(connection, 'socket-half-open')) return;
    if ('token' in frame) this.#authenticate(connection, frame.token);
    else this.#subscribe(connection, frame);
  }

  /** A token that is not good is met with silence, as it mostly is in the field. */
  #authenticate(connection: Connection, token: unknown): void {
    if (connection.person) return;
    const person = this.#personOf(token);
    const { faults } = this.#parts;
    const fault = faults.take(authFaults, this.#place(connection, person ?? this.#ownerOf(token)));
    if (fault?.kind === 'socket-auth-close') connection.ws.close(fault.code, 'Authorization Required');
    else if (fault?.kind === 'socket-auth-error') {
      this.#send(connection, { type: 'error', error: { statusCode: 401, message: 'Authorization Required' } });
    } else if (!fault && person) this.#ready(connection, person);
  }

  #ready(connection: Connection, person: Person): void {
    connection.person = person;
    const ready = {
      type: 'status',
      status: 'ready',
      ...(connection.path === '/' && { connectionId: randomUUID() }),
    };
    this.#send(connection, ready);
    if (this.#parts.faults.take(['socket-duplicate-ready'], this.#place(connection))) this.#send(connection, ready);
  }

  /** The token is the whole object that the login answered; less of it is not known to work, and a bare id fails. */
  #personOf(token: unknown): Person | undefined {
    const { accounts } = this.#parts.cloud;
    const { id, userId, ttl, created } = fieldsOf(token);
    const session = typeof id === 'string' ? accounts.session(id) : undefined;
    if (!session || accounts.standing(session) !== 'good') return undefined;
    const whole = userId === session.person.userId && typeof ttl === 'number' && typeof created === 'string';
    return whole ? session.person : undefined;
  }

  /** Whose token it is, good or not. */
  #ownerOf(token: unknown): Person | undefined {
    const { id } = fieldsOf(token);
    return typeof id === 'string' ? this.#parts.cloud.accounts.session(id)?.person : undefined;
  }

  /** Nothing confirms a subscription; what is not understood, or not allowed, is passed over. */
  #subscribe({ person, subscriptions }: Connection, { type, subscription }: Fields): void {
    const { modelName, modelId } = fieldsOf(subscription);
    const { devices } = this.#parts.cloud;
    if (!person || modelName !== 'IotSwitch' || typeof modelId !== 'number' || !devices.has(modelId)) return;
    if (type === 'subscribe' && mayEnter(person, devices.record(modelId).residenceId)) subscriptions.add(modelId);
    if (type === 'unsubscribe') subscriptions.delete(modelId);
  }

  #deliver(connection: Connection, notification: object, idle: object): void {
    const { faults } = this.#parts;
    const place = this.#place(connection);
    if (this.#isStruck(connection, 'socket-half-open') || this.#isStruck(connection, 'socket-deaf')) return;
    if (faults.take(['socket-lose'], place)) return;
    const frame = faults.take(['socket-bare'], place) ? withoutNames(notification) : notification;
    const burst = faults.take(['socket-burst'], place)?.frames ?? 0;
    for (let sent = 0; sent < burst; sent++) this.#send(connection, idle);
    if (!connection.held && faults.take(['socket-reorder'], place)) {
      connection.held = frame;
      return;
    }
    this.#send(connection, frame);
    if (faults.take(['socket-duplicate'], place)) this.#send(connection, frame);
    this.#release(connection);
  }

  #release(connection: Connection): void {
    const { held } = connection;
    connection.held = undefined;
    if (held) this.#send(connection, held);
  }

  #send(connection: Connection, frame: object): void {
    if (connection.ws.readyState !== connection.ws.OPEN || this.#isStruck(connection, 'socket-half-open')) return;
    const { faults } = this.#parts;
    const place = this.#place(connection);
    const before = faults.take(['socket-leading-nul'], place) ? '\0' : '';
    const after = faults.take(['socket-trailing-nul'], place) ? '\0' : '';
    connection.ws.send(before + JSON.stringify(frame) + after);
    const exchange = this.#exchange({ method: 'FRAME', path: connection.path }, { status: 101, body: frame });
    this.#parts.tell({ ...exchange, outbound: true });
  }

  #isStruck(connection: Connection, kind: 'socket-half-open' | 'socket-deaf'): boolean {
    if ([...connection.struck].some((fault) => fault.kind === kind)) return true;
    const fault = this.#parts.faults.take([kind], this.#place(connection));
    if (fault) connection.struck.add(fault);
    return fault !== undefined;
  }

  #endAtAge(connection: Connection, fault: FaultOf<'socket-lifetime'>): void {
    const { clock, faults } = this.#parts;
    const ageMs = clock.now().getTime() - connection.openedAt.getTime();
    void after(clock, Math.max(fault.ms - ageMs, 0), connection.closed.signal, () => {
      if (faults.takeThis(fault, this.#place(connection))) connection.ws.terminate();
    });
  }

  #place(connection: Connection, person = connection.person) {
    return { email: person?.email, path: connection.path, method: 'GET' };
  }

  #exchange(request: Exchange['request'], response: Exchange['response']): Exchange {
    return { channel: 'socket', at: this.#parts.clock.now(), request, response, ms: 0 };
  }
}

const authFaults = ['socket-never-ready', 'socket-auth-close', 'socket-auth-error'] as const;

/** A notification without `event` and `modelName`. */
function withoutNames(frame: object): object {
  const { event: _, modelName: __, ...rest } = fieldsOf(fieldsOf(frame).notification);
  return { ...frame, notification: rest };
}
