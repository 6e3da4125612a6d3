import type { Context } from 'aws-lambda';
import { asError } from '../basics/as-error.ts';
import { checkAlexaLinks } from '../domain/alexa-check.ts';
import { readAlexaStatus } from '../domain/alexa-status.ts';
import { maintainAccounts } from '../domain/maintenance.ts';
import { tryGrants } from '../reports/try-grants.ts';
import { inTurn, reconcileAccounts } from '../watch/daily-reconcile.ts';
import { compose, type EnvironmentVariables, type Overrides } from './compose.ts';

/** Time reserved before Lambda's timeout, to finish work in progress. */
const CLOSING_MS = 5_000;

/**
 * The `maintenance` function: renews sessions ahead of their end, sends notices, and once a day for each account looks at Alexa's half of its
 * links and reconciles it, until the signal aborts.
 */
export function createMaintenance(
  environment: EnvironmentVariables,
  overrides?: Overrides,
): (signal: AbortSignal) => Promise<void> {
  const ports = compose(environment, overrides);
  const checks = {
    ...ports,
    asksWhenSilent: ports.config.ALEXA_SILENCE_QUESTION === 'on',
    readStatus: (id: string, signal: AbortSignal) => readAlexaStatus(id, ports, signal),
    tryGrants: (id: string, signal: AbortSignal) => tryGrants(id, ports, signal),
  };
  return async (signal) => {
    try {
      await maintainAccounts(ports, signal);
      const accountIds = await ports.accounts.list();
      const turn = inTurn(accountIds, ports.clock.now());
      await checkAlexaLinks(turn, accountIds, checks, signal);
      await reconcileAccounts(turn, ports, signal);
    } catch (error) {
      ports.log.error('maintenance-failed', { error: asError(error) });
      throw error;
    }
  };
}

let maintain: ReturnType<typeof createMaintenance> | undefined;

/** What Lambda calls, hourly by EventBridge Scheduler. */
export const handler = (_event: unknown, context: Pick<Context, 'getRemainingTimeInMillis'>): Promise<void> => {
  maintain ??= createMaintenance(process.env);
  return maintain(AbortSignal.timeout(Math.max(0, context.getRemainingTimeInMillis() - CLOSING_MS)));
};
