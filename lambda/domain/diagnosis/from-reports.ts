/** What Alexa was told of the lamps, compared with how they are: pure functions from a list and rows to evidence. */
import type { Device } from '../../ports/device-cloud.ts';
import type { DeviceRecord, DeviceState } from '../../ports/device-store.ts';
import type { Grant } from '../../ports/grant-store.ts';
import { recentChanges } from '../lamp-history.ts';
import { looksAlike } from '../looks-alike.ts';
import type { Evidence } from './evidence.ts';

/**
 * Counts what was reported and what was not. A grant that takes nothing at the moment has its own fault, and a lamp that is offline is known only as
 * it was before.
 */
export function reportsEvidence(
  devices: readonly Device[],
  records: readonly DeviceRecord[],
  grants: readonly Grant[],
  now: Date,
): Evidence {
  const open = grants.filter(({ backoff, unreachableSince }) => !backoff && unreachableSince === undefined);
  const pairs = devices.filter(({ connected }) => connected).flatMap((device) => comparedFor(device, records, open));
  if (pairs.length === 0) return {};
  const waiting = pairs.filter(({ isAlike }) => !isAlike);
  const since = waiting.flatMap(({ changedAt }) => changedAt?.toISOString() ?? []).sort()[0];
  const changes = records.reduce((sum, record) => sum + recentChanges(record, now).length, 0);
  const equal = pairs.length - waiting.length;
  const at = now.toISOString();
  return { reports: { at, changes, equal, waiting: waiting.length, ...(since !== undefined && { since }) } };
}

/** Of each grant to which a state of the device was reported: whether the device looks like that. */
function comparedFor(device: Device, records: readonly DeviceRecord[], grants: readonly Grant[]) {
  const record = records.find((one) => one.device.id === device.id);
  return grants.flatMap(({ id }) => {
    const { lastReported } = record?.views[id] ?? {};
    if (!lastReported) return [];
    return [{ changedAt: changedSince(lastReported, device), isAlike: looksAlike(device, lastReported, device) }];
  });
}

/** The clock of the device cloud may differ from ours by this much. */
const SKEW_MS = 2 * 60_000;

/** When the device changed, unless that was before the report that shows another state: then a clock is wrong, and nobody knows. */
const changedSince = ({ at }: DeviceState, { changedAt }: Device): Date | undefined =>
  changedAt && changedAt.getTime() >= Date.parse(at) - SKEW_MS ? changedAt : undefined;
