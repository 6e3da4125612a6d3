import { OAuthError } from './errors.ts';

/** Default limit of a body. */
const BODY_LIMIT_BYTES = 16 * 1024;

/** Parameters of a query or form. One without a value counts as absent (RFC 6749 section 3.1). */
export interface Parameters {
  get(name: string): string | undefined;
  /** The bytes of the value, for a value that must be returned unchanged. */
  bytes(name: string): Buffer | undefined;
  /** Names that were sent more than once, which OAuth forbids. */
  readonly repeated: ReadonlySet<string>;
}

/** The sealed content `t` of a link in a message of ours. One that was sent twice counts as none. */
export const sealedLink = ({ get, repeated }: Parameters): string | undefined =>
  repeated.has('t') ? undefined : get('t');

/** Reads `application/x-www-form-urlencoded` text. A broken percent-encoding is kept as it is. */
export function parseParameters(encoded: string): Parameters {
  const values = new Map<string, Buffer>();
  const repeated = new Set<string>();
  for (const pair of encoded.split('&')) {
    if (pair === '') continue;
    const at = pair.indexOf('=');
    const name = decode(at < 0 ? pair : pair.slice(0, at)).toString('utf8');
    if (values.has(name)) repeated.add(name);
    else values.set(name, decode(at < 0 ? '' : pair.slice(at + 1)));
  }
  const bytes = (name: string) => {
    const value = values.get(name);
    return value && value.length > 0 ? value : undefined;
  };
  return { bytes, get: (name) => bytes(name)?.toString('utf8'), repeated };
}

function decode(encoded: string): Buffer {
  const parts = encoded.replaceAll('+', ' ').split(/%([0-9A-Fa-f]{2})/);
  return Buffer.concat(parts.map((part, index) => Buffer.from(part, index % 2 === 0 ? 'utf8' : 'hex')));
}

/** Percent-encodes all but RFC 3986's unreserved characters: the counterpart of `bytes`. */
export const encodeBytes = (bytes: Buffer): string =>
  [...bytes]
    .map((byte) => String.fromCharCode(byte))
    .map((char) =>
      /[A-Za-z0-9._~-]/.test(char) ? char : `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
    )
    .join('');

/**
 * Reads a posted form.
 * @throws OAuthError `invalid_request` (413 if it is too long)
 */
export async function readForm(request: Request, limitBytes = BODY_LIMIT_BYTES): Promise<Parameters> {
  const [type = ''] = (request.headers.get('content-type') ?? '').split(';');
  if (type.trim().toLowerCase() !== 'application/x-www-form-urlencoded') {
    throw new OAuthError('invalid_request', 'the body must be a form');
  }
  const form = parseParameters(await readBody(request, limitBytes));
  if (form.repeated.size > 0) throw new OAuthError('invalid_request', 'a parameter was sent twice');
  return form;
}

async function readBody(request: Request, limitBytes: number): Promise<string> {
  const tooLong = new OAuthError('invalid_request', 'the body is too long', 413);
  if (Number(request.headers.get('content-length') ?? 0) > limitBytes) throw tooLong;
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request.body ?? []) {
    length += chunk.length;
    if (length > limitBytes) throw tooLong;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
