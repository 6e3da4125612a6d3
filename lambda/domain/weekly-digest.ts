import { asError } from '../basics/as-error.ts';
import { changeRow } from '../basics/change-row.ts';
import { inParallel } from '../basics/in-parallel.ts';
import type { AccountStore } from '../ports/account-store.ts';
import type { DeveloperMail } from '../ports/developer-mail-store.ts';
import { RowUnreadable } from '../ports/errors.ts';
import type { GrantStore } from '../ports/grant-store.ts';
import type { Link, LinkStore } from '../ports/link-store.ts';
import type { NoticeAddress, NoticeAddressStore } from '../ports/notice-addresses.ts';
import type { NoticeRecord, NoticeStore } from '../ports/notice-store.ts';
import type { DeveloperMailPorts } from './developer-mail.ts';
import { type Counts, digestText, withoutGrantText } from './developer-texts.ts';
import { reachable } from './notice-addresses.ts';

const DAY_MS = 24 * 3_600_000;
const WEEK_MS = 7 * DAY_MS;
/** Accounts that are read at the same time. */
const AT_ONCE = 8;

export interface DigestPorts extends DeveloperMailPorts {
  readonly accounts: Pick<AccountStore, 'list'>;
  readonly links: Pick<LinkStore, 'ofAccount'>;
  readonly grants: Pick<GrantStore, 'list'>;
  readonly noticeStore: Pick<NoticeStore, 'list'>;
  readonly noticeAddresses: Pick<NoticeAddressStore, 'get'>;
}

/** Whether the digest is sent now, or its first week begins. A moment in the future is from a clock that has been put right since. */
export function digestDue(digestAt: string | undefined, now: Date): 'send' | 'begin' | 'wait' {
  if (digestAt === undefined || Date.parse(digestAt) > now.getTime()) return 'begin';
  return now.getTime() - Date.parse(digestAt) >= WEEK_MS ? 'send' : 'wait';
}

/** What is known of one account that somebody is linked with. */
export interface Counted {
  readonly notices: readonly Pick<NoticeRecord, 'cause' | 'state'>[];
  readonly addresses: readonly NoticeAddress[];
  readonly hasGrant: boolean;
}

/** Such a notice says already why Alexa hears of no change. */
const SAYS_NO_GRANT: ReadonlySet<string> = new Set(['grant-revoked', 'alexa-let-go', 'wrong-stage']);

const reportsNothing = ({ hasGrant, notices }: Counted): boolean =>
  !hasGrant && !notices.some(({ cause, state }) => state === 'open' && SAYS_NO_GRANT.has(cause));

export function countsOf(accounts: number, counted: readonly Counted[]): Counts {
  const open: Record<string, number> = {};
  for (const { cause, state } of counted.flatMap(({ notices }) => notices))
    if (state === 'open') open[cause] = (open[cause] ?? 0) + 1;
  const failed = counted.flatMap(({ addresses }) =>
    addresses.filter(({ state }) => state === 'bounced' || state === 'complained'),
  );
  return {
    accounts,
    read: counted.length,
    withoutAddress: counted.filter(({ addresses }) => reachable(addresses).length === 0).length,
    withoutGrant: counted.filter(reportsNothing).length,
    failedAddresses: failed.length,
    open,
  };
}

/**
 * Counts the accounts once a week, and sends the developer a digest of that. When some report nothing to Alexa, one message more says so
 * first. If two runs count at once, one of them wins. Never throws.
 * @param hasDigest whether the digest is sent: not where its topic is all that people have
 */
export async function sendWeeklyDigest(ports: DigestPorts, signal: AbortSignal, hasDigest: boolean): Promise<void> {
  const { sender, log } = ports;
  const send = (cause: 'grants-missing' | 'weekly-digest', text: ReturnType<typeof digestText>) =>
    sender.send({ accountId: 'the-skill', cause, kind: 'digest', ...text });
  try {
    const due = await begin(ports);
    if (due === 'wait') return;
    const counts = await count(ports, signal);
    const before = await keep(counts, ports);
    if (counts.withoutGrant > 0 && !before) await send('grants-missing', withoutGrantText(counts));
    if (due === 'begin' || !hasDigest) return;
    await send('weekly-digest', digestText(counts));
    log.info('weekly-digest-sent', { accounts: counts.accounts });
  } catch (error) {
    log.error('weekly-digest-not-sent', { error: asError(error) });
  }
}

/** Begins another week, if it is time. @returns `send` where one has ended, `wait` also where another run begins it */
async function begin({ developerMail, clock }: DigestPorts): Promise<ReturnType<typeof digestDue>> {
  let due: ReturnType<typeof digestDue> = 'wait';
  await changeRow<DeveloperMail | undefined, Omit<DeveloperMail, 'version'>, DeveloperMail>({
    read: () => developerMail.get(),
    next: (row) => {
      due = digestDue(row?.digestAt, clock.now());
      return due === 'wait' ? undefined : { bursts: [], ...row, digestAt: clock.now().toISOString() };
    },
    write: (row, next) => developerMail.write(row, next),
  });
  return due;
}

/** Keeps what was counted, for preflight. @returns how many accounts had no grant the week before */
async function keep(
  { accounts, withoutAddress, withoutGrant }: Counts,
  { developerMail }: DigestPorts,
): Promise<number> {
  let before = 0;
  await changeRow<DeveloperMail | undefined, Omit<DeveloperMail, 'version'>, DeveloperMail>({
    read: () => developerMail.get(),
    next: (row) => {
      before = row?.counts?.withoutGrant ?? 0;
      return { bursts: [], ...row, counts: { accounts, withoutAddress, withoutGrant } };
    },
    write: (row, next) => developerMail.write(row, next),
  });
  return before;
}

async function count(ports: DigestPorts, signal: AbortSignal): Promise<Counts> {
  const ids = await ports.accounts.list();
  const counted = await inParallel(ids, AT_ONCE, (id) => countAccount(id, ports, signal));
  const known = counted.filter((one) => one !== undefined);
  const linked = known.filter((one) => one !== 'not-linked');
  return countsOf(ids.length - (known.length - linked.length), linked);
}

/** @returns nothing where there was no time, or its rows cannot be read */
async function countAccount(
  id: string,
  { links, grants, noticeStore, noticeAddresses, clock }: DigestPorts,
  signal: AbortSignal,
): Promise<Counted | 'not-linked' | undefined> {
  if (signal.aborted) return undefined;
  try {
    const live = (await links.ofAccount(id)).filter(({ state }) => state === 'live');
    if (live.length === 0) return 'not-linked';
    const [notices, row, given] = await Promise.all([noticeStore.list(id), noticeAddresses.get(id), grants.list(id)]);
    const hasGrant = given.length > 0 || live.every((link) => isNew(link, clock.now()));
    return { notices, addresses: row?.addresses ?? [], hasGrant };
  } catch (error) {
    if (error instanceof RowUnreadable) return undefined;
    throw error;
  }
}

/** AcceptGrant comes within minutes of a link. */
const isNew = ({ createdAt }: Pick<Link, 'createdAt'>, now: Date): boolean =>
  now.getTime() - Date.parse(createdAt) < DAY_MS;
