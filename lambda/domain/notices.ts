import { randomUUID } from 'node:crypto';
import { asError } from '../basics/as-error.ts';
import { changeRow } from '../basics/change-row.ts';
import type { NoticeKey, NoticeRecord } from '../ports/notice-store.ts';
import type { LinkRenewal, Notice, Notices } from '../ports/notices.ts';
import { isAlexaCause } from './alexa-link.ts';
import { CLOUD_CAUSES, commandFailed, isAboutCloud, isStale, otherCause, outageOf } from './cloud-down.ts';
import { DEVELOPER } from './notice-delivery.ts';
import { laterSend, type NoticePorts, sendNotice, sendWhatWasNotSent } from './notice-sending.ts';
import { isSessionCause } from './reauth-link.ts';
import { tokenRefused } from './refused-by-cloud.ts';

/** What could not be sent at once. */
export interface NoticeBacklog {
  /** Sends it, as far as the signal allows. @throws StoreUnavailable when the list of it cannot be read */
  sendUnsent(signal: AbortSignal): Promise<void>;
}

/** These are about the skill and not about an account: for a hundred accounts there is one message. */
const ABOUT_THE_SKILL: ReadonlySet<Notice['cause']> = new Set(['messaging-client-refused', 'events-not-permitted']);
const THE_SKILL = 'the-skill';

const OUTAGE: ReadonlySet<Notice['cause']> = new Set(CLOUD_CAUSES);

const HOUR_MS = 3_600_000;
const WEEK_MS = 7 * 24 * HOUR_MS;
/** Whoever has an expired link can ask for a new one, also an attacker; the mails go to the helper. */
const MOST_RENEWALS_PER_WEEK = 3;
const MOST_RENEWALS = 10;

/**
 * Notices, each a row that is written before it is sent: of many functions that find the same problem, one writes the row, and that one
 * sends.
 */
export function createNotices(ports: NoticePorts): Notices & NoticeBacklog {
  const { log } = ports;
  const safely = async (work: Promise<void>, accountId: string) => {
    await work.catch((error: unknown) => log.error('notice-lost', { account: accountId, error: asError(error) }));
  };
  return {
    raise: (notice) => safely(raise(ofTheSkill(notice), ports), notice.accountId),
    async clear(accountId, causes, subject) {
      const [skills, accounts] = [
        causes.filter((cause) => ABOUT_THE_SKILL.has(cause)),
        causes.filter((cause) => !ABOUT_THE_SKILL.has(cause)),
      ];
      if (accounts.length > 0) await safely(clear(accountId, accounts, subject, ports), accountId);
      if (skills.length > 0) await safely(clear(THE_SKILL, skills, undefined, ports), accountId);
    },
    withdraw: (accountId, causes, subject) => safely(close(accountId, causes, subject, false, ports), accountId),
    commandFailed: (accountId) => safely(noteFailedCommand(accountId, ports), accountId),
    tokenRefused: (accountId) => safely(noteRefusedToken(accountId, ports), accountId),
    renewLink: (key) => renewLink(key, ports),
    repeatFor: (accountId, addressId) => safely(repeatFor(accountId, addressId, ports), accountId),
    async sendUnsent(signal) {
      for (const key of await ports.noticeStore.unsent(ports.clock.now())) {
        if (signal.aborted) return;
        const record = isAboutCloud(key) ? await ports.noticeStore.get(key) : undefined;
        // It may be over. Whoever still finds the outage sends it.
        if (record?.state === 'open' && record.sentAt === undefined) continue;
        await safely(sendWhatWasNotSent(key, ports), key.accountId);
      }
    },
  };
}

function ofTheSkill(notice: Notice): Notice {
  if (!ABOUT_THE_SKILL.has(notice.cause)) return notice;
  const { subject: _, maskedEmail: __, ...rest } = notice;
  return { ...rest, accountId: THE_SKILL };
}

/** Writes the first row of a notice, or the next one. */
const write = ({ noticeStore }: NoticePorts) => {
  return (standing: NoticeRecord | undefined, next: Omit<NoticeRecord, 'version'>) =>
    standing ? noticeStore.replace(standing, next) : noticeStore.create(next);
};

