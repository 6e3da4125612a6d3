import { certificateAt, type Served, type ServedCertificate } from '../../lambda/adapters/own-address/certificate.ts';

const WAIT_MS = 10_000;

/**
 * The certificate that a server shows.
 * @param ca whom to trust beside the known authorities
 * @throws an Error with one sentence when there is none that is trusted
 */
export async function certificateOf(origin: string, ca?: string): Promise<ServedCertificate> {
  const served = await certificateAt(origin, AbortSignal.timeout(WAIT_MS), ca === undefined ? {} : { ca });
  if (served.state === 'trusted') return served.certificate;
  throw new Error(`no trusted certificate at ${origin}: ${reasonOf(served)}`);
}

function reasonOf(served: Exclude<Served, { state: 'trusted' }>): string {
  if (served.state === 'ended') return `it ended on ${served.certificate.validTo.toISOString().slice(0, 10)}`;
  return served.reason === 'CERT_HAS_EXPIRED' ? 'one of an authority above it has ended' : served.reason;
}
