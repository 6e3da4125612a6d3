// The way from the SDK to a server of this process without the two sockets between them: a request is put to the server's own listeners,
// so that the server counts, refuses and delays it as it does over the wire.
const { EventEmitter } = require('node:events');
const { Server } = require('node:http');
const { Readable } = require('node:stream');

/** Which server listens on a port of this machine. */
const servers = new Map();
const { listen } = Server.prototype;
Server.prototype.listen = function noted(...rest) {
  this.once('listening', () => {
    const { port } = this.address() ?? {};
    servers.set(port, this);
    this.once('close', () => servers.delete(port));
  });
  return listen.apply(this, rest);
};

const named = (name, code, message) => Object.assign(new Error(message), { name, code });

/** The SDK's request handler: https://github.com/smithy-lang/smithy-typescript, `HttpHandler`. */
class InProcess {
  metadata = { handlerProtocol: 'http/1.1' };

  constructor(options) {
    this.options = options;
  }

  httpHandlerConfigs() {
    return this.options;
  }

  updateHttpClientConfig() {}

  destroy() {}

  handle({ method, path, port, headers, body }, { abortSignal } = {}) {
    return new Promise((resolve, reject) => {
      const server = servers.get(Number(port));
      if (!server) return reject(named('Error', 'ECONNREFUSED', `connect ECONNREFUSED 127.0.0.1:${port}`));
      if (abortSignal?.aborted) return reject(named('AbortError', undefined, 'Request aborted'));
      const limitMs = this.options.requestTimeout;
      const timer = setTimeout(
        () => give(reject, named('TimeoutError', 'ETIMEDOUT', `no answer in ${limitMs} ms`)),
        limitMs,
      );
      const onAbort = () => give(reject, named('AbortError', undefined, 'Request aborted'));
      const give = (outcome, value) => {
        clearTimeout(timer);
        abortSignal?.removeEventListener('abort', onAbort);
        outcome(value);
      };
      abortSignal?.addEventListener('abort', onAbort, { once: true });

      const socket = Object.assign(new EventEmitter(), {
        remoteAddress: '127.0.0.1',
        destroyed: false,
        destroy() {
          socket.destroyed = true;
          give(reject, named('Error', 'ECONNRESET', 'socket hang up'));
        },
      });
      // The first listener is Node's own, which reads the socket.
      for (const listener of server.listeners('connection').slice(1)) listener.call(server, socket);
      if (socket.destroyed) return;
      const request = Object.assign(new Readable({ read() {} }), { method, url: path, headers, socket });
      request.push(body);
      request.push(null);
      const response = {
        writeHead(statusCode, answered) {
          response.statusCode = statusCode;
          response.headers = answered;
          return response;
        },
        end(text = '') {
          const answer = {
            statusCode: response.statusCode,
            headers: lowerCase(response.headers),
            body: Buffer.from(text),
          };
          give(resolve, { response: answer });
        },
      };
      server.emit('request', request, response);
    });
  }
}

const lowerCase = (headers) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));

module.exports = { InProcess };
