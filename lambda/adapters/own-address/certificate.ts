import { connect, type DetailedPeerCertificate, type TLSSocket } from 'node:tls';
import type { AddressState } from '../../ports/own-address.ts';

/** Whom to trust beside the known authorities, as PEM. */
export interface CertificateOptions {
  readonly ca?: string;
}

export interface ServedCertificate {
  readonly validFrom: Date;
  readonly validTo: Date;
  /** The organization that issued it. */
  readonly issuer: string;
  /** When the certificate of the issuer ends, where the server sent it. */
  readonly issuerValidTo?: Date;
}

/** What an address serves. `reason`: as OpenSSL or the system calls it, such as `DEPTH_ZERO_SELF_SIGNED_CERT`. */
export type Served =
  | { readonly state: 'trusted'; readonly certificate: ServedCertificate }
  | { readonly state: 'ended' | 'refused'; readonly certificate: ServedCertificate; readonly reason: string }
  | { readonly state: 'name-unknown' | 'no-answer'; readonly reason: string };

/**
 * The certificate that an address serves. No request is sent; the certificate is read even if it has ended or nobody trusts it.
 * @param origin `https://link.example.org`
 * @throws nothing
 */
export function certificateAt(origin: string, signal: AbortSignal, { ca }: CertificateOptions = {}): Promise<Served> {
  const { hostname, port } = new URL(origin);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  // A server name is a name; an address has none (RFC 6066 section 3).
  const servername = /^[\d.]+$|:/.test(host) ? {} : { servername: host };
  return new Promise((resolve) => {
    const options = { host, port: Number(port || 443), ...servername, rejectUnauthorized: false, ...(ca && { ca }) };
    const socket = connect(options, () => {
      resolve(servedBy(socket));
      socket.end();
    });
    const giveUp = () => socket.destroy(new Error('no answer in time'));
    signal.addEventListener('abort', giveUp, { once: true });
    if (signal.aborted) giveUp();
    socket.once('close', () => {
      signal.removeEventListener('abort', giveUp);
      resolve({ state: 'no-answer', reason: 'the connection was closed' });
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      const unknown = error.code === 'ENOTFOUND' || error.code === 'EAI_NONAME';
      resolve({ state: unknown ? 'name-unknown' : 'no-answer', reason: error.message });
    });
  });
}

function servedBy(socket: TLSSocket): Served {
  const certificate = toCertificate(socket.getPeerCertificate(true));
  if (socket.authorized) return { state: 'trusted', certificate };
  const error: Error | string | undefined = socket.authorizationError;
  const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  // An authority above it may be what has ended. OpenSSL compares with the clock of this machine.
  const hasEnded = reason.includes('CERT_HAS_EXPIRED') && certificate.validTo.getTime() < Date.now();
  return { state: hasEnded ? 'ended' : 'refused', certificate, reason };
}

/** A server that shows none leaves every field out. */
function toCertificate(shown: Partial<DetailedPeerCertificate>): ServedCertificate {
  const { valid_from: from = '', valid_to: to = '', issuer, issuerCertificate: above } = shown;
  return {
    validFrom: new Date(from),
    validTo: new Date(to),
    issuer: String(issuer?.O ?? issuer?.CN ?? 'an unknown authority'),
    // A root is its own issuer.
    ...(above && above.valid_to !== to && { issuerValidTo: new Date(above.valid_to) }),
  };
}

/** The same, as evidence of our own address. @throws nothing */
export async function readCertificate(
  origin: string,
  signal: AbortSignal,
  options?: CertificateOptions,
): Promise<AddressState> {
  const served = await certificateAt(origin, signal, options);
  if (!('certificate' in served)) return { state: served.state };
  const { validTo, issuer } = served.certificate;
  const ends = Number.isNaN(validTo.getTime()) ? {} : { certificateEndsAt: validTo.toISOString() };
  if (served.state === 'trusted') return { state: 'ok', ...ends, issuer };
  return { state: served.state === 'ended' ? 'certificate-ended' : 'certificate-refused', ...ends };
}
