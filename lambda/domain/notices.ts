import { randomUUID } from 'node:crypto';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { NoticeSender } from '../ports/notice-sender.ts';
import type { NoticeKey, NoticeRecord, NoticeStore } from '../ports/notice-store.ts';
import type { Notice, Notices } from '../ports/notices.ts';
import type { Sealer } from '../ports/sealer.ts';
import { isSessionCause, MEND_LINK_MS, sealMendLink } from './mend-link.ts';
import { allClearWords, type MendOffer, noticeWords } from './notice-words.ts';

export interface NoticePorts {
  readonly noticeStore: NoticeStore;
  readonly sender: NoticeSender;
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly log: Log;
  /** The origin of the mend page; without it notices come without a link. */
  readonly publicUrl: string | undefined;
}

/** What could not be told at once. */
export interface NoticeBacklog {
  /** Tells it, as far as the signal allows. @throws StoreUnavailable when it cannot be known */
  tellUntold(signal: AbortSignal): Promise<void>;
}

/** Whoever writes a notice has so long to tell it; then another may. */
const TELLING_MS = 60_000;
const MOST_RACES = 5;
/** These are the skill's and not a home's: a hundred homes are one message. */
const OF_THE_SKILL: ReadonlySet<Notice['cause']> = new Set(['messaging-client-refused', 'events-not-permitted']);
const THE_SKILL = 'the-skill';

/** Notices, each a row that is written before it is told: of many functions at once one writes it, and that one tells. */
export function createNotices(ports: NoticePorts): Notices & NoticeBacklog {
  const { noticeStore, clock, log, publicUrl } = ports;

  async function raise(notice: Notice): Promise<void> {
    const telling = notice.telling ?? 1;
    const standing = await noticeStore.get(notice);
    const open = standing?.state === 'open' ? standing : undefined;
    const nowWithLink = open?.linkMissing && publicUrl !== undefined;
    if (open && open.telling >= telling && !nowWithLink) return;
    const mattersBy = notice.mattersBy ?? stillAhead(open?.mattersBy, clock);
    const next: Omit<NoticeRecord, 'version'> = {
      ...notice,
      ...(mattersBy && { mattersBy }),
      telling: Math.max(telling, open?.telling ?? 0),
      state: 'open',
      since: open?.since ?? clock.now().toISOString(),
      mendId: open?.mendId ?? randomUUID(),
      ...(open?.toldAt && { toldAt: open.toldAt }),
      untoldFrom: inAWhile(clock),
    };
    const written = await (standing ? noticeStore.replace(standing, next) : noticeStore.create(next));
    if (written) await tell(written, ports); // else somebody was first, and tells
  }

  async function clear(homeId: string, causes: readonly Notice['cause'][], subject?: string): Promise<void> {
    const records = await noticeStore.list(homeId);
    const concerned = records.filter(
      (record) =>
        record.state === 'open' &&
        causes.includes(record.cause) &&
        (subject === undefined || record.subject === subject),
    );
    // A session that is back ends several troubles, and one message says so.
    let saidSession = false;
    for (const record of concerned) {
      const { untoldFrom: _, ...rest } = record;
      const isSession = isSessionCause(record.cause);
      const say = record.toldAt !== undefined && !(isSession && saidSession);
      const closed = await noticeStore.replace(record, {
        ...rest,
        state: 'closed',
        ...(say && { untoldFrom: inAWhile(clock) }),
      });
      if (!closed) continue;
      log.info('notice-closed', { home: homeId, cause: record.cause, subject: record.subject });
      if (!say) continue;
      saidSession ||= isSession;
      await tell(closed, ports);
    }
  }

  const safely = async (work: Promise<void>, homeId: string) => {
    await work.catch((error: unknown) => log.error('notice-lost', { home: homeId, error: asError(error) }));
  };

  return {
    raise: (notice) => safely(raise(ofTheSkill(notice)), notice.homeId),
    async clear(homeId, causes, subject) {
      const [skills, homes] = [
        causes.filter((cause) => OF_THE_SKILL.has(cause)),
        causes.filter((cause) => !OF_THE_SKILL.has(cause)),
      ];
      if (homes.length > 0) await safely(clear(homeId, homes, subject), homeId);
      if (skills.length > 0) await safely(clear(THE_SKILL, skills), homeId);
    },
    async tellUntold(signal) {
      for (const key of await noticeStore.untold(clock.now())) {
        if (signal.aborted) return;
        await safely(takeOver(key, ports), key.homeId);
      }
    },
  };
}

