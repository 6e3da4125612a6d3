import { readFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { answerAll } from './messages.ts';

/*
 * A process that makes emulators on loopback look like HTTPS servers some way off: `node distance.js KEY CERTIFICATE PORT...`. Every
 * byte takes half a round trip each way, opening a connection takes a whole one, the TLS handshake as many as it needs; the server
 * needs time for an answer. It also counts and times each exchange, so that the share of a handler is known.
 *
 *   handler <- half a round trip -> [relay] - [TLS ends here] <- slowness - emulator
 */

export interface Distance {
  readonly roundTripMs: number;
  /** How long the server thinks before it answers. */
  readonly slowMs: number;
}

/** Since the last look. */
export interface Traffic {
  readonly connections: number;
  readonly handshakes: number;
  /** From the first byte of each request's arrival to the departure of its answer's last one. */
  readonly exchangesMs: readonly number[];
}

export type Question =
  | { readonly ask: 'ports' }
  | { readonly ask: 'move'; readonly to: Distance }
  | { readonly ask: 'traffic' };

interface Exchange {
  readonly cameAt: number;
  leftAt?: number;
}

const [keyFile = '', certificateFile = '', ...upstreams] = process.argv.slice(2);
const credentials = { key: readFileSync(keyFile), cert: readFileSync(certificateFile) };
let distance: Distance = { roundTripMs: 0, slowMs: 0 };
let counted: { connections: number; handshakes: number; exchanges: Exchange[] };
const forget = () => {
  counted = { connections: 0, handshakes: 0, exchanges: [] };
};
forget();

/** Passes everything on after a delay, in order. */
function passOn(from: Socket, to: Socket, delayMs: () => number, onPassed: () => void = () => undefined): void {
  const later = (pass: () => void) => {
    const ms = delayMs();
    if (ms > 0) setTimeout(pass, ms);
    else pass();
  };
  from.on('data', (chunk) =>
    later(() => {
      to.write(chunk);
      onPassed();
    }),
  );
  from.on('error', () => undefined); // 'close' follows
  from.on('close', () => later(() => to.end()));
}

const half = () => distance.roundTripMs / 2;

async function openTls(upstream: number): Promise<number> {
  return listening(
    createTlsServer({ ...credentials, noDelay: true }, (secure) => {
      counted.handshakes += 1;
      const server = connect({ port: upstream, host: '127.0.0.1', noDelay: true });
      passOn(secure, server, () => 0);
      passOn(server, secure, () => distance.slowMs);
    }).on('tlsClientError', () => undefined),
  );
}

async function openRelay(tlsPort: number): Promise<number> {
  return listening(
    createServer({ noDelay: true }, (client) => {
      counted.connections += 1;
      const tls = connect({ port: tlsPort, host: '127.0.0.1', noDelay: true });
      let exchange: Exchange | undefined;
      client.on('data', () => {
        if (exchange && exchange.leftAt === undefined) return; // more of the same request
        exchange = { cameAt: performance.now() };
        counted.exchanges.push(exchange);
      });
      // Loopback connects at once; the round trip that it would have taken is waited for here.
      let opening = true;
      passOn(client, tls, () => {
        const ms = half() + (opening ? distance.roundTripMs : 0);
        opening = false;
        return ms;
      });
      passOn(tls, client, half, () => {
        if (exchange) exchange.leftAt = performance.now();
      });
    }),
  );
}

const listening = (server: Server): Promise<number> =>
  new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)));

const ports = Promise.all(upstreams.map(async (port) => openRelay(await openTls(Number(port)))));

answerAll<Question>(async (question) => {
  if (question.ask === 'ports') return { ports: await ports };
  if (question.ask === 'move') {
    distance = question.to;
    return {};
  }
  const { connections, handshakes, exchanges } = counted;
  forget();
  const exchangesMs = exchanges.flatMap(({ cameAt, leftAt }) => (leftAt === undefined ? [] : leftAt - cameAt));
  return { connections, handshakes, exchangesMs } satisfies Traffic;
});
