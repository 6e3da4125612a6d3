import { asError } from '../basics/as-error.ts';
import { changeRow } from '../basics/change-row.ts';
import { inParallel } from '../basics/in-parallel.ts';
import type { AccountStore } from '../ports/account-store.ts';
import type { DeveloperMail } from '../ports/developer-mail-store.ts';
import { RowUnreadable } from '../ports/errors.ts';
import type { LinkStore } from '../ports/link-store.ts';
import type { NoticeAddress, NoticeAddressStore } from '../ports/notice-addresses.ts';
import type { NoticeRecord, NoticeStore } from '../ports/notice-store.ts';
import type { DeveloperMailPorts } from './developer-mail.ts';
import { type Counts, digestText } from './developer-texts.ts';
import { reachable } from './notice-addresses.ts';

const WEEK_MS = 7 * 24 * 3_600_000;
/** Accounts that are read at the same time. */
const AT_ONCE = 8;

export interface DigestPorts extends DeveloperMailPorts {
  readonly accounts: Pick<AccountStore, 'list'>;
  readonly links: Pick<LinkStore, 'ofAccount'>;
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
}

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
    failedAddresses: failed.length,
    open,
  };
}

/** Sends the developer the weekly digest when it is due. Of two runs at once one sends it. Never throws. */
export async function sendWeeklyDigest(ports: DigestPorts, signal: AbortSignal): Promise<void> {
  const { sender, log } = ports;
  try {
    if (!(await begin(ports))) return;
    const counts = await count(ports, signal);
    await sender.send({ accountId: 'the-skill', cause: 'weekly-digest', kind: 'digest', ...digestText(counts) });
    log.info('weekly-digest-sent', { accounts: counts.accounts });
  } catch (error) {
    log.error('weekly-digest-not-sent', { error: asError(error) });
  }
}

/** Begins another week. @returns whether a week has ended */
async function begin({ developerMail, clock }: DigestPorts): Promise<boolean> {
  let isSent = false;
  await changeRow<DeveloperMail | undefined, Omit<DeveloperMail, 'version'>, DeveloperMail>({
    read: () => developerMail.get(),
    next: (row) => {
      const due = digestDue(row?.digestAt, clock.now());
      isSent = due === 'send';
      return due === 'wait' ? undefined : { bursts: [], ...row, digestAt: clock.now().toISOString() };
    },
    write: (row, next) => developerMail.write(row, next),
  });
  return isSent;
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
  { links, noticeStore, noticeAddresses }: DigestPorts,
  signal: AbortSignal,
): Promise<Counted | 'not-linked' | undefined> {
  if (signal.aborted) return undefined;
  try {
    if (!(await links.ofAccount(id)).some(({ state }) => state === 'live')) return 'not-linked';
    const [notices, row] = await Promise.all([noticeStore.list(id), noticeAddresses.get(id)]);
    return { notices, addresses: row?.addresses ?? [] };
  } catch (error) {
    if (error instanceof RowUnreadable) return undefined;
    throw error;
  }
}
