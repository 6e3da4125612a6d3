import type { Clock } from '../ports/clock.ts';
import type { Link } from '../ports/link-store.ts';
import type { Log } from '../ports/log.ts';
import type { NoticeAddressStore } from '../ports/notice-addresses.ts';

const DAY_MS = 24 * 3_600_000;
/** Whoever links the account again within this time still gets messages. */
const KEPT_MS = 90 * DAY_MS;

export interface ForgetPorts {
  readonly noticeAddresses: Pick<NoticeAddressStore, 'get' | 'drop'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Whether the addresses of an account are kept no longer: its last link ended 90 days ago. */
export function isForgotten(made: readonly Pick<Link, 'state' | 'endedAt' | 'createdAt'>[], now: Date): boolean {
  if (made.some(({ state }) => state === 'live')) return false;
  return made.every(({ endedAt, createdAt }) => now.getTime() - Date.parse(endedAt ?? createdAt) >= KEPT_MS);
}

/** Forgets the addresses of an account that nobody has been linked with for 90 days. @throws StoreUnavailable */
export async function forgetAddresses(
  accountId: string,
  made: readonly Link[],
  { noticeAddresses, clock, log }: ForgetPorts,
): Promise<void> {
  // Without any link somebody may just be signing in.
  if (made.length === 0 || !isForgotten(made, clock.now())) return;
  if (!(await noticeAddresses.get(accountId))) return;
  await noticeAddresses.drop(accountId);
  log.info('notice-addresses-forgotten', { account: accountId });
}
