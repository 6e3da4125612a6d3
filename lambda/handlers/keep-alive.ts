import type { Context } from 'aws-lambda';
import { keepAlive } from '../domain/keep-alive.ts';
import { reconcileByTurn } from '../reports/nightly.ts';
import { type EnvironmentVariables, type Machine, wire } from './wire.ts';

/** Kept of Lambda's time for what is under way when the rest is over. */
const CLOSING_MS = 5_000;

/**
 * The `keep-alive` function: renews sessions ahead of their end, tells who must help, and reconciles the homes whose turn it is, until
 * the signal aborts.
 */
export function createKeepAlive(
  environment: EnvironmentVariables,
  machine?: Machine,
): (signal: AbortSignal) => Promise<void> {
  const ports = wire(environment, machine);
  return async (signal) => {
    try {
      await keepAlive(ports, signal);
      await reconcileByTurn(ports, signal);
    } catch (error) {
      ports.log.error('keep-alive-failed', { error: error instanceof Error ? error : String(error) });
      throw error;
    }
  };
}

let keep: ReturnType<typeof createKeepAlive> | undefined;

/** What Lambda calls, hourly by EventBridge Scheduler. */
export const handler = (_event: unknown, context: Pick<Context, 'getRemainingTimeInMillis'>): Promise<void> => {
  keep ??= createKeepAlive(process.env);
  return keep(AbortSignal.timeout(Math.max(0, context.getRemainingTimeInMillis() - CLOSING_MS)));
};
