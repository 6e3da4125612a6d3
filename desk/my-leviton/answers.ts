import { STATUS_CODES } from 'node:http';

/** What goes back over HTTP. `body` is what `text` says, for whoever watches. */
export interface Answer {
  readonly status: number;
  readonly type?: string;
  readonly text: string;
  /** Header `content-encoding`, whatever the body is. */
  readonly encoding?: string;
  readonly body?: unknown;
}

export const json = (status: number, body: unknown): Answer => ({
  status,
  type: 'application/json; charset=utf-8',
  text: JSON.stringify(body),
  body,
});

export const plain = (text: string): Answer => ({ status: 200, type: 'text/plain; charset=utf-8', text, body: text });

export const empty = (status: number): Answer => ({ status, text: '' });

/** LoopBack 3's error envelope (strong-error-handler). `code` is sometimes absent. */
export const failure = (status: number, message: string, code?: string, name = 'Error'): Answer =>
  json(status, { error: { statusCode: status, name, message, ...(code && { code }) } });

/** A token that the cloud does not know, or somebody else's record. */
export const authorizationRequired = (): Answer => failure(401, 'Authorization Required', 'AUTHORIZATION_REQUIRED');

/** A token that is still in the table and past its ttl (LoopBack's AccessToken.resolve). */
export const invalidToken = (): Answer => failure(401, 'Invalid Access Token', 'INVALID_TOKEN');

export const unknownId = (model: string, id: string): Answer =>
  failure(404, `Unknown "${model}" id "${id}".`, 'MODEL_NOT_FOUND');

/** The page of the gateway in front of the cloud: HTML, whatever the client accepts. */
export function gatewayPage(status: number): Answer {
  const title = status === 200 ? 'Welcome to nginx!' : `${status} ${STATUS_CODES[status] ?? ''}`.trim();
  const text =
    `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n` +
    '<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n';
  return { status, type: 'text/html', text, body: text };
}
