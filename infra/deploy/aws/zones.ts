import type { SignedCall } from './signed-call.ts';
import { type Element, first, readXml, textAt } from './xml.ts';

/** A record in the DNS. */
export interface DnsRecord {
  readonly name: string;
  readonly type: string;
  readonly value: string;
}

export interface Zones {
  /** The id of the public zone that holds a domain, the innermost one; nothing where Route 53 has none. */
  zone(domain: string): Promise<string | undefined>;
  /** Sets a CNAME record, whatever was there. */
  setRecord(zone: string, record: DnsRecord): Promise<void>;
  /** Points a domain at a domain name of API Gateway. An alias also works for a zone's own name, where DNS allows no CNAME. */
  setAlias(zone: string, domain: string, target: string, targetZone: string): Promise<void>;
}

/** Zones and records of Route 53. */
export function createZones(send: SignedCall): Zones {
  async function change(zone: string, record: string): Promise<void> {
    const body = `<?xml version="1.0" encoding="UTF-8"?><ChangeResourceRecordSetsRequest xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><ChangeBatch><Changes><Change><Action>UPSERT</Action><ResourceRecordSet>${record}</ResourceRecordSet></Change></Changes></ChangeBatch></ChangeResourceRecordSetsRequest>`;
    const path = `/2013-04-01/hostedzone/${zone}/rrset`;
    await send('route53', 'us-east-1', { method: 'POST', path, type: 'application/xml', body });
  }

  async function zone(domain: string): Promise<string | undefined> {
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
  }

  return {
    zone,
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

const zonesIn = (answer: Element): readonly Element[] => {
  const zones = first(answer, 'ListHostedZonesResponse', 'HostedZones');
  return typeof zones === 'object' ? (zones.HostedZone ?? []) : [];
};
