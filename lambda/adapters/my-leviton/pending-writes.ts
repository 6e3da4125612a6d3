import type { Clock } from '../../ports/clock.ts';
import type { ChangeOrigin } from '../../ports/device-cloud.ts';
import type { WireChange } from './wire.ts';

/** A device reports 1 to 1.5 s after the write that moved it. After this time a report is not that of the write. */
const REPORT_WITHIN_MS = 5_000;

interface PendingWrite {
  readonly data: WireChange;
  readonly origin: ChangeOrigin;
  readonly at: number;
}

/**
 * The remote writes whose second wave, the device's own report, is still to come. A report uses up its write, so that what another writer does a
 * moment later is not taken for the same write. A report with a write's values ends the writes before it, too: the device reports several
 * quick writes once.
 */
export function pendingWrites(clock: Clock) {
  const writes = new Map<string, readonly PendingWrite[]>();
  const lastReports = new Map<string, { readonly lastUpdated: string; readonly origin: ChangeOrigin | undefined }>();
  const pending = (deviceId: string) =>
    (writes.get(deviceId) ?? []).filter(({ at }) => clock.now().getTime() - at <= REPORT_WITHIN_MS);
  const take = (deviceId: string, data: WireChange): ChangeOrigin | undefined => {
    const open = pending(deviceId);
    const exact = open.findLastIndex((write) => isReportOf(data, write.data));
    // A device with a preset comes on at a level of its own. It never does the opposite of what was written.
    const index = exact >= 0 ? exact : open.findIndex((write) => isSameOrAbsent(data.power, write.data.power));
    if (index < 0) return undefined;
    writes.set(deviceId, open.slice(index + 1));
    return open[index]?.origin;
  };

  return {
    /** Takes note of a first wave. */
    add(deviceId: string, data: WireChange, origin: ChangeOrigin): void {
      const { lastUpdated } = data;
      const open = pending(deviceId);
      const isRepeated = lastUpdated != null && open.some((write) => write.data.lastUpdated === lastUpdated);
      if (!isRepeated) writes.set(deviceId, [...open, { data, origin, at: clock.now().getTime() }]);
    },
    /** The origin of the write that a device's report belongs to, if one is pending. The same report again has the same origin. */
    originOf(deviceId: string, data: WireChange): ChangeOrigin | undefined {
      const { lastUpdated } = data;
      const last = lastReports.get(deviceId);
      if (last && last.lastUpdated === lastUpdated) return last.origin;
      const origin = take(deviceId, data);
      if (lastUpdated != null) lastReports.set(deviceId, { lastUpdated, origin });
      return origin;
    },
  };
}

const isReportOf = (report: WireChange, write: WireChange): boolean =>
  isSameOrAbsent(report.power, write.power) && isSameOrAbsent(report.brightness, write.brightness);

const isSameOrAbsent = <T>(reported: T, written: T): boolean =>
  reported == null || written == null || reported === written;
