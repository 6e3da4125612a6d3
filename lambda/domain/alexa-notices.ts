/** Raises the notices about Alexa's half that an account needs, and closes those that are no longer true. */
import type { AccountStore } from '../ports/account-store.ts';
import type { Clock } from '../ports/clock.ts';
import type { DeviceStore } from '../ports/device-store.ts';
import type { Link } from '../ports/link-store.ts';
import type { NoticeRecord, NoticeStore } from '../ports/notice-store.ts';
import type { NoticeCause, Notices } from '../ports/notices.ts';
import { lossesToReport } from './alexa-evidence.ts';
import { noticeOutcomeOf } from './alexa-notice-outcome.ts';
import { isLampUsed, isQuiet, unusualSilence } from './alexa-silence.ts';

export interface AlexaNoticesPorts {
  readonly accounts: Pick<AccountStore, 'get'>;
  readonly devices: Pick<DeviceStore, 'list'>;
  readonly notices: Notices;
  readonly noticeStore: Pick<NoticeStore, 'list'>;
  /** Whether an unusual silence leads to a question. */
  readonly asksWhenSilent: boolean;
  readonly clock: Clock;
}

/**
 * @param links all links of the account, as they are now
 * @param othersRefresh whether Alexa has refreshed with a link of any other account lately; asked only where it matters
 * @throws StoreUnavailable
 */
export async function reviewAlexaNotices(
  accountId: string,
  links: readonly Link[],
  othersRefresh: () => Promise<boolean>,
  ports: AlexaNoticesPorts,
): Promise<void> {
  const records = await ports.noticeStore.list(accountId);
  const open = records.filter(({ state }) => state === 'open');
  for (const record of open) await closeOutdated(record, links, ports);
  const lost = lossesToReport(links, ports.clock.now());
  for (const { link } of lost) await raise(accountId, { cause: 'alexa-let-go', subject: link.id }, ports);
  // One message about Alexa's half is enough at a time.
  const hasNotice = lost.length > 0 || open.some(({ cause }) => cause === 'grant-revoked' || cause === 'alexa-silent');
  if (ports.asksWhenSilent && !hasNotice) await askIfSilent(accountId, links, records, othersRefresh, ports);
}

async function closeOutdated(record: NoticeRecord, links: readonly Link[], { notices, clock }: AlexaNoticesPorts) {
  const { accountId, cause, subject } = record;
  const fate = noticeOutcomeOf(record, links, clock.now());
  if (fate === 'solved') await notices.clear(accountId, [cause], subject);
  if (fate === 'outdated') await notices.withdraw(accountId, [cause], subject);
}

async function askIfSilent(
  accountId: string,
  links: readonly Link[],
  records: readonly NoticeRecord[],
  othersRefresh: () => Promise<boolean>,
  ports: AlexaNoticesPorts,
): Promise<void> {
  const now = ports.clock.now();
  const silence = unusualSilence(links, now);
  const asked = records.filter(({ cause }) => cause === 'alexa-silent').map(({ sentAt, since }) => sentAt ?? since);
  if (!silence || isQuiet(asked, now)) return;
  const movedOn = (await ports.devices.list(accountId)).flatMap((device) => device.movedOn ?? []);
  if (!isLampUsed(silence, movedOn, now) || !(await othersRefresh())) return;
  const silentSince = silence.since.toISOString();
  await raise(accountId, { cause: 'alexa-silent', subject: silence.link.id, silentSince }, ports);
}

async function raise(
  accountId: string,
  notice: { readonly cause: NoticeCause; readonly subject: string; readonly silentSince?: string },
  { accounts, notices }: AlexaNoticesPorts,
): Promise<void> {
  const account = await accounts.get(accountId);
  await notices.raise({ accountId, ...notice, ...(account && { maskedEmail: account.maskedEmail }) });
}
