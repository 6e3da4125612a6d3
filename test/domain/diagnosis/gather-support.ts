import { convictions, diagnose } from '../../../lambda/domain/diagnosis/diagnose.ts';
import { openSetup, type TestSetup, type TestSetupOptions } from '../../support/setup.ts';

/** An account that somebody holds the shard of, so that its watcher counts as running. */
export async function openWatched(options: TestSetupOptions = {}): Promise<TestSetup> {
  const setup = await openSetup({ granted: true, ...options });
  const { leases } = await setup.system.ports.stores();
  const until = new Date(setup.clock.now().getTime() + 3_600_000).toISOString();
  await leases.put({ shard: 0, holder: 'test', expiresAt: until, endsAt: until, listening: true }, undefined);
  return setup;
}

/** What is found about the bedroom lamp. `broken`: each broken hop with its cause. */
export async function look({ system, account, endpointId, clock }: TestSetup, more: { withoutProbes?: boolean } = {}) {
  const accountId = String(account.userId);
  const evidence = await system.ports.diagnostics.gather({ accountId, lampId: endpointId, ...more });
  const diagnosis = diagnose(evidence, clock.now());
  return { evidence, diagnosis, broken: convictions(diagnosis).map(({ hop, cause }) => `${hop}: ${cause.code}`) };
}
