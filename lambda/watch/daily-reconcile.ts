import { createHash } from 'node:crypto';
import { asError } from '../basics/as-error.ts';
import { inParallel } from '../basics/in-parallel.ts';
import { isLinked } from '../domain/links.ts';
import { isSkillError } from '../ports/errors.ts';
import type { LinkStore } from '../ports/link-store.ts';
import { type ReconcilePorts, reconcileAccount } from './reconcile.ts';

export interface DailyReconcilePorts extends ReconcilePorts {
  readonly links: LinkStore;
}

/** Accounts that are read side by side. */
const AT_ONCE = 4;

/**
 * Reconciles accounts. What fails for one account does not affect the others. An account without a link is skipped: nobody needs to know that
 * its session has ended.
 */
export async function reconcileAccounts(
  accountIds: readonly string[],
  ports: DailyReconcilePorts,
  signal: AbortSignal,
): Promise<void> {
  await inParallel(accountIds, AT_ONCE, async (accountId) => {
    if (signal.aborted) return;
    await reconcileLinked(accountId, ports, signal).catch((error: unknown) => {
      ports.log[isSkillError(error) ? 'warn' : 'error']('not-reconciled', {
        account: accountId,
        error: asError(error),
      });
    });
  });
}

async function reconcileLinked(accountId: string, ports: DailyReconcilePorts, signal: AbortSignal): Promise<void> {
  if (await isLinked(accountId, ports.links, ports.clock.now())) await reconcileAccount(accountId, ports, signal);
}

/** The accounts whose hour of the day it is. Each account has its turn in one of the hourly runs, which spreads the load. */
export const inTurn = (accountIds: readonly string[], now: Date): string[] =>
  accountIds.filter((accountId) => hourOf(accountId) === now.getUTCHours());

/** The UTC hour, 0..23, of an account's daily work; spread evenly. */
export const hourOf = (accountId: string): number =>
  createHash('sha256').update(accountId).digest().readUInt32BE(0) % 24;
