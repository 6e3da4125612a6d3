import { asError } from '../basics/as-error.ts';
import { inParallel } from '../basics/in-parallel.ts';
import type { Clock } from '../ports/clock.ts';
import { isSkillError } from '../ports/errors.ts';
import type { Link, LinkStore } from '../ports/link-store.ts';
import type { Log } from '../ports/log.ts';

export interface AlexaCheckPorts {
  readonly links: Pick<LinkStore, 'ofAccount'>;
  /** Asks Amazon how the links stand whose people have consented to that. */
  readonly readStatus: (accountId: string, signal: AbortSignal) => Promise<void>;
  /** Tries the grants of an account at Login with Amazon. */
  readonly tryGrants: (accountId: string, signal: AbortSignal) => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Accounts that are checked at the same time. */
const AT_ONCE = 8;

/**
 * Looks once a day at Alexa's half of the links of each account: asks Amazon how they stand where people
 * have consented to that, and tries the grants at Login with Amazon. What fails for one account does not
 * affect the others.
 */
export async function checkAlexaLinks(
  accountIds: readonly string[],
  ports: AlexaCheckPorts,
  signal: AbortSignal,
): Promise<void> {
  await inParallel(accountIds, AT_ONCE, async (accountId) => {
    if (signal.aborted) return;
    await checkAccount(accountId, ports, signal).catch((error: unknown) => {
      ports.log[isSkillError(error) ? 'warn' : 'error']('alexa-link-not-checked', {
        account: accountId,
        error: asError(error),
      });
    });
  });
}

async function checkAccount(accountId: string, ports: AlexaCheckPorts, signal: AbortSignal): Promise<void> {
  await ports.readStatus(accountId, signal);
  const links = await ports.links.ofAccount(accountId);
  if (links.some(isLive)) await ports.tryGrants(accountId, signal);
}

const isLive = ({ state }: Link): boolean => state === 'live';
