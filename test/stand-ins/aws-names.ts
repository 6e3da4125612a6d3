import { randomUUID } from 'node:crypto';
import { type Answered, type Asked, json } from './loopback.ts';
import { ACCOUNT } from './stack.ts';

/** AWS Certificate Manager, Route 53, and the DNS of the world. */
export interface NameService {
  /** Answers a request to Certificate Manager. */
  certificates(target: string, body: string, awsRegion: string): Answered;
  /** Answers a request to Route 53. */
  zones(asked: Asked): Answered;
  /** Has Route 53 hold a zone. */
  addZone(name: string): void;
  /** What is in the DNS, by name: set in Route 53, or by a person elsewhere. */
  readonly dns: Map<string, string>;
  /** The certificates that were requested, by domain. */
  readonly requested: readonly string[];
}

export function createNameService(): NameService {
  const certificates = new Map<string, { domain: string; region: string }>();
  const zoneIds = new Map<string, string>();
  const dns = new Map<string, string>();
  const requested: string[] = [];
  const proofOf = (domain: string) => ({ Name: `_a1.${domain}.`, Type: 'CNAME', Value: '_b2.acm-validations.aws.' });
  const statusOf = (domain: string) =>
    dns.get(proofOf(domain).Name) === proofOf(domain).Value ? 'ISSUED' : 'PENDING_VALIDATION';

  return {
    dns,
    requested,
    addZone: (name) => zoneIds.set(name, `Z${zoneIds.size + 1}STANDIN`),
    certificates(target, body, awsRegion) {
      const asked = JSON.parse(body) as {
        DomainName?: string;
        CertificateArn?: string;
        CertificateStatuses?: readonly string[];
      };
      switch (target.split('.').at(-1)) {
        case 'ListCertificates': {
          const found = [...certificates].filter(
            ([, { domain, region }]) => region === awsRegion && asked.CertificateStatuses?.includes(statusOf(domain)),
          );
          return json(200, {
            CertificateSummaryList: found.map(([CertificateArn, { domain }]) => ({
              CertificateArn,
              DomainName: domain,
            })),
          });
        }
        case 'RequestCertificate': {
          const arn = `arn:aws:acm:${awsRegion}:${ACCOUNT}:certificate/${randomUUID()}`;
          certificates.set(arn, { domain: asked.DomainName ?? '', region: awsRegion });
          requested.push(asked.DomainName ?? '');
          return json(200, { CertificateArn: arn });
        }
        case 'DescribeCertificate': {
          const { domain = '' } = certificates.get(asked.CertificateArn ?? '') ?? {};
          const options = [{ DomainName: domain, ResourceRecord: proofOf(domain) }];
          return json(200, { Certificate: { Status: statusOf(domain), DomainValidationOptions: options } });
        }
        default:
          return json(400, { __type: 'InvalidAction', message: `the stand-in does not know ${target}` });
      }
    },
    zones({ method, url, body }) {
      if (method === 'GET') {
        const zones = [...zoneIds].map(
          ([name, id]) =>
            `<HostedZone><Id>/hostedzone/${id}</Id><Name>${name}.</Name><Config><PrivateZone>false</PrivateZone></Config></HostedZone>`,
        );
        return xml(`<ListHostedZonesResponse><HostedZones>${zones.join('')}</HostedZones></ListHostedZonesResponse>`);
      }
      const zone = /hostedzone\/(\w+)\/rrset$/.exec(url.pathname)?.[1];
      const [, name = ''] = /<Name>([^<]+)<\/Name>/.exec(body.toString()) ?? [];
      const [, value = ''] = /<(?:Value|DNSName)>([^<]+)</.exec(body.toString()) ?? [];
      const holds = [...zoneIds].some(([of, id]) => id === zone && name.replace(/\.$/, '').endsWith(of));
      if (!holds)
        return { status: 400, body: '<ErrorResponse><Error><Code>NoSuchHostedZone</Code></Error></ErrorResponse>' };
      dns.set(name, value);
      return xml('<ChangeResourceRecordSetsResponse/>');
    },
  };
}

const xml = (body: string): Answered => ({ status: 200, headers: { 'content-type': 'text/xml' }, body });
