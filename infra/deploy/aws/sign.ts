import { createHash, createHmac } from 'node:crypto';

export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface Scope {
  readonly service: string;
  readonly region: string;
  readonly at: Date;
}

/**
 * The headers of a signed request. The Query protocol of AWS takes a POST to `/` and nothing else; REST has methods and paths, here of
 * characters that need no encoding, and at most one encoded query parameter.
 * @param more further headers that AWS wants signed, in lower case
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function signedHeaders(
  host: string,
  type: string,
  body: string,
  keys: Keys,
  scope: Scope,
  [method, place]: readonly [method: string, place: string] = ['POST', '/'],
  more: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const [path = '', query = ''] = place.split('?');
  const time = scope.at.toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const day = time.slice(0, 8);
  const headers: Record<string, string> = {
    'content-type': type,
    host,
    'x-amz-date': time,
    ...more,
    ...(keys.sessionToken && { 'x-amz-security-token': keys.sessionToken }),
  };
  const names = Object.keys(headers).sort();
  const canonical = [
    method,
    path,
    query,
    ...names.map((name) => `${name}:${headers[name]}`),
    '',
    names.join(';'),
    hash(body),
  ];
  const scopeText = `${day}/${scope.region}/${scope.service}/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', time, scopeText, hash(canonical.join('\n'))].join('\n');
  const key = [day, scope.region, scope.service, 'aws4_request'].reduce<Buffer | string>(
    (secret, part) => mac(secret, part),
    `AWS4${keys.secretAccessKey}`,
  );
  const signature = mac(key, toSign).toString('hex');
  const { host: _, ...sent } = headers; // fetch sends it by itself
  const authorization = `AWS4-HMAC-SHA256 Credential=${keys.accessKeyId}/${scopeText}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
  return { ...sent, authorization };
}

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
const mac = (key: Buffer | string, text: string): Buffer => createHmac('sha256', key).update(text).digest();
