import { withDeadline } from '../domain/deadline.ts';
import { applyOutcome, type BackoffPorts, DEVICE_LIST } from './grant-backoff.ts';
import { type SendPorts, tryGrant } from './send.ts';

export type TryGrantsPorts = BackoffPorts & Pick<SendPorts, 'tokens'>;

/** For the call to Login with Amazon and the write of its tokens. */
const GRANT_MS = 12_000;

/**
 * Tries each grant of an account at Login with Amazon, so that one that Amazon has withdrawn is found while no change is reported. A grant
 * whose access token is younger than an hour has just been tried. What is refused has the same consequences as for a report.
 * @throws StoreUnavailable, DeadlineExceeded
 */
export async function tryGrants(accountId: string, ports: TryGrantsPorts, signal: AbortSignal): Promise<void> {
  for (const grant of await ports.grants.list(accountId)) {
    const trial = await withDeadline(GRANT_MS, ports, (deadline, observed) =>
      tryGrant(grant, observed, AbortSignal.any([signal, deadline])),
    );
    if (trial.kind === 'retry')
      ports.log.warn('grant-not-tried', { account: accountId, grant: grant.id, error: trial.error });
    // An access token says nothing of the gateway, so it ends no back-off.
    else if (trial.kind !== 'accepted') await applyOutcome(trial, DEVICE_LIST, false, ports);
  }
}
