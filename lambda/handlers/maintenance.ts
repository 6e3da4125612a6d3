import type { Context } from 'aws-lambda';
import { isSnsEvent } from '../adapters/ses/mail-events.ts';
import { asError } from '../basics/as-error.ts';
import { checkAlexaLinks } from '../domain/alexa-check.ts';
import { readAlexaStatus } from '../domain/alexa-status.ts';
import { maintainAccounts } from '../domain/maintenance.ts';
import { sendWeeklyDigest } from '../domain/weekly-digest.ts';
import { tryGrants } from '../reports/try-grants.ts';
import { inTurn, reconcileAccounts } from '../watch/daily-reconcile.ts';
import { compose, type EnvironmentVariables, type Overrides } from './compose.ts';
import { takeMailEvent } from './mail-events.ts';

/** Time reserved before Lambda's timeout, to finish work in progress. */
const CLOSING_MS = 5_000;

/**
 * The `maintenance` function: renews sessions ahead of their end, sends notices, and once a day for each account looks at Alexa's half of its
 * links and reconciles it, until the signal aborts. An event of SNS says what became of a mail, and does nothing else.
 */
export function createMaintenance(
  environment: EnvironmentVariables,
  overrides?: Overrides,
): (signal: AbortSignal, event?: unknown) => Promise<void> {
  const ports = compose(environment, overrides);
  const checks = {
    ...ports,
    // Where another server refreshes Alexa's tokens, silence here says nothing.
    asksWhenSilent: ports.config.ALEXA_SILENCE_QUESTION === 'on' && !ports.passthrough,
    readStatus: (id: string, signal: AbortSignal) => readAlexaStatus(id, ports, signal),
    tryGrants: (id: string, signal: AbortSignal) => tryGrants(id, ports, signal),
  };
  const notSent = (error: unknown) => ports.log.error('confirm-mail-not-sent', { error: asError(error) });
  return async (signal, event) => {
    try {
      if (isSnsEvent(event)) return await takeMailEvent(event, ports);
      await ports.addressBook?.sendUnsent(signal).catch(notSent);
      await ports.passthrough?.renewKeySets();
      await maintainAccounts(ports, signal);
      if (ports.config.LINK_CANARY === 'on') await tryCanary(ports, signal);
      const accountIds = await ports.accounts.list();
      const turn = inTurn(accountIds, ports.clock.now());
      await checkAlexaLinks(turn, accountIds, checks, signal);
      await reconcileAccounts(turn, ports, signal);
      // Without a sender of mails the topic is read by people.
      await sendWeeklyDigest(ports, signal, ports.addressBook !== undefined);
    } catch (error) {
      ports.log.error('maintenance-failed', { error: asError(error) });
      throw error;
    }
  };
}

/** What fails here keeps nobody's account from its check. */
async function tryCanary(ports: ReturnType<typeof compose>, signal: AbortSignal): Promise<void> {
  const [origin] = ports.config.PUBLIC_URLS;
  // Where another server makes the links, there is none of ours.
  if (origin === undefined || ports.passthrough) return;
  try {
    const { openCanary } = await import('./canary.ts');
    await (await openCanary(ports, origin))(signal);
  } catch (error) {
    ports.log.error('canary-not-checked', { error: asError(error) });
  }
}

let maintain: ReturnType<typeof createMaintenance> | undefined;

/** What Lambda calls, hourly by EventBridge Scheduler, and by SNS with what SES says of our mails. */
export const handler = (event: unknown, context: Pick<Context, 'getRemainingTimeInMillis'>): Promise<void> => {
  maintain ??= createMaintenance(process.env);
  return maintain(AbortSignal.timeout(Math.max(0, context.getRemainingTimeInMillis() - CLOSING_MS)), event);
};