async function raise(notice: Notice, ports: NoticePorts): Promise<void> {
  const { noticeStore } = ports;
  const other = isAboutCloud(notice)
    ? await noticeStore.get({ accountId: notice.accountId, cause: otherCause(notice.cause) })
    : undefined;
  const written = await changeRow({
    read: () => noticeStore.get(notice),
    next: (standing) => raised(notice, standing, other, ports),
    write: write(ports),
  });
  if (isAboutCloud(notice)) await sendWhatWasNotSent(notice, ports);
  else if (written) await sendNotice(written, ports);
}

async function noteFailedCommand(accountId: string, ports: NoticePorts): Promise<void> {
  const { noticeStore, clock } = ports;
  await changeRow({
    read: () => noticeStore.get({ accountId, cause: 'cloud-down' }),
    next: (standing) => commandFailed(accountId, standing, clock.now(), randomUUID()),
    write: write(ports),
  });
}

async function noteRefusedToken(accountId: string, ports: NoticePorts): Promise<void> {
  const { noticeStore, clock } = ports;
  const key = { accountId, cause: 'tokens-refused' } as const;
  const written = await changeRow({
    read: () => noticeStore.get(key),
    next: (standing) => {
      const now = clock.now();
      return tokenRefused(accountId, standing, now, { reauthId: randomUUID(), sendAfter: laterSend(now) });
    },
    write: write(ports),
  });
  if (written?.state === 'open' && written.sentAt === undefined) await sendNotice(written, ports);
}

/**
 * @param other of an outage, the row of its other cause
 * @returns nothing where the same notice is open, and as far as this one
 */
function raised(
  notice: Notice,
  standing: NoticeRecord | undefined,
  other: NoticeRecord | undefined,
  ports: NoticePorts,
): Omit<NoticeRecord, 'version'> | undefined {
  if (isAboutCloud(notice)) return raisedOutage(notice, standing, other, ports);
  const now = ports.clock.now();
  const reminder = notice.reminder ?? 1;
  const open = standing?.state === 'open' ? standing : undefined;
  const nowWithLink = open?.linkMissing && ports.publicUrl !== undefined;
  if (open && open.reminder >= reminder && !nowWithLink) return undefined;
  const mattersBy = notice.mattersBy ?? (open?.mattersBy && stillAhead(open.mattersBy, now));
  return {
    ...notice,
    ...(mattersBy && { mattersBy }),
    reminder: Math.max(reminder, open?.reminder ?? 0),
    state: 'open',
    since: open?.since ?? now.toISOString(),
    reauthId: open?.reauthId ?? randomUUID(),
    ...(open?.sentAt && { sentAt: open.sentAt }),
    linkRenewals: open?.linkRenewals ?? [],
    sendAfter: laterSend(now),
  };
}

/** A notice about an outage waits until it is due; a failed command brings it forward. */
function raisedOutage(
  notice: Notice,
  standing: NoticeRecord | undefined,
  other: NoticeRecord | undefined,
  { clock }: NoticePorts,
): Omit<NoticeRecord, 'version'> | undefined {
  const now = clock.now();
  const open = standing?.state === 'open' && !isStale(standing, now) ? standing : undefined;
  if (open?.sentAt !== undefined) return undefined;
  const outage = outageOf(notice.offlineSince ?? now.toISOString(), { standing, other }, now);
  if (!outage) return undefined;
  const { sendAfter = '' } = open ?? {};
  // Within the next minute it is due, or somebody is sending it.
  const isBroughtForward = sendAfter > laterSend(now) && sendAfter > outage.sendAfter;
  const isNextSignInAnother = sendAfter === outage.sendAfter && open?.retryAt !== notice.retryAt;
  if (open && !isBroughtForward && !isNextSignInAnother) return undefined;
  return {
    ...notice,
    ...outage,
    reminder: 1,
    state: 'open',
    since: open?.since ?? now.toISOString(),
    reauthId: open?.reauthId ?? randomUUID(),
    linkRenewals: [],
    ...(standing?.failedAt && { failedAt: standing.failedAt }),
  };
}

