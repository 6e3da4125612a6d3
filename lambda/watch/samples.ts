import type { Sample } from '../ports/report-queue.ts';
import type { DeviceReport } from './device-state.ts';

/** The queue messages of one report. */
export function samplesOf(accountId: string, { kind, device, cause, at }: DeviceReport): Sample[] {
  const { id, power, level, connected } = device;
  const sample = { accountId, deviceId: id, power, level, connected, at: at.toISOString(), cause };
  if (kind === 'unconfirmed') return [{ ...sample, settled: false }];
  const confirmed = { ...sample, settled: true };
  if (kind === 'if-changed') return [confirmed];
  // The doubt is a moment older than the state that ends it.
  return [{ ...sample, at: new Date(at.getTime() - 1).toISOString(), settled: false }, confirmed];
}
