import { type ClientRequest, type IncomingMessage, request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import axios, {
  AxiosError,
  type AxiosResponse,
  CanceledError,
  type InternalAxiosRequestConfig,
  type RawAxiosResponseHeaders,
} from 'axios';

/** What no header may hold (RFC 9110 section 5.5, and Latin-1 beyond it). Node would refuse the whole request for it. */
const NOT_IN_HEADERS = /[^\t\x20-\x7e\x80-\xff]+/g;

/**
 * Sends a request for axios with Node's own client, in place of axios's Node adapter. Two thirds of that are for what no call here uses
 * (redirects, proxies, streams, forms, decompression, HTTP/2), and it takes a tenth of a start and of a directive.
 * @param config its `url` (absolute), `method`, `headers`, `data` (text), `signal`, agents and `maxContentLength` count, and nothing else
 * @returns the whole answer, whatever its status: the body as it came, and of the headers Content-Encoding and Retry-After
 * @throws AxiosError with Node's code, or ERR_BAD_RESPONSE where the answer was cut off or is too long; CanceledError after the signal
 */
export const nodeAdapter = (config: InternalAxiosRequestConfig): Promise<AxiosResponse<Buffer>> =>
  new Promise((resolve, reject) => {
    const request = open(config);
    const fail = (error: AxiosError) => {
      config.signal?.removeEventListener?.('abort', cancel);
      reject(error);
      request.destroy();
    };
    const cancel = () => fail(new CanceledError(undefined, config, request));
    const badAnswer = (what: string) => fail(new AxiosError(what, AxiosError.ERR_BAD_RESPONSE, config, request));
    request.on('error', (error) => fail(AxiosError.from(error, undefined, config, request)));
    request.on('response', (answer) =>
      collect(answer, config.maxContentLength, badAnswer, (data) => {
        config.signal?.removeEventListener?.('abort', cancel);
        const { statusCode: status = 0, statusMessage: statusText = '' } = answer;
        resolve({ status, statusText, headers: headersIn(answer), data, config, request });
      }),
    );
    config.signal?.addEventListener?.('abort', cancel);
    if (config.signal?.aborted) cancel();
    else request.end(bodyOf(config));
  });

/** A request that is not sent yet. @throws TypeError for an address that is none */
function open(config: InternalAxiosRequestConfig): ClientRequest {
  const { protocol, hostname, port, pathname, search } = new URL(config.url ?? '');
  const [send, agent] = protocol === 'https:' ? [secureRequest, config.httpsAgent] : [plainRequest, config.httpAgent];
  return send({
    protocol,
    hostname: hostname.replace(/^\[|\]$/g, ''), // of an IPv6 address
    port,
    path: pathname + search,
    method: config.method?.toUpperCase(),
    headers: headersOf(config),
    agent,
  });
}

function headersOf(config: InternalAxiosRequestConfig): Record<string, string> {
  const { headers } = config;
  headers.set('User-Agent', `axios/${axios.VERSION}`, false);
  const body = bodyOf(config);
  if (body !== undefined) headers.setContentLength(Buffer.byteLength(body));
  return Object.fromEntries(
    Object.entries(headers.toJSON()).map(([name, value]) => [name, String(value).replace(NOT_IN_HEADERS, '')]),
  );
}

/** Those that `client.ts` reads: axios takes each header apart. */
function headersIn({ headers }: IncomingMessage): RawAxiosResponseHeaders {
  const { 'content-encoding': encoding, 'retry-after': retryAfter } = headers;
  return { ...(encoding && { 'content-encoding': encoding }), ...(retryAfter && { 'retry-after': retryAfter }) };
}

const bodyOf = ({ data }: InternalAxiosRequestConfig): string | undefined =>
  typeof data === 'string' ? data : undefined;

/**
 * Reads an answer to its end.
 * @param longest in bytes; -1 is no limit, as in axios
 * @param onBad is called for an answer that is longer, or breaks off
 */
function collect(
  answer: IncomingMessage,
  longest = -1,
  onBad: (what: string) => void,
  onWhole: (body: Buffer) => void,
): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  answer.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    bytes += chunk.length;
    if (longest >= 0 && bytes > longest) onBad(`the answer has more than ${longest} bytes`);
  });
  answer.on('end', () => onWhole(Buffer.concat(chunks)));
  answer.on('error', () => onBad('the answer was cut off'));
}
