import { randomBytes } from 'node:crypto';
import type { Answered, Asked } from './loopback.ts';

export interface BucketService {
  answer(asked: Asked): Answered;
  /** One version of an object. */
  object(bucket: string, key: string, version: string): Buffer | undefined;
}

/** Amazon S3 with path-style addresses: buckets, versioning, put. */
export function createBucketService(): BucketService {
  const buckets = new Map<string, { versioned: boolean; objects: Map<string, Buffer> }>();
  return {
    object: (bucket, key, version) => buckets.get(bucket)?.objects.get(`${key}#${version}`),
    answer({ method, url, headers, body }) {
      const [, name = '', ...rest] = decodeURIComponent(url.pathname).split('/');
      const key = rest.join('/');
      const bucket = buckets.get(name);
      if (method === 'PUT' && key === '' && !url.searchParams.has('versioning')) {
        buckets.set(name, bucket ?? { versioned: false, objects: new Map() });
        return { status: 200 };
      }
      if (!bucket) return refused(404, 'NoSuchBucket', 'The specified bucket does not exist');
      if (method === 'HEAD' && key === '') return { status: 200 };
      if (method === 'GET' && url.searchParams.has('versioning')) {
        const status = bucket.versioned ? '<Status>Enabled</Status>' : '';
        return xml(200, `<VersioningConfiguration>${status}</VersioningConfiguration>`);
      }
      if (method === 'PUT' && url.searchParams.has('versioning')) {
        bucket.versioned = body.includes('<Status>Enabled</Status>');
        return { status: 200 };
      }
      if (method === 'PUT') {
        if (String(headers['content-encoding']).includes('aws-chunked'))
          throw new Error('the stand-in takes no chunks');
        const version = bucket.versioned ? randomBytes(16).toString('hex') : 'null';
        bucket.objects.set(`${key}#${version}`, body);
        return { status: 200, headers: { 'x-amz-version-id': version, etag: '"stand-in"' } };
      }
      return refused(405, 'MethodNotAllowed', 'The stand-in does not know that');
    },
  };
}

const xml = (status: number, body: string): Answered => ({
  status,
  headers: { 'content-type': 'application/xml' },
  body,
});
const refused = (status: number, code: string, message: string): Answered =>
  xml(status, `<Error><Code>${code}</Code><Message>${message}</Message></Error>`);
