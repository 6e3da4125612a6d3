import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { parseJson } from '../../../lambda/basics/json.ts';
import type { SignedCall } from './signed-call.ts';
import type { DnsRecord } from './zones.ts';

export interface Certificate {
  readonly arn: string;
  /** AWS's own word: ISSUED, PENDING_VALIDATION, FAILED, ... */
  readonly status: string;
  /** What must be in the DNS before it is issued, and as long as it should renew itself; absent in its first seconds. */
  readonly proof?: DnsRecord;
}

export interface Certificates {
  /** The certificate of a domain in a region: one that is there, else a new one. */
  certificate(domain: string, awsRegion: string): Promise<Certificate>;
}

const Listed = v.object({
  CertificateSummaryList: v.optional(
    v.array(v.looseObject({ CertificateArn: v.string(), DomainName: v.string() })),
    [],
  ),
  NextToken: v.optional(v.string()),
});
const Requested = v.object({ CertificateArn: v.string() });
const RecordWire = v.object({ Name: v.string(), Type: v.string(), Value: v.string() });
const Described = v.object({
  Certificate: v.looseObject({
    Status: v.string(),
    DomainValidationOptions: v.optional(v.array(v.looseObject({ ResourceRecord: v.optional(RecordWire) })), []),
  }),
});

/** Certificates of AWS Certificate Manager. */
export function createCertificates(send: SignedCall): Certificates {
  async function acm<T extends v.GenericSchema>(awsRegion: string, action: string, content: object, schema: T) {
    const headers = { 'x-amz-target': `CertificateManager.${action}` };
    const body = JSON.stringify(content);
    const type = 'application/x-amz-json-1.1';
    const answer = await send('acm', awsRegion, { method: 'POST', path: '/', type, body, headers });
    return v.parse(schema, parseJson(answer));
  }

  async function existing(domain: string, awsRegion: string): Promise<string | undefined> {
    for (const status of ['ISSUED', 'PENDING_VALIDATION']) {
      let NextToken: string | undefined;
      do {
        const page = { CertificateStatuses: [status], ...(NextToken && { NextToken }) };
        const listed = await acm(awsRegion, 'ListCertificates', page, Listed);
        const found = listed.CertificateSummaryList.find(({ DomainName }) => DomainName === domain);
        if (found) return found.CertificateArn;
        NextToken = listed.NextToken || undefined;
      } while (NextToken);
    }
    return undefined;
  }

  async function certificate(domain: string, awsRegion: string): Promise<Certificate> {
    // The same token makes the same certificate when an answer was lost.
    const IdempotencyToken = createHash('sha256').update(domain).digest('hex').slice(0, 32);
    const request = { DomainName: domain, ValidationMethod: 'DNS', IdempotencyToken };
    const arn =
      (await existing(domain, awsRegion)) ??
      (await acm(awsRegion, 'RequestCertificate', request, Requested)).CertificateArn;
    const { Certificate: described } = await acm(awsRegion, 'DescribeCertificate', { CertificateArn: arn }, Described);
    const proof = described.DomainValidationOptions[0]?.ResourceRecord;
    return {
      arn,
      status: described.Status,
      ...(proof && { proof: { name: proof.Name, type: proof.Type, value: proof.Value } }),
    };
  }

  return { certificate };
}
