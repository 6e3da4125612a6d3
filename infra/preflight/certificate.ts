import { connect } from 'node:tls';

export interface Certificate {
  readonly validFrom: Date;
  readonly validTo: Date;
  /** The organization that issued it. */
  readonly issuer: string;
  /** When the certificate of the issuer ends, where the server sent it. */
  readonly issuerValidTo?: Date;
}

/**
 * The certificate that a server shows.
 * @param ca whom to trust beside the known authorities
 * @throws an Error with one sentence when there is none that is trusted
 */
export function certificateOf(origin: string, ca?: string): Promise<Certificate> {
  const { hostname, port } = new URL(origin);
  // A server name is a name; an address has none (RFC 6066 section 3).
  const servername = /^[\d.]+$|:/.test(hostname) ? {} : { servername: hostname };
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port || 443), ...servername, ...(ca && { ca }) }, () => {
      const { valid_from: from, valid_to: to, issuer, issuerCertificate: above } = socket.getPeerCertificate(true);
      socket.end();
      resolve({
        validFrom: new Date(from),
        validTo: new Date(to),
        issuer: String(issuer.O ?? issuer.CN),
        // A root is its own issuer.
        ...(above && above.valid_to !== to && { issuerValidTo: new Date(above.valid_to) }),
      });
    });
    socket.setTimeout(10_000, () => socket.destroy(new Error('no answer')));
    socket.once('error', (error) => reject(new Error(`no trusted certificate at ${origin}: ${error.message}`)));
  });
}
