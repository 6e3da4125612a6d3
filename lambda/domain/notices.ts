import { randomUUID } from 'node:crypto';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { NoticeSender } from '../ports/notice-sender.ts';
import type { NoticeKey, NoticeRecord, NoticeStore } from '../ports/notice-store.ts';
import type { Notice, Notices } from '../ports/notices.ts';
import type { Sealer } from '../ports/sealer.ts';
import { allClearText, noticeText, type ReauthOffer } from './notice-texts.ts';
import { isSessionCause, REAUTH_LINK_MS, sealReauthLink } from './reauth-link.ts';

export interface NoticePorts {
  readonly noticeStore: NoticeStore;
  readonly sender: NoticeSender;
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly log: Log;
  /** What people call the device cloud. */
  readonly cloudName: string;
  /** The origin of the sign-in-again page; without it notices come without a link. */
  readonly publicUrl: string | undefined;
}

/** What could not be told at once. */
export interface NoticeBacklog {
  /** Tells it, as far as the signal allows. @throws StoreUnavailable when it cannot be known */
  sendUnsent(signal: AbortSignal): Promise<void>;
}

/** Whoever writes a notice has so long to tell it; then another may. */
const SENDING_MS = 60_000;
const MOST_RACES = 5;
/** These are the skill's and not an account's: a hundred accounts are one message. */
const OF_THE_SKILL: ReadonlySet<Notice['cause']> = new Set(['messaging-client-refused', 'events-not-permitted']);
const THE_SKILL = 'the-skill';

/** Notices, each a row that is written before it is told: of many functions at once one writes it, and that one tells. */
export function createNotices(ports: NoticePorts): Notices & NoticeBacklog {
  const { noticeStore, clock, log, publicUrl } = ports;

  async function raise(notice: Notice): Promise<void> {
    const reminder = notice.reminder ?? 1;
    const standing = await noticeStore.get(notice);
    const open = standing?.state === 'open' ? standing : undefined;
    const nowWithLink = open?.linkMissing && publicUrl !== undefined;
    if (open && open.reminder >= reminder && !nowWithLink) return;
    const mattersBy = notice.mattersBy ?? stillAhead(open?.mattersBy, clock);
    const next: Omit<NoticeRecord, 'version'> = {
      ...notice,
      ...(mattersBy && { mattersBy }),
      reminder: Math.max(reminder, open?.reminder ?? 0),
      state: 'open',
      since: open?.since ?? clock.now().toISOString(),
      reauthId: open?.reauthId ?? randomUUID(),
      ...(open?.sentAt && { sentAt: open.sentAt }),
      sendAfter: inAWhile(clock),
    };
    const written = await (standing ? noticeStore.replace(standing, next) : noticeStore.create(next));
    if (written) await tell(written, ports); // else somebody was first, and tells
  }

  async function clear(accountId: string, causes: readonly Notice['cause'][], subject?: string): Promise<void> {
    const records = await noticeStore.list(accountId);
    const concerned = records.filter(
      (record) =>
        record.state === 'open' &&
        causes.includes(record.cause) &&
        (subject === undefined || record.subject === subject),
    );
    // A session that is back ends several troubles, and one message says so.
    let saidSession = false;
    for (const record of concerned) {
      const { sendAfter: _, ...rest } = record;
      const isSession = isSessionCause(record.cause);
      const say = record.sentAt !== undefined && !(isSession && saidSession);
      const closed = await noticeStore.replace(record, {
        ...rest,
        state: 'closed',
        ...(say && { sendAfter: inAWhile(clock) }),
      });
      if (!closed) continue;
      log.info('notice-closed', { account: accountId, cause: record.cause, subject: record.subject });
      if (!say) continue;
      saidSession ||= isSession;
      await tell(closed, ports);
    }
  }

  const safely = async (work: Promise<void>, accountId: string) => {
    await work.catch((error: unknown) => log.error('notice-lost', { account: accountId, error: asError(error) }));
  };

  return {
    raise: (notice) => safely(raise(ofTheSkill(notice)), notice.accountId),
    async clear(accountId, causes, subject) {
      const [skills, accounts] = [
        causes.filter((cause) => OF_THE_SKILL.has(cause)),
        causes.filter((cause) => !OF_THE_SKILL.has(cause)),
      ];
      if (accounts.length > 0) await safely(clear(accountId, accounts, subject), accountId);
      if (skills.length > 0) await safely(clear(THE_SKILL, skills), accountId);
    },
    async sendUnsent(signal) {
      for (const key of await noticeStore.unsent(clock.now())) {
        if (signal.aborted) return;
        await safely(takeOver(key, ports), key.accountId);
      }
    },
  };
}

