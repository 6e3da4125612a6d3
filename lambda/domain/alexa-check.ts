import { asError } from '../basics/as-error.ts';
import { inParallel } from '../basics/in-parallel.ts';
import { isSkillError } from '../ports/errors.ts';
import type { Link, LinkStore } from '../ports/link-store.ts';
import type { Log } from '../ports/log.ts';
import { wasUsedSince } from './alexa-evidence.ts';
import { type AlexaNoticesPorts, reviewAlexaNotices } from './alexa-notices.ts';

export interface AlexaCheckPorts extends AlexaNoticesPorts {
  readonly links: Pick<LinkStore, 'ofAccount'>;
  /** Asks Amazon how the links stand whose people have consented to that. */
  readonly readStatus: (accountId: string, signal: AbortSignal) => Promise<void>;
  /** Tries the grants of an account at Login with Amazon. */
  readonly tryGrants: (accountId: string, signal: AbortSignal) => Promise<void>;
  readonly log: Log;
}

/** Accounts that are checked at the same time. */
const AT_ONCE = 8;
/** Accounts that are looked at to see whether Alexa refreshes at all. */
const MOST_OTHERS = 50;
/** The last use of an account that uses Alexa daily may have been noted this long ago. */
const LATELY_MS = 48 * 3_600_000;

/**
 * Looks once a day at Alexa's half of the links of each account: asks Amazon how they stand where people have consented to that, tries the
 * grants at Login with Amazon, and raises and closes the notices about it. What fails for one account does not affect the others.
 * @param accountIds those whose turn it is
 * @param all every account
 */
export async function checkAlexaLinks(
  accountIds: readonly string[],
  all: readonly string[],
  ports: AlexaCheckPorts,
  signal: AbortSignal,
): Promise<void> {
  const others = othersWhoRefresh(all, ports);
  await inParallel(accountIds, AT_ONCE, async (accountId) => {
    if (signal.aborted) return;
    await checkAccount(accountId, () => others(accountId), ports, signal).catch((error: unknown) => {
      ports.log[isSkillError(error) ? 'warn' : 'error']('alexa-link-not-checked', {
        account: accountId,
        error: asError(error),
      });
    });
  });
}

async function checkAccount(
  accountId: string,
  othersRefresh: () => Promise<boolean>,
  ports: AlexaCheckPorts,
  signal: AbortSignal,
): Promise<void> {
  await ports.readStatus(accountId, signal);
  const links = await ports.links.ofAccount(accountId);
  // A grant that is found to be withdrawn now is no loss before tomorrow, so the links are not read again.
  if (links.some(isLive)) await ports.tryGrants(accountId, signal);
  await reviewAlexaNotices(accountId, links, othersRefresh, ports);
}

const isLive = ({ state }: Link): boolean => state === 'live';

/**
 * Whether Alexa has refreshed with a link of another account lately: else the fault may be ours, or Amazon's. One that has is
 * proof for all.
 */
function othersWhoRefresh(all: readonly string[], { links, clock }: AlexaCheckPorts) {
  let proof: string | undefined;
  return async (accountId: string): Promise<boolean> => {
    if (proof !== undefined && proof !== accountId) return true;
    const start = all.indexOf(accountId) + 1;
    const others = [...all.slice(start), ...all.slice(0, Math.max(0, start - 1))].slice(0, MOST_OTHERS);
    const lately = new Date(clock.now().getTime() - LATELY_MS).toISOString();
    for (const other of others) {
      const made = await links.ofAccount(other);
      if (!made.some((link) => isLive(link) && wasUsedSince(link, lately, clock.now()))) continue;
      proof = other;
      return true;
    }
    return false;
  };
}
