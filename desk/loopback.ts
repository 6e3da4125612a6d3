import type { AddressInfo } from 'node:net';

/** The part of a server of `node:http`, or of Hono, that listening needs. */
interface Listener {
  once(event: 'error', listener: (error: Error) => void): unknown;
  off(event: 'error', listener: (error: Error) => void): unknown;
  listen(port: number, host: string, onListening: () => void): unknown;
  address(): AddressInfo | string | null;
  close(onClosed: () => void): unknown;
  closeAllConnections?(): void;
}

export interface Loopback {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** Takes no further connections, and cuts those that are open. */
  close(): Promise<void>;
}

/**
 * Lets a server listen on 127.0.0.1.
 * @param port 0, the default, finds a free one
 * @throws when the port is taken
 */
export async function listenOnLoopback(server: Listener, port = 0): Promise<Loopback> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(resolve));
      server.closeAllConnections?.();
      await closed;
    },
  };
}