function ofTheSkill(notice: Notice): Notice {
  if (!OF_THE_SKILL.has(notice.cause)) return notice;
  const { subject: _, maskedEmail: __, ...rest } = notice;
  return { ...rest, accountId: THE_SKILL };
}

/** Tells what another function has not told in its time. */
async function takeOver(key: NoticeKey, ports: NoticePorts): Promise<void> {
  const record = await ports.noticeStore.get(key);
  if (!record?.sendAfter || Date.parse(record.sendAfter) > ports.clock.now().getTime()) return;
  const mine = await ports.noticeStore.replace(record, { ...record, sendAfter: inAWhile(ports.clock) });
  if (mine) await tell(mine, ports);
}

/** Sends what the record says, and notes it. What is not taken stays untold. */
async function tell(record: NoticeRecord, ports: NoticePorts): Promise<void> {
  const { sender, log } = ports;
  const { accountId, cause } = record;
  const offer = offerOf(record, ports);
  const kind = record.state === 'open' ? 'notice' : 'all-clear';
  const words = kind === 'notice' ? noticeText(record, offer, ports.cloudName) : allClearText(record, ports.cloudName);
  try {
    await sender.send({ accountId, cause, kind, ...words });
  } catch (error) {
    log.error('notice-not-sent', { account: accountId, cause, kind, error: asError(error) });
    return;
  }
  log.info('notice-sent', { account: accountId, cause, kind, subject: record.subject, reminder: record.reminder });
  await noteSent(record, kind === 'notice' && isSessionCause(cause) && !offer, ports);
}

async function noteSent(told: NoticeRecord, linkMissing: boolean, ports: NoticePorts): Promise<void> {
  const { noticeStore, clock } = ports;
  let standing: NoticeRecord | undefined = told;
  for (let race = 0; standing && race < MOST_RACES; race++) {
    const { sendAfter: _, linkMissing: __, ...rest }: NoticeRecord = standing;
    // Closed while it was being told, by somebody who took nobody to know of it yet.
    const closedMeanwhile = told.state === 'open' && standing.state === 'closed' && standing.sentAt === undefined;
    const noted = await noticeStore.replace(standing, {
      ...rest,
      sentAt: clock.now().toISOString(),
      ...(linkMissing && { linkMissing: true }),
      ...(closedMeanwhile && { sendAfter: inAWhile(clock) }),
    });
    if (noted) return closedMeanwhile ? await tell(noted, ports) : undefined;
    standing = await noticeStore.get(told);
    if (standing?.reauthId !== told.reauthId) return; // raised anew: another notice
  }
}

function offerOf(record: NoticeRecord, { sealer, clock, log, publicUrl }: NoticePorts): ReauthOffer | undefined {
  if (record.state === 'closed' || !isSessionCause(record.cause)) return undefined;
  if (publicUrl === undefined) {
    log.warn('reauth-link-missing', { account: record.accountId, reason: 'PUBLIC_URLS is not set' });
    return undefined;
  }
  const expiresAt = new Date(clock.now().getTime() + REAUTH_LINK_MS);
  const url = new URL('/reauth', publicUrl);
  url.searchParams.set('t', sealReauthLink(record, expiresAt, sealer));
  return { url: url.href, expiresAt };
}

/** A day that an earlier telling named, unless it has come. */
const stillAhead = (moment: string | undefined, clock: Clock): string | undefined =>
  moment !== undefined && Date.parse(moment) > clock.now().getTime() ? moment : undefined;

const inAWhile = (clock: Clock): string => new Date(clock.now().getTime() + SENDING_MS).toISOString();

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
