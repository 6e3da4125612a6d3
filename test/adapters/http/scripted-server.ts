import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Reply = (response: ServerResponse) => void;

export const json =
  (status: number, body: unknown): Reply =>
  (response) =>
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));

export const html =
  (status: number, body: string): Reply =>
  (response) =>
    response.writeHead(status, { 'Content-Type': 'text/html' }).end(body);

export const reset: Reply = (response) => response.socket?.resetAndDestroy();

export const hang: Reply = () => undefined;

/** Promises ten thousand bytes, sends a few and cuts the connection. */
export const cutShort: Reply = (response) =>
  void response.writeHead(200, { 'Content-Length': 10_000 }).write('{"acc', () => response.destroy());

export interface Received {
  readonly path: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A server with a script: each request gets the next reply, the last one forever. For what no emulator of ours would answer. */
export class ScriptedServer {
  script: Reply[] = [];
  readonly received: Received[] = [];
  connections = 0;
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        this.received.push({ path: request.url, headers: request.headers, body });
        const reply = this.script.length > 1 ? this.script.shift() : this.script[0];
        reply?.(response);
      });
    });
    this.#server.on('connection', () => {
      this.connections += 1;
    });
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }
}
