import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { NoticeRecord } from '../ports/notice-store.ts';
import type { Sealer } from '../ports/sealer.ts';
import { ALEXA_LINK_MS, isAlexaCause, sealAlexaLink } from './alexa-link.ts';
import { isSessionCause, REAUTH_LINK_MS, sealReauthLink } from './reauth-link.ts';

/** The link of a notice: to the sign-in-again page, or to the page that links Alexa again. */
export interface NoticeOffer {
  readonly url: string;
  readonly expiresAt: Date;
}

export interface OfferPorts {
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly log: Log;
  /** The origin of our pages; without it notices come without a link. */
  readonly publicUrl: string | undefined;
  /** Whether the page that links Alexa again works: it needs the skill's id. */
  readonly hasAlexaPage: boolean;
}

/** The link that belongs into a notice; nothing where its cause has none, or where there is no page. */
export function offerOf(record: NoticeRecord, ports: OfferPorts): NoticeOffer | undefined {
  if (record.state === 'closed') return undefined;
  if (isSessionCause(record.cause)) return reauthOffer(record, ports);
  return isAlexaCause(record.cause) ? alexaOffer({ ...record, cause: record.cause }, ports) : undefined;
}

function reauthOffer(record: NoticeRecord, { sealer, clock, log, publicUrl }: OfferPorts): NoticeOffer | undefined {
  if (publicUrl === undefined) {
    log.warn('reauth-link-missing', { account: record.accountId, reason: 'PUBLIC_URLS is not set' });
    return undefined;
  }
  const expiresAt = new Date(clock.now().getTime() + REAUTH_LINK_MS);
  return { url: pageUrl('/reauth', publicUrl, sealReauthLink(record, expiresAt, sealer)), expiresAt };
}

/** Without the page the text says what to do in the Alexa app. */
function alexaOffer(
  record: Parameters<typeof sealAlexaLink>[0],
  { sealer, clock, publicUrl, hasAlexaPage }: OfferPorts,
): NoticeOffer | undefined {
  if (publicUrl === undefined || !hasAlexaPage) return undefined;
  const expiresAt = new Date(clock.now().getTime() + ALEXA_LINK_MS);
  return { url: pageUrl('/alexa', publicUrl, sealAlexaLink(record, expiresAt, sealer)), expiresAt };
}

function pageUrl(path: string, publicUrl: string, token: string): string {
  const url = new URL(path, publicUrl);
  url.searchParams.set('t', token);
  return url.href;
}
