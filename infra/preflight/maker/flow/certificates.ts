import { asError } from '../../../../lambda/basics/as-error.ts';
import { CERTIFICATE_DAYS } from '../../../../lambda/domain/diagnosis/hints.ts';
import { certificateOf } from '../../certificate.ts';
import { DAY, dayOf, HOUR } from '../limits.ts';
import type { Observation } from '../observation.ts';
import type { MakerServer } from '../server.ts';
import type { FlowPorts } from './client.ts';

/** Who renews by itself does so earlier: three weeks before the end, or a sixth of a short life. */
const LEAST_LEFT_MS = CERTIFICATE_DAYS * DAY * 1000;
const LEAST_PART = 6;

/** When the certificates of the two addresses end, and who issued them. */
export async function observeCertificates(
  server: MakerServer,
  ports: Pick<FlowPorts, 'clock' | 'ca'>,
): Promise<readonly Observation[]> {
  const origins = new Set([server.authorizationUrl, server.tokenUrl].map((url) => new URL(url).origin));
  return await Promise.all([...origins].map((origin) => observeOne(origin, ports)));
}

async function observeOne(origin: string, { clock, ca }: Pick<FlowPorts, 'clock' | 'ca'>): Promise<Observation> {
  const base = {
    question: 'certificate',
    what: `certificate of ${origin}`,
    wanted: 'at least three weeks left',
  } as const;
  if (!origin.startsWith('https://')) return unsecured(origin, base);
  try {
    const { validFrom, validTo, issuer, issuerValidTo } = await certificateOf(origin, ca);
    const leftMs = validTo.getTime() - clock.now().getTime();
    const least = Math.min(LEAST_LEFT_MS, (validTo.getTime() - validFrom.getTime()) / LEAST_PART);
    const above = issuerValidTo ? `, whose own certificate ends on ${dayOf(issuerValidTo)}` : '';
    const seen = `ends on ${dayOf(validTo)}, issued by ${issuer}${above}`;
    if (leftMs >= least) return { ...base, outcome: 'good', seen };
    const days = Math.max(0, Math.floor(leftMs / (24 * HOUR * 1000)));
    const why = `the certificate of ${origin} ends in ${days} days, and after that no link can be made or refreshed`;
    return { ...base, outcome: 'bad', seen, why, remedy: { text: `Renew it now, at ${issuer}.` } };
  } catch (error) {
    const why = asError(error).message;
    const remedy = { text: 'Serve a certificate of an authority that Amazon knows, with the certificates between.' };
    return { ...base, outcome: 'bad', seen: 'none that is trusted', why, remedy };
  }
}

function unsecured(origin: string, base: Pick<Observation, 'question' | 'what' | 'wanted'>): Observation {
  const isHere = /^http:\/\/(?:127\.0\.0\.1|localhost|\[::1\])(?::|$)/.test(origin);
  if (isHere) return { ...base, outcome: 'good', seen: 'none needed on this machine' };
  const remedy = { text: 'Amazon takes only HTTPS addresses on port 443.' };
  return { ...base, outcome: 'bad', seen: 'none', why: `${origin} is not an HTTPS address`, remedy };
}
