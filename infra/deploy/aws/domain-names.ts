import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { parseJson } from '../../../lambda/basics/json.ts';
import { toFailure } from '../failures.ts';
import { AwsRefusal } from './query.ts';
import { type Keys, signedHeaders } from './sign.ts';
import { type Element, first, readXml, textAt } from './xml.ts';

// Certificates of AWS Certificate Manager, and records of Route 53.

/** A record in the DNS. */
export interface DnsRecord {
  readonly name: string;
  readonly type: string;
  readonly value: string;
}

export interface Certificate {
  readonly arn: string;
  /** AWS's own word: ISSUED, PENDING_VALIDATION, FAILED, ... */
  readonly status: string;
  /** What must be in the DNS before it is issued, and as long as it should renew itself; absent in its first seconds. */
  readonly proof?: DnsRecord;
}

export interface DomainNames {
  /** The certificate of a domain in a region: one that is there, else a new one. */
  certificate(domain: string, awsRegion: string): Promise<Certificate>;
  /** The id of the public zone that holds a domain, the innermost one; nothing where Route 53 has none. */
  zone(domain: string): Promise<string | undefined>;
  /** Sets a CNAME record, whatever was there. */
  setRecord(zone: string, record: DnsRecord): Promise<void>;
  /** Points a domain at a domain name of API Gateway. An alias also works for a zone's own name, where DNS allows no CNAME. */
  setAlias(zone: string, domain: string, target: string, targetZone: string): Promise<void>;
}

const TIMEOUT_MS = 30_000;

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

/** For the few calls here, client libraries are not worth it. */
export function createDomainNames(
  keys: () => Promise<Keys>,
  environment: NodeJS.ProcessEnv = process.env,
): DomainNames {
  async function send(service: 'acm' | 'route53', region: string, sent: Sent): Promise<string> {
    const base = endpointOf(service, region, environment);
    const url = new URL(sent.path, base);
    const scope = { service, region, at: new Date() };
    const headers = signedHeaders(
      url.host,
      sent.type,
      sent.body ?? '',
      await keys(),
      scope,
      [sent.method, sent.path],
      sent.headers,
    );
    const answer = await fetch(url, {
      method: sent.method,
      headers,
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(sent.body !== undefined && { body: sent.body }),
    }).catch((error: Error) => {
      throw toFailure(`${error.message} ${(error.cause as Error | undefined)?.message ?? ''}`, `Calling ${service}`);
    });
    const text = await answer.text();
    if (answer.ok) return text;
    throw refusalOf(text);
  }

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

  async function change(zone: string, record: string): Promise<void> {
    const body = `<?xml version="1.0" encoding="UTF-8"?><ChangeResourceRecordSetsRequest xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><ChangeBatch><Changes><Change><Action>UPSERT</Action><ResourceRecordSet>${record}</ResourceRecordSet></Change></Changes></ChangeBatch></ChangeResourceRecordSetsRequest>`;
    const path = `/2013-04-01/hostedzone/${zone}/rrset`;
    await send('route53', 'us-east-1', { method: 'POST', path, type: 'application/xml', body });
  }

  return {
    async certificate(domain, awsRegion) {
      // The same token makes the same certificate when an answer was lost.
      const IdempotencyToken = createHash('sha256').update(domain).digest('hex').slice(0, 32);
      const request = { DomainName: domain, ValidationMethod: 'DNS', IdempotencyToken };
      const arn =
        (await existing(domain, awsRegion)) ??
        (await acm(awsRegion, 'RequestCertificate', request, Requested)).CertificateArn;
      const { Certificate: described } = await acm(
        awsRegion,
        'DescribeCertificate',
        { CertificateArn: arn },
        Described,
      );
      const proof = described.DomainValidationOptions[0]?.ResourceRecord;
      return {
        arn,
        status: described.Status,
        ...(proof && { proof: { name: proof.Name, type: proof.Type, value: proof.Value } }),
      };
    },
    async zone(domain) {
      const found: { id: string; name: string }[] = [];
      let marker: string | undefined;
      do {
        const path = `/2013-04-01/hostedzone${marker ? `?marker=${encodeURIComponent(marker)}` : ''}`;
        const answer = readXml(await send('route53', 'us-east-1', { method: 'GET', path, type: 'application/xml' }));
        for (const zone of zonesIn(answer)) {
          if (textAt(zone, 'Config', 'PrivateZone') === 'true') continue;
          const name = (textAt(zone, 'Name') ?? '').replace(/\.$/, '');
          if (domain === name || domain.endsWith(`.${name}`))
            found.push({ name, id: (textAt(zone, 'Id') ?? '').split('/').at(-1) ?? '' });
        }
        marker = textAt(answer, 'ListHostedZonesResponse', 'NextMarker') || undefined;
      } while (marker);
      return found.sort((one, other) => other.name.length - one.name.length)[0]?.id;
    },
    setRecord: (zone, { name, type, value }) =>
      change(
        zone,
        `<Name>${name}</Name><Type>${type}</Type><TTL>300</TTL><ResourceRecords><ResourceRecord><Value>${value}</Value></ResourceRecord></ResourceRecords>`,
      ),
    setAlias: (zone, domain, target, targetZone) =>
      change(
        zone,
        `<Name>${domain}</Name><Type>A</Type><AliasTarget><HostedZoneId>${targetZone}</HostedZoneId><DNSName>${target}</DNSName><EvaluateTargetHealth>false</EvaluateTargetHealth></AliasTarget>`,
      ),
  };
}

interface Sent {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly type: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const zonesIn = (answer: Element): readonly Element[] => {
  const zones = first(answer, 'ListHostedZonesResponse', 'HostedZones');
  return typeof zones === 'object' ? (zones.HostedZone ?? []) : [];
};

/** ACM refuses in JSON, Route 53 in XML. */
function refusalOf(text: string): AwsRefusal {
  const json = v.safeParse(
    v.looseObject({ __type: v.string(), message: v.optional(v.string()), Message: v.optional(v.string()) }),
    parseJson(text),
  );
  if (json.success) {
    const code = json.output.__type.split('#').at(-1) ?? 'Unknown';
    return new AwsRefusal(code, json.output.message ?? json.output.Message ?? code);
  }
  const xml = readXml(text);
  const code = textAt(xml, 'ErrorResponse', 'Error', 'Code') ?? 'Unknown';
  return new AwsRefusal(code, textAt(xml, 'ErrorResponse', 'Error', 'Message') ?? code);
}

const endpointOf = (service: 'acm' | 'route53', region: string, environment: NodeJS.ProcessEnv): string => {
  const own = service === 'acm' ? environment.AWS_ENDPOINT_URL_ACM : environment.AWS_ENDPOINT_URL_ROUTE_53;
  const atAmazon = service === 'acm' ? `https://acm.${region}.amazonaws.com` : 'https://route53.amazonaws.com';
  return own || environment.AWS_ENDPOINT_URL || atAmazon;
};
