import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { NoticeRecord } from '../ports/notice-store.ts';
import type { Sealer } from '../ports/sealer.ts';
import { ALEXA_LINK_MS, isAlexaCause, sealAlexaLink } from './alexa-link.ts';
import { LAMPS_LINK_MS, sealLampsLink } from './lamps-link.ts';
import { isForAccountAlone } from './notice-audience.ts';
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
  if (isSessionCause(record.cause)) return reauthOffer({ ...record, cause: record.cause }, ports);
  return isAlexaCause(record.cause) ? alexaOffer({ ...record, cause: record.cause }, ports) : undefined;
}

function reauthOffer(
  record: Parameters<typeof sealReauthLink>[0],
  { sealer, clock, log, publicUrl }: OfferPorts,
): NoticeOffer | undefined {
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

/**
 * The link to the page that shows how the lamps are. What the developer gets as well has none: it would show them somebody's home.
 * @returns nothing where there is no page
 */
export function lampsUrlOf(
  { accountId, cause, state }: Pick<NoticeRecord, 'accountId' | 'cause' | 'state'>,
  { sealer, clock, publicUrl }: Pick<OfferPorts, 'sealer' | 'clock' | 'publicUrl'>,
): string | undefined {
  if (publicUrl === undefined || state === 'closed' || !isForAccountAlone(cause)) return undefined;
  const expiresAt = new Date(clock.now().getTime() + LAMPS_LINK_MS);
  return pageUrl('/lamps', publicUrl, sealLampsLink(accountId, expiresAt, sealer));
}

function pageUrl(path: string, publicUrl: string, token: string): string {
  const url = new URL(path, publicUrl);
  url.searchParams.set('t', token);
  return url.href;
}