/** The day that an earlier message named, unless it has come. */
const stillAhead = (moment: string, now: Date): string | undefined =>
  Date.parse(moment) > now.getTime() ? moment : undefined;

/** Sends the notice once more, with a new link. The reminders go on as if nobody had asked. */
async function renewLink(key: NoticeKey, ports: NoticePorts): Promise<LinkRenewal> {
  let outcome: LinkRenewal = 'sent';
  const written = await changeRow({
    read: () => ports.noticeStore.get(key),
    next: (standing) => {
      const now = ports.clock.now();
      outcome = renewal(standing, now);
      if (!standing || outcome !== 'sent') return undefined;
      const { sentTo: _, ...rest } = standing;
      const linkRenewals = [...standing.linkRenewals, now.toISOString()];
      return { ...rest, linkRenewals, sendAfter: laterSend(now) };
    },
    write: write(ports),
  });
  if (written) {
    ports.log.info('reauth-link-renewed', { account: key.accountId, cause: key.cause });
    await sendNotice(written, ports);
  }
  return outcome;
}

/** Whoever has got an open notice does not get it twice. One that is still to be sent goes to the new address anyway. */
async function repeatFor(accountId: string, addressId: string, ports: NoticePorts): Promise<void> {
  const { noticeStore, clock, mail } = ports;
  const addresses = (await mail?.noticeAddresses.get(accountId))?.addresses ?? [];
  const others = addresses.map(({ id }) => id).filter((id) => id !== addressId);
  for (const record of await noticeStore.list(accountId)) {
    if (record.state !== 'open' || record.sendAfter !== undefined) continue;
    const next = { ...record, sentTo: [...others, DEVELOPER], sendAfter: laterSend(clock.now()) };
    const written = await noticeStore.replace(record, next);
    if (written) await sendNotice(written, ports);
  }
}

function renewal(standing: NoticeRecord | undefined, now: Date): LinkRenewal {
  if (standing?.state !== 'open') return 'not-open';
  const { linkRenewals, sentAt } = standing;
  const since = (moment: string) => Math.abs(now.getTime() - Date.parse(moment));
  const isRecent = [...linkRenewals, ...(sentAt ? [sentAt] : [])].some((moment) => since(moment) < HOUR_MS);
  if (isRecent) return 'too-soon';
  const ofThisWeek = linkRenewals.filter((moment) => since(moment) < WEEK_MS);
  return ofThisWeek.length >= MOST_RENEWALS_PER_WEEK || linkRenewals.length >= MOST_RENEWALS ? 'too-many' : 'sent';
}

async function clear(
  accountId: string,
  causes: readonly Notice['cause'][],
  subject: string | undefined,
  ports: NoticePorts,
): Promise<void> {
  await close(accountId, causes, subject, true, ports);
}

const groupOf = (cause: Notice['cause']): string => {
  if (isSessionCause(cause) || OUTAGE.has(cause)) return 'the session';
  return isAlexaCause(cause) ? "Alexa's half" : cause;
};

/** @param says whether a message says that the problem is solved, where a notice was sent */
async function close(
  accountId: string,
  causes: readonly Notice['cause'][],
  subject: string | undefined,
  says: boolean,
  ports: NoticePorts,
): Promise<void> {
  const { noticeStore, clock, log } = ports;
  const concerned = (await noticeStore.list(accountId)).filter(
    (record) =>
      record.state === 'open' && causes.includes(record.cause) && (subject === undefined || record.subject === subject),
  );
  // One message is enough about a session that works again, or an Alexa that was linked again, however many notices that resolves.
  const said = new Set<string>();
  for (const record of concerned) {
    const { sendAfter: _, sentTo, ...rest } = record;
    const group = groupOf(record.cause);
    const say = says && (record.sentAt ?? sentTo) !== undefined && !said.has(group);
    const sendAfter = laterSend(clock.now());
    const closed = await noticeStore.replace(record, { ...rest, state: 'closed', ...(say && { sendAfter }) });
    if (!closed) continue; // another function closes it
    log.info('notice-closed', { account: accountId, cause: record.cause, subject: record.subject });
    if (!say) continue;
    if (group !== record.cause) said.add(group);
    await sendNotice(closed, ports);
  }
}
