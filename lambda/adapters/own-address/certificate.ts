import { connect, type PeerCertificate } from 'node:tls';
import type { AddressState } from '../../ports/own-address.ts';

/** Whom to trust beside the known authorities, as PEM. */
export interface CertificateOptions {
  readonly ca?: string;
}

/**
 * The certificate that an address serves. No request is sent; the certificate is read even if it has ended or nobody trusts it.
 * @param origin `https://link.example.org`
 * @throws nothing
 */
export function readCertificate(
  origin: string,
  signal: AbortSignal,
  { ca }: CertificateOptions = {},
): Promise<AddressState> {
  const { hostname, port } = new URL(origin);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  // A server name is a name; an address has none (RFC 6066 section 3).
  const servername = /^[\d.]+$|:/.test(host) ? {} : { servername: host };
  return new Promise((resolve) => {
    const options = { host, port: Number(port || 443), ...servername, rejectUnauthorized: false, ...(ca && { ca }) };
    const socket = connect(options, () => {
      resolve(stateOf(socket.authorized, socket.authorizationError, socket.getPeerCertificate()));
      socket.end();
    });
    const giveUp = () => socket.destroy(new Error('no answer'));
    signal.addEventListener('abort', giveUp, { once: true });
    if (signal.aborted) giveUp();
    socket.once('close', () => {
      signal.removeEventListener('abort', giveUp);
      resolve({ state: 'no-answer' });
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      const unknown = error.code === 'ENOTFOUND' || error.code === 'EAI_NONAME';
      resolve({ state: unknown ? 'name-unknown' : 'no-answer' });
    });
  });
}

function stateOf(authorized: boolean, error: Error | string | undefined, certificate: PeerCertificate): AddressState {
  const endsAt = new Date(certificate.valid_to ?? '');
  const ends = Number.isNaN(endsAt.getTime()) ? {} : { certificateEndsAt: endsAt.toISOString() };
  if (authorized) return { state: 'ok', ...ends, issuer: issuerOf(certificate) };
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  return { state: code.includes('CERT_HAS_EXPIRED') ? 'certificate-ended' : 'certificate-refused', ...ends };
}

const issuerOf = ({ issuer }: PeerCertificate): string => String(issuer?.O ?? issuer?.CN ?? 'an unknown authority');