function ofTheSkill(notice: Notice): Notice {
  if (!OF_THE_SKILL.has(notice.cause)) return notice;
  const { subject: _, maskedEmail: __, ...rest } = notice;
  return { ...rest, homeId: THE_SKILL };
}

/** Tells what another function has not told in its time. */
async function takeOver(key: NoticeKey, ports: NoticePorts): Promise<void> {
  const record = await ports.noticeStore.get(key);
  if (!record?.untoldFrom || Date.parse(record.untoldFrom) > ports.clock.now().getTime()) return;
  const mine = await ports.noticeStore.replace(record, { ...record, untoldFrom: inAWhile(ports.clock) });
  if (mine) await tell(mine, ports);
}

/** Sends what the record says, and notes it. What is not taken stays untold. */
async function tell(record: NoticeRecord, ports: NoticePorts): Promise<void> {
  const { sender, log } = ports;
  const { homeId, cause } = record;
  const offer = offerOf(record, ports);
  const kind = record.state === 'open' ? 'notice' : 'all-clear';
  const words = kind === 'notice' ? noticeWords(record, offer) : allClearWords(record);
  try {
    await sender.send({ homeId, cause, kind, ...words });
  } catch (error) {
    log.error('notice-not-sent', { home: homeId, cause, kind, error: asError(error) });
    return;
  }
  log.info('notice-sent', { home: homeId, cause, kind, subject: record.subject, telling: record.telling });
  await noteTold(record, kind === 'notice' && isSessionCause(cause) && !offer, ports);
}

async function noteTold(told: NoticeRecord, linkMissing: boolean, ports: NoticePorts): Promise<void> {
  const { noticeStore, clock } = ports;
  let standing: NoticeRecord | undefined = told;
  for (let race = 0; standing && race < MOST_RACES; race++) {
    const { untoldFrom: _, linkMissing: __, ...rest }: NoticeRecord = standing;
    // Closed while it was being told, by somebody who took nobody to know of it yet.
    const closedMeanwhile = told.state === 'open' && standing.state === 'closed' && standing.toldAt === undefined;
    const noted = await noticeStore.replace(standing, {
      ...rest,
      toldAt: clock.now().toISOString(),
      ...(linkMissing && { linkMissing: true }),
      ...(closedMeanwhile && { untoldFrom: inAWhile(clock) }),
    });
    if (noted) return closedMeanwhile ? await tell(noted, ports) : undefined;
    standing = await noticeStore.get(told);
    if (standing?.mendId !== told.mendId) return; // raised anew: another notice
  }
}

function offerOf(record: NoticeRecord, { sealer, clock, log, publicUrl }: NoticePorts): MendOffer | undefined {
  if (record.state === 'closed' || !isSessionCause(record.cause)) return undefined;
  if (publicUrl === undefined) {
    log.warn('mend-link-missing', { home: record.homeId, reason: 'PUBLIC_URLS is not set' });
    return undefined;
  }
  const expiresAt = new Date(clock.now().getTime() + MEND_LINK_MS);
  const url = new URL('/mend', publicUrl);
  url.searchParams.set('t', sealMendLink(record, expiresAt, sealer));
  return { url: url.href, expiresAt };
}

/** A day that an earlier telling named, unless it has come. */
const stillAhead = (moment: string | undefined, clock: Clock): string | undefined =>
  moment !== undefined && Date.parse(moment) > clock.now().getTime() ? moment : undefined;

const inAWhile = (clock: Clock): string => new Date(clock.now().getTime() + TELLING_MS).toISOString();

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
